//! JWK Set.
