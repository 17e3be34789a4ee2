//! What is read of a token's text, and what is not.

mod claims;
mod header;
mod json;
