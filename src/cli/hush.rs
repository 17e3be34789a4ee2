//! Tokens that were written where they do not belong: what a command complains about is
//! seen by others, and kept in logs.

use crate::grpc::status::is_token;

/// So much of a token is one.
const START: usize = 16;

/// Where a person may have put one by mistake.
const VARIABLES: [&str; 3] = ["AUDIENT_ADDR", "AUDIENT_ADMIN_ADDR", "AUDIENT_ISSUER"];

/// A text for people, without the tokens among this command's arguments.
pub(super) fn hushed(text: &str) -> String {
    let variables = VARIABLES.iter().filter_map(std::env::var_os);
    let words: Vec<String> = (std::env::args_os().skip(1).chain(variables))
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    without(text, words.iter().map(String::as_str))
}

/// Whether a token is among this command's arguments.
pub(super) fn is_needed() -> bool {
    let mut words = std::env::args_os().skip(1);
    words.any(|word| is_token(&word.to_string_lossy()))
}

fn without<'w>(text: &str, words: impl Iterator<Item = &'w str>) -> String {
    let mut text = text.to_owned();
    // `--flag=VALUE` is told without its flag.
    let values = words.flat_map(|word| [Some(word), word.split_once('=').map(|(_, value)| value)]);
    for token in values.flatten().filter(|value| is_token(value)) {
        // A text may have been cut within it: what counts is how much of it is there.
        let Some(start) = token.get(..START) else {
            continue;
        };
        while let Some(at) = text.find(start) {
            let rest = text.get(at..).unwrap_or_default();
            let same = rest.chars().zip(token.chars()).take_while(|(a, b)| a == b);
            let len = same
                .map(|(character, _)| character.len_utf8())
                .sum::<usize>();
            text.replace_range(at..at + len, "(a token)");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str =
        "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiJhIiwiYXVkIjoiYiJ9.c2lnbmF0dXJl";

    #[test]
    fn a_token_is_not_said_again_and_all_else_is() {
        let flag = format!("--at={TOKEN}");
        let words = || ["introspect", "orders", TOKEN, &flag].into_iter();
        for (text, expected) in [
            (
                format!("unexpected argument '{TOKEN}' found"),
                "unexpected argument '(a token)' found",
            ),
            (
                format!("'{TOKEN}' for '--at <T>'"),
                "'(a token)' for '--at <T>'",
            ),
            (format!("{TOKEN}: is not there"), "(a token): is not there"),
            (format!("{}…: no URL", &TOKEN[..70]), "(a token)…: no URL"),
            (
                "no audience \"orders\"".to_owned(),
                "no audience \"orders\"",
            ),
        ] {
            assert_eq!(without(&text, words()), expected);
        }
    }
}
