//! The kinds of difference, and what a value is without each.

use unicode_normalization::UnicodeNormalization;
use unicode_security::skeleton;

/// How two values differ. The order is precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// One `/` at the end.
    TrailingSlash,
    /// Another `x://`, or none; `api://` is [`Self::UriPrefix`].
    Scheme,
    /// Case of ASCII letters.
    Case,
    /// A port more, less or other.
    Port,
    /// ASCII blanks around or within.
    Whitespace,
    /// `%2F` for `/`.
    PercentEncoding,
    /// Characters that look alike or are invisible.
    Lookalike,
    /// `api://`, as Microsoft Entra ID puts before an application's id.
    UriPrefix,
    /// One edit or one transposition. Only alone.
    Typo,
    /// Anything after the same scheme and authority. Only alone, and last.
    Path,
}

use Difference::{
    Case, Lookalike, Path, PercentEncoding, Port, Scheme, TrailingSlash, Typo, UriPrefix,
    Whitespace,
};

/// The kinds that combine, as applied: what hides characters goes first, then
/// what hides structure.
pub(super) const STEPS: [Difference; 8] = [
    PercentEncoding,
    Lookalike,
    Whitespace,
    Case,
    UriPrefix,
    Port,
    Scheme,
    TrailingSlash,
];

/// NFKC at most doubles what people write, but grows some characters (U+FDFA)
/// eleven-fold, and a skeleton is the dearest step. Beyond this, in bytes, a
/// value is its own skeleton.
const MAX_NFKC: usize = 1024;

impl Difference {
    /// Every kind, in order of precedence.
    pub const ALL: [Self; 10] = [
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
    ];

    /// The name in kebab-case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            TrailingSlash => "trailing-slash",
            Scheme => "scheme",
            Case => "case",
            Port => "port",
            Whitespace => "whitespace",
            PercentEncoding => "percent-encoding",
            Lookalike => "lookalike",
            UriPrefix => "uri-prefix",
            Typo => "typo",
            Path => "path",
        }
    }

    /// What is left without this kind; `None` if that is all of it.
    ///
    /// Bytes rather than text: `%FF` decodes to no character.
    pub(super) fn remove(self, form: &[u8]) -> Option<Vec<u8>> {
        let left = match self {
            TrailingSlash => form.strip_suffix(b"/")?.to_vec(),
            Scheme => {
                let (scheme, rest) = split_scheme(form)?;
                (!scheme.eq_ignore_ascii_case(b"api")).then(|| rest.to_vec())?
            }
            Case => form.to_ascii_lowercase(),
            Port => without_port(form)?,
            Whitespace => {
                let blank = |byte: &u8| matches!(byte, b'\t'..=b'\r' | b' ');
                form.iter().copied().filter(|byte| !blank(byte)).collect()
            }
            PercentEncoding => percent_decoded(form),
            Lookalike => lookalike(str::from_utf8(form).ok()?)?.into_bytes(),
            UriPrefix => form.strip_prefix(b"api://")?.to_vec(),
            Typo | Path => return None,
        };
        (left != form).then_some(left)
    }
}

/// The scheme (RFC 3986 §3.1), and what follows `://`.
fn split_scheme(form: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = form.iter().position(|byte| *byte == b':')?;
    let (scheme, rest) = form.split_at_checked(colon)?;
    let (first, others) = scheme.split_first()?;
    let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let valid = first.is_ascii_alphabetic() && others.iter().all(allowed);
    Some((scheme, rest.strip_prefix(b"://")?)).filter(|_| valid)
}

/// `scheme://authority`, and what follows it (RFC 3986 §3.2). An empty
/// authority names nobody, so sharing one would mean nothing.
pub(super) fn split_authority(form: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, rest) = split_scheme(form)?;
    let end = rest.iter().position(|byte| b"/?#".contains(byte));
    let after = end.map_or(0, |end| rest.len() - end);
    (after < rest.len()).then(|| form.split_at_checked(form.len() - after))?
}

fn without_port(form: &[u8]) -> Option<Vec<u8>> {
    let (authority, rest) = split_authority(form)?;
    let digits = (authority.iter().rev()).take_while(|byte| byte.is_ascii_digit());
    let (host, port) = authority.split_at_checked(authority.len() - digits.count())?;
    let host = host.strip_suffix(b":").filter(|_| !port.is_empty())?;
    Some([host, rest].concat())
}

/// Once: what is encoded twice was meant to be a `%`.
fn percent_decoded(form: &[u8]) -> Vec<u8> {
    let hex = |digit: u8| char::from(digit).to_digit(16);
    let octet = |high, low| u8::try_from(hex(high)? * 16 + hex(low)?).ok();
    let mut decoded = Vec::with_capacity(form.len());
    let mut rest = form;
    while let [first, others @ ..] = rest {
        let escape = match others {
            [high, low, others @ ..] if *first == b'%' => octet(*high, *low).zip(Some(others)),
            _ => None,
        };
        let (byte, others) = escape.unwrap_or((*first, others));
        decoded.push(byte);
        rest = others;
    }
    decoded
}

/// The skeleton (UTS 39 §4) over NFKC; `None` beyond [`MAX_NFKC`].
fn lookalike(text: &str) -> Option<String> {
    let mut nfkc = String::with_capacity(text.len());
    for character in text
        .nfkc()
        .filter(|character| !is_visible_format(*character))
    {
        nfkc.push(character);
        if nfkc.len() > MAX_NFKC {
            return None;
        }
    }
    Some(skeleton(&nfkc).collect())
}

/// The format characters (general category Cf) that are not default-ignorable;
/// the others the skeleton drops itself.
fn is_visible_format(character: char) -> bool {
    matches!(
        character,
        '\u{600}'..='\u{605}'
            | '\u{6dd}'
            | '\u{70f}'
            | '\u{890}'..='\u{891}'
            | '\u{8e2}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{110bd}'
            | '\u{110cd}'
            | '\u{13430}'..='\u{1343f}'
    )
}
