//! The rules of judging, each by a good token that one thing was bent of.

mod alone;
mod audience;
mod claims;
mod combined;
mod header;
mod issuer;
mod keys;
mod properties;
mod support;
mod times;
