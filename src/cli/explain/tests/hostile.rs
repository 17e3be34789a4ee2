//! A server that keeps no promise, and a token that a stranger made.

use proptest::prelude::*;

use super::{PLAIN, samples, text};
use crate::cli::look::Look;
use crate::pb::ExplainResponse;
use crate::pb::rejection::Detail;

/// The answer with `text` wherever a server can put one.
fn full_of(mut answer: ExplainResponse, text: &str) -> ExplainResponse {
    let escaped = serde_json::to_string(text).unwrap();
    answer.summary.push_str(text);
    answer.header_json = format!("{{\"alg\":{escaped},\"kid\":\"{text}\"}}");
    answer.claims_json =
        format!("{{\"iss\":{escaped},\"aud\":[{escaped},{escaped}],\"exp\":1e99}}");
    for audience in &mut answer.audiences {
        audience.audience.push_str(text);
        for check in &mut audience.checks {
            for field in [
                &mut check.name,
                &mut check.found,
                &mut check.expected,
                &mut check.why,
            ] {
                field.push_str(text);
            }
            let Some(rejection) = &mut check.rejection else {
                continue;
            };
            rejection.message.push_str(text);
            rejection.code.push_str(text);
            if let Some(Detail::Audience(detail)) = &mut rejection.detail {
                for miss in &mut detail.near_misses {
                    miss.presented.push_str(text);
                    miss.accepted.insert_str(0, text);
                }
            }
        }
    }
    answer
}

fn is_tame(text: &str, look: Look) {
    for character in text.chars() {
        let known = matches!(character, '\n' | ' '..='~')
            || (look.unicode && matches!(character, '✓' | '✗' | '–' | '…' | '·'));
        assert!(known, "{character:?} in {text}");
    }
}

#[test]
fn known_attacks_on_a_terminal_are_only_shown() {
    for attack in [
        "\u{1b}[2J\u{1b}]0;title\u{7}",
        "\u{9b}31m",
        "\r\noverwritten",
        "\u{202e}gnp.exe\u{2066}",
        "\0\u{8}\u{7f}\t",
        "\u{200b}\u{feff}\u{e0041}",
    ] {
        for (_, answer) in samples::all() {
            is_tame(&text(&full_of(answer, attack), PLAIN), PLAIN);
        }
    }
}

#[test]
fn numbers_out_of_range_are_shown_somehow() {
    for seconds in [i64::MIN, -1, 253_402_300_799, i64::MAX] {
        let mut answer = samples::all().remove(0).1;
        answer.evaluated_at = Some(prost_types::Timestamp {
            seconds,
            nanos: i32::MIN,
        });
        answer.signature = 99;
        answer.audiences[0].answer = 99;
        answer.audiences[0].checks[0].outcome = 99;
        answer.audiences_omitted = u32::MAX;
        is_tame(&text(&answer, PLAIN), PLAIN);
    }
}

#[test]
fn an_empty_answer_is_shown() {
    is_tame(&text(&ExplainResponse::default(), PLAIN), PLAIN);
}

proptest! {
    #[test]
    fn no_text_reaches_the_terminal_raw(hostile in "\\PC{0,8}|(?s).{0,40}", width in 1_usize..120, unicode: bool) {
        let look = Look { width, unicode, colour: false };
        for (_, answer) in samples::all() {
            is_tame(&text(&full_of(answer, &hostile), look), look);
        }
    }
}
