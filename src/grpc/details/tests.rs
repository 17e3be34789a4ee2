use super::*;
use crate::grpc::samples::{full_of, typical};
use crate::pb::RejectionReason;
use crate::token::form::Part;
use crate::verdict::rejection::Reason;

/// The name of the detail that rejection.proto promises for a reason.
fn promised(reason: Reason) -> &'static str {
    match reason.number() {
        1 => "",
        2..=7 | 70 => "form",
        8 | 9 | 54 | 71..=73 | 80 => "value",
        20..=22 | 40..=44 => "key",
        30..=33 => "issuer",
        50..=53 => "audience",
        60..=65 => "time",
        74 => "scope",
        other => panic!("{other} is promised nothing"),
    }
}

fn kind(detail: Option<&Detail>) -> &'static str {
    match detail {
        None => "",
        Some(Detail::Form(_)) => "form",
        Some(Detail::Value(_)) => "value",
        Some(Detail::Key(_)) => "key",
        Some(Detail::Issuer(_)) => "issuer",
        Some(Detail::Audience(_)) => "audience",
        Some(Detail::Time(_)) => "time",
        Some(Detail::Scope(_)) => "scope",
    }
}

#[test]
fn every_reason_has_its_number_code_field_and_detail() {
    let fields = [
        "", "", "", "", "", "kid", "tenant", "crit", "typ", "alg", "alg", "alg", "iss", "iss",
        "iss", "kid", "kid", "", "kid", "aud", "aud", "aud", "aud", "azp", "exp", "exp", "nbf",
        "iat", "exp", "iat", "exp", "/a/b", "tid", "sub", "scope", "cnf",
    ];
    for (sample, field) in typical().iter().zip(fields) {
        let reason = sample.reason();
        let told = rejection(sample, Disclosure::Details);
        assert_eq!(told.reason, i32::from(reason.number()), "{reason:?}");
        let name = told.reason().as_str_name();
        let code = name.trim_start_matches("REJECTION_REASON_").to_lowercase();
        assert_eq!(told.code, code.replace('_', "-"));
        assert_eq!(told.field, field, "{reason:?}");
        assert_eq!(kind(told.detail.as_ref()), promised(reason), "{reason:?}");
    }
}

#[test]
fn every_number_of_the_wire_but_the_reserved_ones_is_sent() {
    for number in 1..=99 {
        let Ok(wire) = RejectionReason::try_from(number) else {
            continue;
        };
        let sent = Reason::ALL
            .iter()
            .any(|reason| wire_reason(*reason) == wire);
        let reserved = matches!(
            wire,
            RejectionReason::TenantNotAllowed | RejectionReason::KeyIssuerMismatch
        );
        assert_eq!(sent, !reserved, "{wire:?}");
    }
}

#[test]
fn codes_tell_nothing_from_the_token() {
    let secret = "tell-tale";
    for sample in full_of(secret) {
        let told = rejection(&sample, Disclosure::Codes);
        assert_eq!(told.detail, None);
        assert_eq!(told.message, message::fixed(sample.reason()));
        if matches!(
            sample,
            Rejection::HeaderMalformed(_) | Rejection::PayloadMalformed(_)
        ) {
            assert_eq!(told.field, "", "a member's name is the token's own word");
        }
        assert!(!told.message.contains(secret), "{told:?}");
    }
}

#[test]
fn of_unreadable_members_codes_name_only_those_that_are_read() {
    for (member, told) in [
        ("alg", "alg"),
        ("kid", "kid"),
        ("typ", "typ"),
        ("crit", "crit"),
        ("Alg", ""),
        ("exp", ""),
        ("x\u{202e}", ""),
    ] {
        let fault = || FormFault::new(Part::Header, Problem::DuplicateMember, 0).of_member(member);
        for sample in [
            Rejection::HeaderMalformed(fault()),
            Rejection::PayloadMalformed(fault()),
        ] {
            assert_eq!(rejection(&sample, Disclosure::Codes).field, told);
            let whole = rejection(&sample, Disclosure::Details).field;
            assert_eq!(whole, escape(member));
        }
    }
}

fn strings(detail: &Detail) -> (Vec<&String>, Vec<usize>) {
    match detail {
        Detail::Form(form) => (vec![&form.part, &form.presented], vec![]),
        Detail::Value(value) => (
            value.expected.iter().chain([&value.presented]).collect(),
            vec![value.expected.len()],
        ),
        Detail::Key(key) => (
            vec![&key.key_id, &key.algorithm],
            vec![key.allowed_algorithms.len()],
        ),
        Detail::Issuer(issuer) => (
            (issuer.accepted.iter())
                .chain([&issuer.presented, &issuer.environment])
                .chain(
                    issuer
                        .near_misses
                        .iter()
                        .flat_map(|miss| [&miss.presented, &miss.accepted]),
                )
                .collect(),
            vec![issuer.accepted.len(), issuer.near_misses.len()],
        ),
        Detail::Audience(audience) => (
            (audience.presented.iter())
                .chain(&audience.accepted)
                .chain(&audience.intended_for)
                .chain(
                    (audience.near_misses.iter())
                        .flat_map(|miss| [&miss.presented, &miss.accepted]),
                )
                .collect(),
            vec![
                audience.presented.len(),
                audience.accepted.len(),
                audience.intended_for.len(),
                audience.near_misses.len(),
            ],
        ),
        Detail::Time(_) => (vec![], vec![]),
        Detail::Scope(scope) => (
            (scope.required.iter())
                .chain(&scope.presented)
                .chain(&scope.missing)
                .collect(),
            vec![
                scope.required.len(),
                scope.presented.len(),
                scope.missing.len(),
            ],
        ),
    }
}

#[test]
fn strings_are_escaped_and_cut_and_lists_end_at_sixteen() {
    for filler in ["a", "\\", "\r\n", "\u{202e}", "\u{10ffff}"] {
        for sample in full_of(filler) {
            let told = rejection(&sample, Disclosure::Details);
            let detail = told.detail.iter().map(strings).next().unwrap_or_default();
            for text in detail.0.into_iter().chain([&told.field]) {
                let plain = text.chars().all(|c| matches!(c, ' '..='~' | '…'));
                assert!(plain && text.len() <= 256, "{text:?}");
            }
            assert!(detail.1.iter().all(|length| *length <= 16), "{told:?}");
        }
    }
    // Before the cut.
    let broad = full_of("a").into_iter().find_map(|sample| {
        match rejection(&sample, Disclosure::Details).detail {
            Some(Detail::Audience(audience)) if audience.max_audiences > 0 => Some(audience),
            _ => None,
        }
    });
    let broad = broad.unwrap();
    assert_eq!((broad.presented_count, broad.presented.len()), (120, 16));
}

#[test]
fn a_count_of_parts_says_what_was_expected() {
    for (sample, actual) in [(Rejection::TokenOpaque, 1), (Rejection::TokenEncrypted, 5)] {
        let Some(Detail::Form(form)) = rejection(&sample, Disclosure::Details).detail else {
            panic!("{sample:?}")
        };
        assert_eq!(form.problem(), pb::form_detail::Problem::PartCount);
        assert_eq!((form.limit, form.actual), (3, actual));
    }
}

#[test]
fn what_passed_its_bound_by_nothing_is_off_by_zero_and_what_has_no_bound_is_unset() {
    let off_by = |wanted: Reason| {
        let mut evidence = TimeEvidence {
            claim: Some(NumericDate::from_nanos(0)),
            now: NumericDate::from_nanos(0),
            leeway: Duration::ZERO,
            off_by: Duration::ZERO,
            limit: None,
        };
        let sample = match wanted {
            Reason::Expired => Rejection::Expired(evidence),
            _ => {
                evidence.claim = None;
                Rejection::ExpiryMissing(evidence)
            }
        };
        match rejection(&sample, Disclosure::Details).detail {
            Some(Detail::Time(time)) => time.off_by,
            _ => None,
        }
    };
    assert_eq!(off_by(Reason::Expired), Some(duration(Duration::ZERO)));
    assert_eq!(off_by(Reason::ExpiryMissing), None);
}
