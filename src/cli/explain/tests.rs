use super::{code, samples};
use crate::cli::look::Look;
use crate::cli::proto_json::proto_json;
use crate::cli::{exit, explain::text::text};
use crate::pb::{AudienceExplanation, ExplainResponse};

const PLAIN: Look = Look {
    width: 100,
    unicode: true,
    colour: false,
};

#[test]
fn each_answer_as_text() {
    for (name, answer) in samples::all() {
        insta::assert_snapshot!(format!("{name}.text"), text(&answer, PLAIN));
    }
}

#[test]
fn a_terminal_has_colours() {
    let coloured = Look {
        colour: true,
        ..PLAIN
    };
    for (name, answer) in samples::all() {
        let shown = text(&answer, coloured);
        let stripped = anstream::adapter::strip_str(&shown).to_string();
        let lines: Vec<&str> = stripped.lines().map(str::trim_end).collect();
        let trimmed = format!("{}\n", lines.join("\n"));
        assert_eq!(trimmed, text(&answer, PLAIN), "{name}");
        // The escape character itself is not for a snapshot.
        insta::assert_snapshot!(format!("{name}.colour"), shown.replace('\u{1b}', "␛"));
    }
}

#[test]
fn a_narrow_terminal_without_unicode() {
    let narrow = Look {
        width: 60,
        unicode: false,
        colour: false,
    };
    for (name, answer) in samples::all() {
        let shown = text(&answer, narrow);
        assert!(shown.is_ascii(), "{name}");
        for line in shown.lines().filter(|line| line.len() > narrow.width) {
            // Only a word that can be copied may stand out.
            assert!(
                line.trim_start().split(' ').any(|word| word.len() > 20),
                "{line}"
            );
        }
    }
    insta::assert_snapshot!("trailing_slash.narrow", text(&samples::all()[1].1, narrow));
}

#[test]
fn each_answer_as_json() {
    for (name, answer) in samples::all() {
        let json = proto_json("ExplainResponse", &answer).unwrap();
        insta::assert_snapshot!(format!("{name}.json"), json);
    }
}

#[test]
fn the_exit_code_is_the_best_answer() {
    use crate::pb::audience_explanation::Answer::{Active, CannotTell, Inactive, Unspecified};
    for (answers, expected) in [
        (vec![Active], exit::OK),
        (vec![Inactive, Active], exit::OK),
        (vec![CannotTell, Active], exit::OK),
        (vec![Inactive, Inactive], exit::FAILED),
        (vec![Inactive, CannotTell], exit::CANNOT_TELL),
        (vec![CannotTell], exit::CANNOT_TELL),
        (vec![Unspecified], exit::CANNOT_TELL),
        (vec![], exit::CANNOT_TELL),
    ] {
        let audiences = answers.iter().map(|answer| AudienceExplanation {
            answer: (*answer).into(),
            ..AudienceExplanation::default()
        });
        let answer = ExplainResponse {
            audiences: audiences.collect(),
            ..ExplainResponse::default()
        };
        assert_eq!(code(&answer), expected, "{answers:?}");
    }
}

mod here;
mod hostile;
mod near_miss;
