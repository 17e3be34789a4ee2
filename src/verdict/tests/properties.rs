//! What holds for every token.

use std::time::Duration;

use proptest::prelude::*;

use super::support::{Case, NOW, Signer, nothing_of_keys, numbers};
use crate::keys::{Finding, KeyProblem, KeySetState, Standing};
use crate::policy::audience::{RequiredClaim, SubjectMatch, Wanted};
use crate::verdict::check::{Check, Outcome, Recorder};
use crate::verdict::{Signature, Verdict};

/// JSON of any shape, right and nearly right.
fn json() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|truth| truth.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        (NOW - 5000..NOW + 5000).prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| super::support::quoted(&text)),
        Just("1e400".to_owned()),
        Just(r#""\ud800""#.to_owned()),
    ];
    scalar.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4)
                .prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec(("[a-c]{1,2}", inner), 0..4).prop_map(|members| {
                let members: Vec<String> = (members.iter())
                    .map(|(name, value)| format!("{name:?}:{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

/// A claim of those that are read, with what it may and may not hold.
fn claim() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec![
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "azp",
        "client_id",
        "cid",
        "scope",
        "scp",
        "cnf",
        "tid",
        "x",
    ]);
    let good = prop::sample::select(vec![
        r#""https://id.example""#,
        r#""https://id.staging.example""#,
        r#""urn:orders""#,
        r#"["urn:orders","urn:x"]"#,
        r#""urn:shop""#,
        r#""alice""#,
        r#""read write""#,
        "1800000000",
        "1800000031",
        "1799999969",
    ])
    .prop_map(ToOwned::to_owned);
    (name.prop_map(ToOwned::to_owned), prop_oneof![good, json()])
}

fn parameter() -> impl Strategy<Value = (String, String)> {
    let name = prop::sample::select(vec!["alg", "kid", "typ", "crit", "jwk", "x"]);
    let good = prop::sample::select(vec![
        r#""ES256""#,
        r#""RS256""#,
        r#""none""#,
        r#""k1""#,
        r#""k2""#,
        r#""JWT""#,
        r#"["exp"]"#,
    ])
    .prop_map(ToOwned::to_owned);
    (name.prop_map(ToOwned::to_owned), prop_oneof![good, json()])
}

fn finding() -> impl Strategy<Value = Option<Finding>> {
    let verified = Finding::Verified {
        kid: Some("k1".into()),
        thumbprint: "t".into(),
    };
    prop::sample::select(vec![
        None,
        Some(verified),
        Some(Finding::SignatureInvalid),
        Some(Finding::NotFound),
        Some(Finding::Ambiguous),
        Some(Finding::Unsuitable(KeyProblem::Use)),
        Some(Finding::Denied),
        Some(Finding::NoKeys),
    ])
}

fn standing() -> impl Strategy<Value = Option<Standing>> {
    let states = vec![KeySetState::Fresh, KeySetState::Static];
    let one = (prop::sample::select(states), 0..7200u64, any::<bool>()).prop_map(
        |(state, age, proves_absence)| Standing {
            state,
            age: Duration::from_secs(age),
            proves_absence,
            ..Case::good().standing.unwrap()
        },
    );
    prop::option::weighted(0.9, one)
}

prop_compose! {
    /// A good case, bent in up to a few ways.
    fn case()(
        claims in prop::collection::vec(claim(), 0..3),
        parameters in prop::collection::vec(parameter(), 0..2),
        signer in prop::sample::select(vec![Signer::Key, Signer::Key, Signer::Stranger, Signer::Nobody]),
        strict in any::<bool>(),
        append in prop::option::weighted(0.1, claim()),
        finding in finding(),
        standing in standing(),
    ) -> Case {
        Case::bent(|case| {
            for (name, value) in &claims {
                case.claim(name, value);
            }
            for (name, value) in &parameters {
                case.parameter(name, value);
            }
            case.claims.extend(append);
            case.signer = signer;
            case.finding = finding;
            case.standing = standing;
            if strict {
                case.policy.max_age = Some(Duration::from_secs(3000));
                case.policy.max_lifetime = Some(Duration::from_secs(9000));
                case.policy.max_audiences = Some(1);
                case.policy.required_scopes = vec!["read".into()];
                case.policy.subjects = Some(vec![SubjectMatch::Exact("alice".into())]);
                case.policy.authorized_parties = Some(vec!["app".into()]);
                case.policy.required_claims = vec![RequiredClaim {
                    path: vec!["scope".into()],
                    is_path: false,
                    wanted: Wanted::Present,
                }];
            }
        })
    }
}

/// Counts failures.
#[derive(Default)]
struct Heard {
    failed: Vec<u8>,
    checks: Vec<Check>,
    undecided: usize,
}

impl Recorder for Heard {
    fn record(&mut self, check: Check, outcome: Outcome<'_>) {
        match outcome {
            Outcome::Failed(rejection) => self.failed.push(rejection.reason().number()),
            Outcome::Undecided(_) => self.undecided += 1,
            Outcome::Passed | Outcome::Skipped(_) => {}
        }
        if self.checks.last() != Some(&check) {
            self.checks.push(check);
        }
    }
}

fn told(verdict: &Verdict) -> Vec<u8> {
    match verdict {
        Verdict::Inactive(inactive) => numbers(inactive),
        Verdict::Active(_) | Verdict::CannotTell(_) => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn no_text_panics(text in prop_oneof![
        any::<String>(),
        "[A-Za-z0-9_.=-]{0,80}",
        "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}",
    ]) {
        let case = Case::bent(|case| case.text = Some(text));
        let judgement = case.judge();
        prop_assert!(matches!(judgement.verdict, Verdict::Inactive(_)));
    }

    #[test]
    fn no_json_panics(header in json(), payload in json()) {
        let case = Case::bent(|case| {
            case.header_json = Some(header);
            case.payload_json = Some(payload);
        });
        prop_assert!(matches!(case.judge().verdict, Verdict::Inactive(_)));
    }

    #[test]
    fn a_verdict_is_one_of_three(case in case()) {
        let mut heard = Heard::default();
        let judgement = case.judge_with(&mut heard);
        let told = told(&judgement.verdict);
        heard.failed.sort_unstable();
        prop_assert_eq!(&heard.failed, &told, "what failed is what is told, in order");
        match &judgement.verdict {
            Verdict::Active(_) => {
                prop_assert!(told.is_empty() && heard.undecided == 0);
                prop_assert_eq!(judgement.signature, Signature::Verified);
                prop_assert!(judgement.keys.is_some() && judgement.issuer.is_some());
            }
            Verdict::Inactive(_) => prop_assert!(!told.is_empty()),
            Verdict::CannotTell(_) => {
                prop_assert!(told.is_empty() && heard.undecided > 0);
                prop_assert_eq!(judgement.signature, Signature::NotChecked);
            }
        }
        let verified = matches!(case.finding, None | Some(Finding::Verified { .. }));
        prop_assert!(verified || judgement.signature != Signature::Verified);
        // Every check is heard of, in no more than one stretch.
        let mut checks = heard.checks.clone();
        checks.sort_unstable();
        prop_assert_eq!(checks, Check::ALL);
    }

    #[test]
    fn no_reasons_and_a_verified_signature_is_active(case in case()) {
        let judgement = case.judge();
        let active = matches!(judgement.verdict, Verdict::Active(_));
        let clean = told(&judgement.verdict).is_empty();
        prop_assert_eq!(active, clean && judgement.signature == Signature::Verified);
    }

    #[test]
    fn reasons_that_need_no_keys_never_depend_on_them(
        case in case(), finding in finding(), standing in standing(), keys in any::<bool>(),
    ) {
        let mut other = case.clone();
        other.finding = finding;
        other.standing = standing;
        if !keys {
            other.jwks = None;
        }
        let (one, two) = (case.judge(), other.judge());
        let (one, two) = (nothing_of_keys(&one), nothing_of_keys(&two));
        prop_assert_eq!(one, two);
    }

    #[test]
    fn the_order_of_members_changes_nothing(
        case in case(),
        seed in any::<u64>(),
    ) {
        let mut other = case.clone();
        // Of a name that is twice, the second is told of: those keep their order.
        let rotate = |members: &mut Vec<(String, String)>| {
            let unique: std::collections::HashSet<_> = members.iter().map(|(name, _)| name).collect();
            if unique.len() == members.len() {
                let by = usize::try_from(seed % 16).unwrap() % members.len();
                members.rotate_left(by);
                if seed % 3 == 0 {
                    members.reverse();
                }
            }
        };
        rotate(&mut other.header);
        rotate(&mut other.claims);
        let (one, two) = (case.judge(), other.judge());
        prop_assert_eq!(told(&one.verdict), told(&two.verdict));
        prop_assert_eq!(one.signature, two.signature);
        let fields = |verdict: &Verdict| match verdict {
            Verdict::Inactive(inactive) => {
                inactive.rejections().map(|one| one.field().to_owned()).collect()
            }
            Verdict::Active(_) | Verdict::CannotTell(_) => Vec::new(),
        };
        prop_assert_eq!(fields(&one.verdict), fields(&two.verdict));
    }
}
