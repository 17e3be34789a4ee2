//! The characters of a JSON string (RFC 8259 §7).

use std::borrow::Cow;

/// The characters between the quotes of a checked string.
pub(super) fn unescape(quoted: &str) -> Cow<'_, str> {
    let inner = quoted
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or_default();
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        out.push_str(plain);
        let mut chars = escaped.chars();
        match chars.next() {
            Some('u') => {
                let (unit, after) = hex_unit(chars.as_str());
                rest = after;
                if let Some(low) = rest
                    .strip_prefix("\\u")
                    .filter(|_| (0xD800..0xDC00).contains(&unit))
                {
                    let (low, after) = hex_unit(low);
                    rest = after;
                    let code = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF);
                    out.extend(char::from_u32(code));
                } else {
                    out.extend(char::from_u32(unit));
                }
                continue;
            }
            Some('b') => out.push('\u{8}'),
            Some('f') => out.push('\u{c}'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('t') => out.push('\t'),
            Some(other) => out.push(other),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn hex_unit(text: &str) -> (u32, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    (u32::from_str_radix(digits, 16).unwrap_or(0), rest)
}
