//! What a token says, read from its text.
