use super::*;
use crate::pb::IntrospectResponse;

fn question(token: &str) -> IntrospectRequest {
    IntrospectRequest {
        token: token.into(),
        audience: "orders".into(),
        ..IntrospectRequest::default()
    }
}

/// An answer of about this many bytes.
fn answer(bytes: usize) -> IntrospectResponse {
    IntrospectResponse {
        claims_json: "x".repeat(bytes),
        ..IntrospectResponse::default()
    }
}

fn is_answer(result: &BatchIntrospectResult) -> bool {
    matches!(result.result, Some(Outcome::Response(_)))
}

#[test]
fn a_batch_has_1_to_256_questions() {
    let counted = |number| count(&vec![question("t"); number]);
    assert!(matches!(
        counted(0),
        Err(Failure::FieldInvalid { field, .. }) if field == "requests"
    ));
    assert_eq!(counted(1), Ok(()));
    assert_eq!(counted(256), Ok(()));
    assert_eq!(counted(257), Err(Failure::BatchTooLarge { max: 256 }));
}

#[test]
fn only_questions_that_are_the_same_in_all_are_asked_once() {
    let first = question("a");
    let others = [
        question("b"),
        IntrospectRequest {
            audience: "payments".into(),
            ..first.clone()
        },
        IntrospectRequest {
            claims_format: 2,
            ..first.clone()
        },
        IntrospectRequest {
            required_scopes: vec!["x".into()],
            ..first.clone()
        },
    ];
    let requests: Vec<_> = [first.clone()]
        .into_iter()
        .chain(others)
        .chain([first, question("b")])
        .collect();
    let (questions, places) = distinct(&requests);
    assert_eq!(questions.len(), 5);
    assert_eq!(places, [0, 1, 2, 3, 4, 0, 1]);
}

#[test]
fn the_answer_keeps_its_bound_whatever_is_in_it() {
    for (bytes, number) in [
        (MAX_ANSWER_BYTES, 3),
        (MAX_ANSWER_BYTES / 2, 256),
        (20_000, 256),
        (12_270, 256),
        (10, 256),
    ] {
        let answers = [Ok(answer(bytes))];
        let told = assemble(&answers, &vec![0; number]);
        assert_eq!(told.results.len(), number);
        assert!(told.encoded_len() <= MAX_ANSWER_BYTES, "{bytes}");
        let fit = told.results.iter().filter(|one| is_answer(one)).count();
        let room = MAX_ANSWER_BYTES / bytes.max(1);
        assert!(
            fit == number || (room.saturating_sub(4)..=room).contains(&fit),
            "{bytes}: {fit}"
        );
    }
}

#[test]
fn one_that_does_not_fit_leaves_room_for_those_that_do() {
    let answers = [10, MAX_ANSWER_BYTES, 20].map(|bytes| Ok(answer(bytes)));
    let told = assemble(&answers, &[0, 1, 2]);
    let fits: Vec<bool> = told.results.iter().map(is_answer).collect();
    assert_eq!(fits, [true, false, true]);
    let Some(Outcome::Error(error)) = &told.results[1].result else {
        panic!()
    };
    assert_eq!(error.code, 8);
    assert!(error.message.contains("3145728"), "{}", error.message);
}

#[test]
fn answers_that_cannot_be_sent_are_not_kept() {
    let kept = Kept::default();
    let mega = || Ok(answer(1 << 20));
    let results: Vec<_> = (0..256).map(|_| kept.keep(mega())).collect();
    let held = results.iter().take_while(|result| result.is_ok()).count();
    assert_eq!(held, 5, "of 1 MiB and a few bytes each");
    let too_large = Failure::MessageTooLarge {
        max: MAX_ANSWER_BYTES,
    };
    assert!((results.iter().skip(held)).all(|result| *result == Err(too_large.clone())));
    // A small one still fits, and an error is kept as it is.
    assert!(kept.keep(Ok(answer(10))).is_ok());
    assert_eq!(kept.keep(Err(Failure::Deadline)), Err(Failure::Deadline));
}
