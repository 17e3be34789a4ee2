use super::*;
use crate::grpc::samples::{NOW, at, full_of, typical};
use crate::keys::KeyProblem;
use crate::policy::near_miss::{Difference, NearMiss};
use crate::token::form::{FormFault, Limit, Part, Problem};
use crate::verdict::hint::Hint;
use crate::verdict::rejection::{IssuerEvidence, KeyEvidence, Reason, ScopeEvidence};

/// What each sentence must hold: what came, what was expected, what to do.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn a_sentence_names_what_came_what_was_expected_and_what_to_do() {
    let table: [(Reason, &[&str]); 36] = [
        (Reason::TokenMissing, &["No token", "without \"Bearer \""]),
        (
            Reason::TokenTooLarge,
            &["20000", "16384", "max_token_bytes", "fewer claims"],
        ),
        (
            Reason::TokenOpaque,
            &["no dots", "ask the issuer for a JWT"],
        ),
        (
            Reason::TokenEncrypted,
            &["five parts", "JWE", "only signed", "ask the issuer"],
        ),
        (
            Reason::TokenMalformed,
            &["payload", "padded", "byte 7", "must not"],
        ),
        (
            Reason::HeaderMalformed,
            &["header's \"kid\" is 17", "a string"],
        ),
        (
            Reason::PayloadMalformed,
            &["payload has \"tenant\" twice", "each name once"],
        ),
        (
            Reason::CriticalHeaderUnsupported,
            &["[\"b64\"]", "no extension", "without it"],
        ),
        (
            Reason::TokenTypeNotAllowed,
            &[
                "\"logout+jwt\"",
                "\"at+jwt\", \"JWT\"",
                "send the access token",
            ],
        ),
        (
            Reason::AlgorithmNone,
            &["\"none\"", "not signed", "RS256, ES256"],
        ),
        (
            Reason::AlgorithmUnsupported,
            &["\"ES256K\"", "not implemented", "RS256, ES256"],
        ),
        (
            Reason::AlgorithmNotAllowed,
            &["\"HS256\"", "RS256, ES256", "shared secret"],
        ),
        (
            Reason::IssuerMissing,
            &["no iss", "\"https://auth.example.com\"", "Get a token"],
        ),
        (
            Reason::IssuerUnknown,
            &[
                "\"https://auth.example.com/\"",
                "\"https://auth.example.com\".",
                "a slash at the end",
            ],
        ),
        (
            Reason::IssuerNotAllowed,
            &[
                "\"https://auth.staging.example.com\"",
                "environment staging-eu",
                "\"https://auth.example.com\"",
            ],
        ),
        (
            Reason::KeyNotFound,
            &["\"k1\"", "2025-11-25T07:59:00Z", "Get a new one"],
        ),
        (Reason::KeyUnsuitable, &["\"k1\"", "\"RS256\"", "too weak"]),
        (
            Reason::SignatureInvalid,
            &["\"k1\"", "changed, cut", "Get a new one"],
        ),
        (Reason::KeyDenied, &["\"k1\"", "operator", "another key"]),
        (
            Reason::AudienceMissing,
            &["no aud", "\"https://api.example.com/orders\"", "Ask"],
        ),
        (
            Reason::AudienceNotAllowed,
            &[
                "\"https://elsewhere.example.net\"",
                "\"https://api.example.com/orders\"",
                "Ask",
            ],
        ),
        (
            Reason::AudienceMismatch,
            &[
                "\"https://api.example.com/orders/\"",
                "\"https://api.example.com/orders\".",
                "They differ by a slash at the end",
                "It is meant for \"payments\": send it there",
            ],
        ),
        (
            Reason::AudienceTooBroad,
            &["3 audiences", "at most 2", "max_audiences", "alone"],
        ),
        (
            Reason::AuthorizedPartyNotAllowed,
            &["\"batch-job\" (azp)", "\"shop\""],
        ),
        (
            Reason::Expired,
            &[
                "2025-11-25T07:58:20Z",
                "2025-11-25T08:00:00Z",
                "30 s",
                "Get a new one",
            ],
        ),
        (
            Reason::ExpiryMissing,
            &["no exp", "required", "tokens that expire"],
        ),
        (
            Reason::NotYetValid,
            &[
                "2025-11-25T08:01:40Z (nbf)",
                "2025-11-25T08:00:00Z",
                "30 s",
                "100 s after",
            ],
        ),
        (
            Reason::IssuedInFuture,
            &[
                "2025-11-25T08:01:40Z (iat)",
                "clock is ahead, or ours behind",
            ],
        ),
        (
            Reason::LifetimeTooLong,
            &["3600 s longer", "the 3600 s", "max_lifetime", "shorter"],
        ),
        (
            Reason::TokenTooOld,
            &["2025-11-25T07:48:20Z", "600 s", "max_age", "Get a new one"],
        ),
        (
            Reason::ClaimMalformed,
            &["exp is 1764057600000", "milliseconds", "seconds"],
        ),
        (Reason::ClaimMissing, &["/a/b is missing", "\"x\""]),
        (Reason::ClaimNotAllowed, &["tid is \"t-2\"", "\"t-1\""]),
        (
            Reason::SubjectNotAllowed,
            &["\"repo:evil/x\"", "\"repo:acme/*\""],
        ),
        (
            Reason::ScopeInsufficient,
            &["\"orders:write\"", "it has \"orders:read\"", "Ask"],
        ),
        (Reason::PossessionNotProven, &["cnf", "sender_constrained"]),
    ];
    for (rejection, (reason, parts)) in typical().iter().zip(table) {
        assert_eq!(rejection.reason(), reason);
        let sentence = sentence(rejection);
        for part in parts {
            assert!(
                sentence.contains(part),
                "{reason:?}: {part:?} not in {sentence:?}"
            );
        }
    }
}

/// Every character outside U+0020–U+007E is escaped; the mark of a cut is not.
fn is_for_people(text: &str) -> bool {
    text.len() <= 256 && text.chars().all(|c| matches!(c, ' '..='~' | '…'))
}

#[test]
fn no_value_makes_a_sentence_longer_than_its_bound_or_anything_but_ascii() {
    for filler in [
        "a",
        "\\",
        "\"",
        " ",
        "\n",
        "\u{202e}",
        "\u{10ffff}",
        "é…",
        "%",
    ] {
        for rejection in full_of(filler) {
            let sentence = sentence(&rejection);
            assert!(is_for_people(&sentence), "{filler:?} {sentence:?}");
            assert!(sentence.ends_with('.'), "{filler:?} {sentence:?}");
            assert!(
                sentence != fixed(rejection.reason()),
                "{filler:?}: no room for any detail: {rejection:?}"
            );
        }
    }
    for rejection in typical() {
        assert!(is_for_people(&sentence(&rejection)), "{rejection:?}");
    }
}

#[test]
fn a_fixed_sentence_has_nothing_from_the_token() {
    let mut seen = Vec::new();
    for reason in Reason::ALL {
        let sentence = fixed(reason);
        assert!(
            is_for_people(sentence) && sentence.ends_with('.'),
            "{sentence}"
        );
        assert!(!seen.contains(&sentence), "said twice: {sentence}");
        seen.push(sentence);
    }
}

#[test]
fn long_values_give_way_so_that_the_advice_stays() {
    let name = |tail: &str| format!("https://{}.example.com/{tail}", "very-long-".repeat(9)).into();
    let rejection = Rejection::AudienceMismatch(AudienceEvidence {
        presented: vec![name("orders/"), name("other")],
        accepted: vec![name("orders"), name("v2")],
        near_misses: vec![NearMiss {
            presented: name("orders/"),
            accepted: name("orders"),
            differences: vec![Difference::Scheme, Difference::TrailingSlash],
        }],
        ..AudienceEvidence::default()
    });
    let sentence = sentence(&rejection);
    assert!(sentence.len() <= MAX_BYTES, "{sentence}");
    for part in [
        "and 1 more",
        "the scheme and a slash at the end",
        "in accept.",
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn evidence_chooses_the_words() {
    let fault = |part, problem| FormFault {
        limit: Some(Limit {
            limit: 3,
            actual: 2,
        }),
        ..FormFault::new(part, problem, 4)
    };
    let key = |kid: Option<&str>, unsigned| KeyEvidence {
        kid: kid.map(Into::into),
        alg: Some("ES256".into()),
        unsigned,
        ..KeyEvidence::default()
    };
    let value = |presented: Option<&str>| ValueEvidence {
        field: "sub".into(),
        expected: vec!["a".into()],
        all_of: true,
        presented: presented.map(Into::into),
        hint: None,
    };
    for (rejection, part) in [
        (
            Rejection::TokenMalformed(fault(Part::Token, Problem::PartCount)),
            "has 2 parts",
        ),
        (
            Rejection::TokenMalformed(fault(Part::Token, Problem::BearerPrefix)),
            "what follows it",
        ),
        (
            Rejection::TokenMalformed(fault(Part::Signature, Problem::LineBreak)),
            "in one line",
        ),
        (
            Rejection::TokenMalformed(fault(Part::Header, Problem::Whitespace)),
            "a blank in the header",
        ),
        (
            Rejection::TokenMalformed(fault(Part::Header, Problem::Quote)),
            "without quotes",
        ),
        (
            Rejection::TokenMalformed(fault(Part::Header, Problem::TrailingBits)),
            "cut or changed",
        ),
        (
            Rejection::TokenMalformed(fault(Part::Header, Problem::Alphabet)),
            "outside base64url",
        ),
        (
            Rejection::HeaderMalformed(fault(Part::Header, Problem::NotUtf8)),
            "header is not UTF-8",
        ),
        (
            Rejection::PayloadMalformed(fault(Part::Payload, Problem::TooDeep)),
            "deeper than 3 levels",
        ),
        (
            Rejection::PayloadMalformed(fault(Part::Payload, Problem::NotJsonObject)),
            "one JSON object",
        ),
        (
            Rejection::HeaderMalformed(fault(Part::Header, Problem::WrongType).of_member("crit")),
            "a list of names",
        ),
        (
            Rejection::ClaimMalformed(fault(Part::Payload, Problem::WrongType).of_member("aud")),
            "a list of strings",
        ),
        (
            Rejection::ClaimMalformed(fault(Part::Payload, Problem::OutOfRange).of_member("exp")),
            "between 1970 and 9999",
        ),
        (
            Rejection::AlgorithmNone(key(None, true)),
            "third part is empty",
        ),
        (
            Rejection::AlgorithmUnsupported(KeyEvidence::default()),
            "has no alg",
        ),
        (Rejection::KeyNotFound(key(None, false)), "no kid"),
        (
            Rejection::SignatureInvalid(key(None, false)),
            "No \"ES256\" key of the issuer made",
        ),
        (
            Rejection::KeyUnsuitable(KeyEvidence {
                problem: Some(KeyProblem::TooMany),
                ..key(Some("k"), false)
            }),
            "too many keys",
        ),
        (
            Rejection::IssuerNotAllowed(IssuerEvidence::default()),
            "configured more than once",
        ),
        (
            Rejection::AuthorizedPartyNotAllowed(value(None)),
            "names no client",
        ),
        (Rejection::SubjectNotAllowed(value(None)), "no sub"),
        (Rejection::ClaimNotAllowed(value(Some("b"))), "all of \"a\""),
        (
            Rejection::ClaimMissing(ValueEvidence {
                field: "tid".into(),
                ..ValueEvidence::default()
            }),
            "tid is missing, and is required",
        ),
        (
            Rejection::ScopeInsufficient(ScopeEvidence {
                presented: vec!["a,b".into()],
                missing: vec!["a".into()],
                hint: Some(Hint::CommaScopes),
                ..ScopeEvidence::default()
            }),
            "spaces, not commas",
        ),
        (
            Rejection::AudienceMismatch(AudienceEvidence {
                presented: vec!["x".into()],
                accepted: vec!["y".into()],
                intended_for: vec!["payments".into()],
                ..AudienceEvidence::default()
            }),
            "meant for \"payments\": send it there",
        ),
    ] {
        let sentence = sentence(&rejection);
        assert!(sentence.contains(part), "{part:?} not in {sentence:?}");
    }
}

#[test]
fn times_are_absolute_and_short() {
    let fraction = crate::token::numeric_date::NumericDate::from_nanos(
        i128::from(NOW) * 1_000_000_000 + 123_456_789,
    );
    assert_eq!(rfc3339(at(NOW)), "2025-11-25T08:00:00Z");
    assert_eq!(rfc3339(fraction), "2025-11-25T08:00:00.123Z");
    assert_eq!(rfc3339(at(0)), "1970-01-01T00:00:00Z");
    assert_eq!(
        rfc3339(at(crate::token::numeric_date::MAX_SECONDS)),
        "9999-12-31T23:59:59Z"
    );
}
