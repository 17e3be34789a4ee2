//! How two values nearly match.
/// Kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Difference {
    TrailingSlash,
    Scheme,
    Case,
    Port,
    Whitespace,
    PercentEncoding,
    Lookalike,
    UriPrefix,
    Typo,
    Path,
}
impl Difference {
    /// Name.
    #[must_use]
    pub fn name(self) -> &'static str {
        ""
    }
}
/// Pair.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct NearMiss {
    pub presented: Box<str>,
    pub accepted: Box<str>,
    pub differences: Vec<Difference>,
}
/// Pairs.
pub fn near_misses<'a>(
    _presented: impl IntoIterator<Item = &'a str>,
    _accepted: impl IntoIterator<Item = &'a str> + Clone,
) -> Vec<NearMiss> {
    Vec::new()
}
