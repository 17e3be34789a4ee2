//! A near miss: two values, one above the other, and a mark under every character in
//! which they differ.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::cli::look::{BAD, GOOD, Look, QUIET, STRONG};
use crate::pb;
use crate::pb::near_miss::Difference;

/// Most characters of a value that are compared; a server sends no more.
const MAX_UNITS: usize = 512;

/// Columns of `presented  `, which stands before a value.
const LABEL: usize = 11;

/// Columns that are shown before the first difference of a long value.
const BEFORE: usize = 20;

/// One column: a character of each value, or a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) presented: Option<char>,
    pub(super) accepted: Option<char>,
    pub(super) differs: bool,
}

/// The lines that show a near miss, to stand after `indent` columns.
pub(super) fn lines(miss: &pb::NearMiss, indent: usize, look: Look) -> Vec<String> {
    let kinds: Vec<Difference> = miss.differences().collect();
    let columns = align(
        &look.safe(&miss.presented),
        &look.safe(&miss.accepted),
        &kinds,
    );
    let mut lines = vec![heading(&kinds)];
    if !columns.iter().any(|column| column.differs) {
        lines.push("  they differ beyond what is shown".into());
    }
    let room = look.width.saturating_sub(indent + 2 + LABEL).max(20);
    for part in parts(&columns, room) {
        lines.extend(part.lines(look));
    }
    lines
}

fn heading(kinds: &[Difference]) -> String {
    let words: Vec<&str> = kinds.iter().copied().map(words).collect();
    match &*words {
        [] => "near miss".into(),
        [one] => format!("near miss: {one}"),
        [first @ .., last] => format!("near miss: {} and {last}", first.join(", ")),
    }
}

/// Brings two escaped values one above the other. What is equal in both, column by
/// column, is common to them; everything else differs.
pub(super) fn align(presented: &str, accepted: &str, kinds: &[Difference]) -> Vec<Column> {
    let (presented, accepted) = (units(presented), units(accepted));
    let mut columns = Vec::new();
    for op in compare(&presented, &accepted, kinds) {
        let side = |units: &[&str], range| -> Vec<char> {
            let units: &[&str] = units
                .get::<std::ops::Range<usize>>(range)
                .unwrap_or_default();
            units.iter().flat_map(|unit| unit.chars()).collect()
        };
        let (above, below) = (
            side(&presented, op.old_range()),
            side(&accepted, op.new_range()),
        );
        columns.extend((0..above.len().max(below.len())).map(|at| Column {
            presented: above.get(at).copied(),
            accepted: below.get(at).copied(),
            differs: !matches!(op, DiffOp::Equal { .. }),
        }));
    }
    columns
}

fn compare(presented: &[&str], accepted: &[&str], kinds: &[Difference]) -> Vec<DiffOp> {
    use Difference::{Case, Path, Port, Scheme, TrailingSlash, Typo, UriPrefix};
    match kinds {
        // These change one place: a letter that happens to be on both sides of it says
        // nothing.
        [Port | Scheme | TrailingSlash | Typo | UriPrefix] => one_place(presented, accepted, ""),
        [Path] => one_place(presented, accepted, "/"),
        [Case] if presented.len() == accepted.len() => letter_by_letter(presented, accepted),
        _ => capture_diff_slices(Algorithm::Myers, presented, accepted),
    }
}

/// What both begin with, what is between, and what both end with; if `from` is not
/// empty, from its first occurrence on, so that words stay whole.
fn one_place(presented: &[&str], accepted: &[&str], from: &str) -> Vec<DiffOp> {
    let start = common(presented.iter(), accepted.iter());
    let rest = |units: &'_ [&str]| units.len() - start;
    let most = common(
        presented.iter().skip(start).rev(),
        accepted.iter().skip(start).rev(),
    );
    let mut ending = presented.iter().skip(presented.len() - most);
    // Where both are cut, the mark of that is no difference.
    let cut = usize::from(most > 0 && presented.last() == Some(&"…"));
    let end = match from {
        "" => most,
        _ => ending
            .position(|unit| *unit == from)
            .map_or(cut, |at| most - at),
    };
    let (old_len, new_len) = (rest(presented) - end, rest(accepted) - end);
    vec![
        DiffOp::Equal {
            old_index: 0,
            new_index: 0,
            len: start,
        },
        DiffOp::Replace {
            old_index: start,
            old_len,
            new_index: start,
            new_len,
        },
        DiffOp::Equal {
            old_index: start + old_len,
            new_index: start + new_len,
            len: end,
        },
    ]
}

fn common<'a>(a: impl Iterator<Item = &'a &'a str>, b: impl Iterator<Item = &'a &'a str>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

fn letter_by_letter(presented: &[&str], accepted: &[&str]) -> Vec<DiffOp> {
    let pairs = presented.iter().zip(accepted).enumerate();
    let op = |(at, (presented, accepted))| match presented == accepted {
        true => DiffOp::Equal {
            old_index: at,
            new_index: at,
            len: 1,
        },
        false => DiffOp::Replace {
            old_index: at,
            old_len: 1,
            new_index: at,
            new_len: 1,
        },
    };
    pairs.map(op).collect()
}

/// The characters of an escaped value; an escape is one.
pub(super) fn units(text: &str) -> Vec<&str> {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next().filter(|_| units.len() < MAX_UNITS) {
        let len = escape_len(rest).unwrap_or(first.len_utf8());
        let (unit, after) = rest.split_at_checked(len).unwrap_or((rest, ""));
        units.push(unit);
        rest = after;
    }
    units
}

/// The length of `\\` or `\u{hex}`, if the text begins with one.
fn escape_len(text: &str) -> Option<usize> {
    if text.starts_with("\\\\") {
        return Some(2);
    }
    let hex = text.strip_prefix("\\u{")?;
    // No code point has more than six digits.
    let end = hex.bytes().take(7).position(|byte| byte == b'}')?;
    Some("\\u{".len() + end + 1)
}

/// Columns that fit in one line, and whether there is more before and behind them.
struct Part<'a> {
    columns: &'a [Column],
    before: bool,
    behind: bool,
}

/// All of it where it fits in one line; else from shortly before the first difference to
/// the last, in as many lines as it takes, without those that have no mark.
fn parts(columns: &[Column], room: usize) -> Vec<Part<'_>> {
    let whole = columns.len() <= room;
    // The marks of cuts take columns of their own.
    let wide = if whole { room } else { room - 6 };
    let differs = |column: &Column| column.differs;
    let first = columns.iter().position(differs).unwrap_or(0);
    let last = columns.iter().rposition(differs).unwrap_or(0);
    let (mut start, mut end) = (0, columns.len());
    if !whole {
        start = first.saturating_sub(BEFORE);
        end = end.min((last + 1).max(start + wide));
        start = start.min(end.saturating_sub(wide));
    }
    let shown = columns.get(start..end).unwrap_or_default().chunks(wide);
    (shown.enumerate())
        .map(|(at, part)| Part {
            columns: part,
            before: start + at * wide > 0,
            behind: start + at * wide + part.len() < columns.len(),
        })
        .filter(|part| part.columns.iter().any(differs))
        .collect()
}

impl Part<'_> {
    fn lines(&self, look: Look) -> [String; 3] {
        let cut = |there: bool| if there { look.cut() } else { "" };
        let (before, behind) = (cut(self.before), cut(self.behind));
        let value = |of: fn(&Column) -> Option<char>, style| {
            // At the end there is nothing to keep in place.
            let there = |column: &Column| self.behind || of(column).is_some();
            let end = (self.columns.iter())
                .rposition(there)
                .map_or(0, |at| at + 1);
            let shown = self.columns.get(..end).unwrap_or_default();
            let kind = |column: &Column| (column.differs, of(column).is_some());
            let runs = shown.chunk_by(|a, b| kind(a) == kind(b)).map(|run| {
                let text: String = run.iter().map(|c| of(c).unwrap_or(look.gap())).collect();
                match run.first().map(kind) {
                    Some((true, true)) => look.paint(style, &text),
                    Some((true, false)) => look.paint(QUIET, &text),
                    _ => text,
                }
            });
            format!("{before}{}{behind}", runs.collect::<String>())
        };
        let marks: String = (self.columns.iter())
            .map(|column| if column.differs { '^' } else { ' ' })
            .collect();
        let pad = " ".repeat(LABEL + before.chars().count());
        [
            format!("  presented  {}", value(|column| column.presented, BAD)),
            format!("  accepted   {}", value(|column| column.accepted, GOOD)),
            format!("  {pad}{}", look.paint(STRONG, marks.trim_end())),
        ]
    }
}

/// What makes them differ, in words.
fn words(kind: Difference) -> &'static str {
    match kind {
        Difference::TrailingSlash => "a slash at the end",
        Difference::Scheme => "the scheme",
        Difference::Case => "upper and lower case",
        Difference::Port => "the port",
        Difference::Whitespace => "a blank",
        Difference::PercentEncoding => "percent-encoding",
        Difference::Path => "the path",
        Difference::Lookalike => "characters that look alike, or cannot be seen",
        Difference::UriPrefix => "the api:// prefix",
        Difference::Typo => "one character",
        Difference::Unspecified => "something newer than this program",
    }
}
