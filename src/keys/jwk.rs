//! Key: one usable JWK.
