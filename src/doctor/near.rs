//! What is different about two identifiers that nearly match.

use crate::policy::near_miss::{Difference, differences};

/// Longest identifier that is compared, in bytes.
const MAX_BYTES: usize = 512;

/// The kinds that explain a pair; `None` if it is no near miss. Another path is
/// another issuer (a tenant, a realm).
pub(super) fn near(found: &str, expected: &str) -> Option<Vec<Difference>> {
    if found.len().max(expected.len()) > MAX_BYTES {
        return None;
    }
    differences(found, expected).filter(|kinds| *kinds != [Difference::Path])
}

/// In words.
pub(super) fn in_words(kinds: &[Difference]) -> String {
    let words: Vec<_> = kinds.iter().map(|kind| word(*kind)).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

fn word(kind: Difference) -> &'static str {
    match kind {
        Difference::TrailingSlash => "the slash at the end",
        Difference::Scheme => "the scheme (http, https)",
        Difference::Case => "upper and lower case",
        Difference::Port => "the port",
        Difference::Whitespace => "a blank",
        Difference::PercentEncoding => "percent-encoding",
        Difference::Lookalike => "a character that looks alike",
        Difference::UriPrefix => "the prefix api://",
        Difference::Typo => "one character",
        Difference::Path => "the path",
    }
}
