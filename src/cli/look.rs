//! How text for people looks where it is read: its width, its marks, its colours.
//! Whatever came from elsewhere goes through [`Look::safe`].

use std::fmt::Write as _;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// Good news.
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
/// Bad news.
pub(super) const BAD: Style = AnsiColor::Red.on_default();
/// What could not be told.
pub(super) const UNSURE: Style = AnsiColor::Yellow.on_default();
/// What matters most.
pub(super) const STRONG: Style = Style::new().bold();
/// What is read only if one looks for it.
pub(super) const QUIET: Style = Style::new().dimmed();

/// Columns where nothing says how many there are.
const WIDTH: usize = 100;

/// How an answer is to look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// Columns of a line.
    pub(super) width: usize,
    /// Whether more than ASCII can be shown.
    pub(super) unicode: bool,
    /// Whether there are colours.
    pub(super) colour: bool,
}

impl Look {
    /// What standard output can show. Colours only on a terminal, and never against
    /// NO_COLOR; only ASCII if TERM is `dumb` or the locale is not UTF-8. A locale
    /// that nobody set, as in most containers, says nothing against Unicode.
    pub(super) fn of_stdout() -> Self {
        let of = |name| std::env::var(name).unwrap_or_default();
        // POSIX: the first of these that is not empty decides.
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].map(of);
        let width = terminal_size::terminal_size();
        Self {
            width: width.map_or(WIDTH, |(width, _)| usize::from(width.0).clamp(40, 160)),
            unicode: of("TERM") != "dumb" && is_utf8(&locale),
            colour: AutoStream::choice(&std::io::stdout()) != ColorChoice::Never,
        }
    }

    /// A text in this style.
    pub(super) fn paint(self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// A text that is for people already, as it may be shown: a server that does not
    /// keep its promise must not write to the terminal itself.
    pub(super) fn safe(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                ' '..='~' => out.push(character),
                '…' => out.push_str(self.cut()),
                // Writing to a String cannot fail.
                _ => drop(write!(out, "\\u{{{:x}}}", u32::from(character))),
            }
        }
        out
    }

    /// The mark of a cut.
    pub(super) fn cut(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// What stands where one of two aligned values has nothing. No value has the first,
    /// for values are ASCII.
    pub(super) fn gap(self) -> char {
        if self.unicode { '·' } else { ' ' }
    }

    /// Breaks a text between words, so that no line is longer than this look is wide
    /// less `indent`. A longer word stays whole: it can be copied.
    pub(super) fn wrap(self, text: &str, indent: usize) -> Vec<String> {
        let room = self.width.saturating_sub(indent).max(20);
        let mut lines = Vec::new();
        let mut line = String::new();
        for word in text.split(' ') {
            let wide = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && wide > room {
                lines.push(std::mem::take(&mut line));
            } else if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
        lines
    }
}

/// A text with nothing in it that a terminal obeys: control characters but the end of a
/// line, and those that turn or hide what stands beside them (Unicode's bidirectional and
/// invisible format characters). For what comes from elsewhere, escaped already or not.
pub(super) fn tame(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let hides = matches!(
            character,
            '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}'
        );
        if hides || (character.is_control() && character != '\n') {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(character));
        } else {
            out.push(character);
        }
    }
    out
}

fn is_utf8(locale: &[String]) -> bool {
    locale
        .iter()
        .find(|name| !name.is_empty())
        .is_none_or(|name| {
            let name = name.to_ascii_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOK: Look = Look {
        width: 30,
        unicode: true,
        colour: false,
    };

    #[test]
    fn lines_break_between_words() {
        for (text, indent, expected) in [
            ("", 0, &[""][..]),
            ("short", 0, &["short"]),
            (
                "thirty columns are wide enough",
                0,
                &["thirty columns are wide enough"],
            ),
            (
                "thirty-one columns are too wide",
                0,
                &["thirty-one columns are too", "wide"],
            ),
            ("ten less than thirty", 10, &["ten less than thirty"]),
            ("eleven less than that", 10, &["eleven less than", "that"]),
            (
                "see https://api.example.com/orders/items now",
                0,
                &["see", "https://api.example.com/orders/items", "now"],
            ),
            // Blanks belong to the text.
            ("a  b ", 0, &["a  b "]),
        ] {
            assert_eq!(LOOK.wrap(text, indent), expected, "{text}");
        }
    }

    #[test]
    fn text_from_elsewhere_is_printable() {
        assert_eq!(LOOK.safe("a\\u{1b}…"), "a\\u{1b}…");
        assert_eq!(
            LOOK.safe("\u{1b}[0m\n\u{202e}é"),
            "\\u{1b}[0m\\u{a}\\u{202e}\\u{e9}"
        );
        let ascii = Look {
            unicode: false,
            ..LOOK
        };
        assert_eq!(ascii.safe("cut…"), "cut...");
    }

    #[test]
    fn nothing_from_elsewhere_reaches_the_terminal_as_an_order() {
        assert_eq!(
            tame("\u{1b}]0;x\u{7}\r\u{9b}\u{202e}"),
            "\\u{1b}]0;x\\u{7}\\u{d}\\u{9b}\\u{202e}"
        );
        assert_eq!(tame("zwei\nZeilen, Café …"), "zwei\nZeilen, Café …");
    }

    #[test]
    fn the_first_locale_that_is_set_decides() {
        for (locale, expected) in [
            (["", "", ""], true),
            (["", "", "C"], false),
            (["", "", "en_US.UTF-8"], true),
            (["C", "", "en_US.UTF-8"], false),
            (["C.utf8", "", "C"], true),
            (["", "de_DE.ISO-8859-1", "C.UTF-8"], false),
        ] {
            assert_eq!(is_utf8(&locale.map(String::from)), expected, "{locale:?}");
        }
    }
}
