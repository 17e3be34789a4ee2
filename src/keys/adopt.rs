//! stand-in
use super::jwk_set::JwkSet;
use crate::token::numeric_date::NumericDate;
/// Set.
#[derive(Debug)]
pub struct KeySet {}
impl KeySet {
    /// Any usable.
    pub fn has_usable(&self) -> bool {
        false
    }
}
/// Changes.
#[derive(Debug)]
#[allow(missing_docs)]
pub struct Changes {
    pub added: Vec<Box<str>>,
    pub removed: Vec<Box<str>>,
}
/// Adopt.
pub fn adopt(
    _previous: Option<&KeySet>,
    _document: JwkSet,
    _now: NumericDate,
    _removal_grace: std::time::Duration,
) -> (KeySet, Changes) {
    (
        KeySet {},
        Changes {
            added: vec![],
            removed: vec![],
        },
    )
}
