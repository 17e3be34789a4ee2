//! A vector through the library, as an operator would have configured it.

use std::sync::Arc;
use std::time::Duration;

use audient::keys::adopt::{KeySet, adopt};
use audient::keys::jwk::Kinds;
use audient::keys::select::{DenyList, verify};
use audient::keys::{Evidence, KeySetState, Standing, jwk_set};
use audient::policy::audience::{
    AudiencePolicy, RequiredClaim, SenderConstrained, SubjectMatch, TokenType, Wanted,
};
use audient::policy::caller::{Caller, Disclosure};
use audient::policy::issuer::Issuer;
use audient::policy::{Candidate, Name, Policies};
use audient::token::Token;
use audient::token::algorithm::{Algorithm, AlgorithmSet};
use audient::token::claims::Claim;
use audient::token::numeric_date::NumericDate;
use audient::verdict::check::{Check, Outcome, Recorder};
use audient::verdict::judge::{Question, judge, judge_text};
use audient::verdict::key_work::key_work;
use audient::verdict::rejection::Rejection;
use audient::verdict::{Cause, Judgement, Signature, Verdict};
use serde_json::Value;

use crate::vectors::{Case, Layer};

const MAX_BYTES: usize = 1 << 20;

/// What came of a vector.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Judged {
    Accepted,
    /// With every reason by number and name, the leading one first.
    Refused(Vec<(u8, String)>),
}

/// Hears why a question stays undecided: without the reasons that the source did
/// not ask for, that is the answer.
#[derive(Default)]
struct Undecided(Option<Cause>);

impl Recorder for Undecided {
    fn record(&mut self, _: Check, outcome: Outcome<'_>) {
        if let Outcome::Undecided(cause) = outcome {
            self.0 = Some(cause);
        }
    }
}

/// What a vector is judged by.
pub(crate) struct Bench<'a> {
    case: &'a Case,
    keys: Option<KeySet>,
    policy: AudiencePolicy,
    policies: Policies,
    now: NumericDate,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(case: &'a Case) -> Self {
        // What would be configured does not hang on how the token is spelled.
        let token = Token::parse(case.text().trim_end_matches('='), MAX_BYTES).ok();
        let now = NumericDate::from_nanos(nanos(case.now.unwrap_or(1_700_000_000.0)));
        let document = case.document();
        let kinds = kinds(case, token.as_ref());
        let keys = jwk_set::parse(document.as_bytes(), kinds)
            .ok()
            .map(|set| adopt(None, set, now, Duration::ZERO).0);
        let issuers = issuers(case, token.as_ref(), kinds);
        let policy = policy(case, token.as_ref(), issuers.clone());
        let policies = Policies::new(issuers, vec![policy.clone()]);
        Self {
            case,
            keys,
            policy,
            policies,
            now,
        }
    }

    /// The verdict on a text, leaving out what the source did not ask.
    pub(crate) fn judge(&self, text: &str) -> Judged {
        let mut undecided = Undecided::default();
        let judgement = match Token::parse(text, MAX_BYTES) {
            Ok(token) => self.judge_token(&token, &mut undecided),
            Err(fault) => judge_text(fault, &mut ()),
        };
        let mut reasons: Vec<(u8, String)> = match &judgement.verdict {
            Verdict::Active(_) => return Judged::Accepted,
            Verdict::CannotTell(_) => Vec::new(),
            Verdict::Inactive(inactive) => (inactive.rejections())
                .map(Rejection::reason)
                .filter(|reason| self.asked(reason.number()))
                .map(|reason| (reason.number(), reason.code().to_owned()))
                .collect(),
        };
        if reasons.is_empty() {
            if judgement.signature == Signature::Verified {
                return Judged::Accepted;
            }
            let cause = undecided.0.expect("nothing is wrong, and nothing verified");
            reasons.push((40, cause.code().to_owned()));
        }
        Judged::Refused(reasons)
    }

    fn judge_token(&self, token: &Token, recorder: &mut Undecided) -> Judgement {
        let iss = (token.claims.as_ref()).map_or(&Claim::Malformed, |claims| &claims.iss);
        let candidate = match self.case.layer {
            // The payload need not be claims: the keys are the issuer's all the same.
            Layer::Jws => Candidate::Listed(Arc::clone(&self.policy.issuers[0])),
            _ => self.policies.candidate(iss, &self.policy),
        };
        let evidence = key_work(token, &candidate, &self.policy).map(|work| Evidence {
            finding: verify(
                token,
                work.kid,
                work.algorithm,
                self.keys.as_ref(),
                &DenyList::default(),
            ),
            standing: Some(Standing {
                state: KeySetState::Static,
                fetched_at: self.now,
                age: Duration::ZERO,
                proves_absence: true,
                generation: 1,
            }),
        });
        let question = Question {
            token,
            candidate: &candidate,
            evidence: evidence.as_ref(),
            policy: &self.policy,
            scopes: &[],
            caller: &Caller::anyone(Disclosure::Details),
            policies: &self.policies,
            now: self.now,
        };
        judge(&question, recorder)
    }

    /// Whether the source asked for what this reason is about.
    fn asked(&self, number: u8) -> bool {
        let wanted = &self.case.policy;
        let switched_off = |option: &str| {
            let option = format!("options.{option}");
            wanted.extra.get(option) == Some(&Value::Bool(false))
        };
        match (self.case.layer, number) {
            (Layer::Jws, 7 | 9 | 30..40 | 45..) => false,
            (Layer::Jws, _) => true,
            (_, 30..40) => wanted.issuers.is_some(),
            (_, 50..54) => wanted.audiences.is_some(),
            (_, 60) => !switched_off("verify_exp"),
            (_, 62) => !switched_off("verify_nbf"),
            (_, 63) => !switched_off("verify_iat"),
            _ => true,
        }
    }
}

/// A key document: accepted if it has a usable key.
pub(crate) fn judge_document(case: &Case) -> Judged {
    let refused = |why: String| Judged::Refused(vec![(41, why)]);
    match jwk_set::parse(case.document().as_bytes(), kinds(case, None)) {
        Ok(set) if !set.keys.is_empty() => Judged::Accepted,
        Ok(set) => refused(match set.ignored.first() {
            Some(key) => format!("no usable key: {:?}", key.problem),
            None => "no usable key".into(),
        }),
        Err(fault) => {
            let fault = format!("{fault:?}");
            refused(fault.split([' ', '{']).next().unwrap_or_default().into())
        }
    }
}

/// An operator who has secrets alone lists HS*: what the source lists, else what
/// the token uses.
fn kinds(case: &Case, token: Option<&Token>) -> Kinds {
    let keys = case.jwks["keys"].as_array().map_or(&[][..], Vec::as_slice);
    if keys.is_empty() || !keys.iter().all(|key| key["kty"] == "oct") {
        return Kinds::Asymmetric;
    }
    let listed: AlgorithmSet = match &case.policy.algorithms {
        Some(names) => named(names)
            .iter()
            .filter(|one| one.is_symmetric())
            .collect(),
        None => (token.and_then(algorithm).into_iter())
            .filter(|one| one.is_symmetric())
            .collect(),
    };
    let algorithms = match listed.is_empty() {
        true => [Algorithm::Hs256].into_iter().collect(),
        false => listed,
    };
    Kinds::Symmetric { algorithms }
}

fn algorithm(token: &Token) -> Option<Algorithm> {
    let header = token.header.as_ref().ok()?;
    Algorithm::from_name(header.alg.as_deref()?)
}

fn named(names: &[String]) -> AlgorithmSet {
    (names.iter())
        .filter_map(|name| Algorithm::from_name(name))
        .collect()
}

fn issuers(case: &Case, token: Option<&Token>, kinds: Kinds) -> Vec<Arc<Issuer>> {
    let claims = token.and_then(|token| token.claims.as_ref().ok());
    let presented = claims.and_then(|claims| claims.iss.value());
    let identifiers = match (&case.policy.issuers, presented) {
        (Some(listed), _) => listed.clone(),
        (None, Some(iss)) => vec![iss.to_string()],
        (None, None) => vec!["urn:issuer".to_owned()],
    };
    (identifiers.into_iter().enumerate())
        .map(|(index, identifier)| {
            Arc::new(Issuer {
                name: Name::new(&format!("issuer-{index}")).unwrap(),
                identifier: identifier.into(),
                environment: "".into(),
                algorithms: match kinds {
                    Kinds::Asymmetric => AlgorithmSet::asymmetric(),
                    Kinds::Symmetric { algorithms } => algorithms,
                },
                trusted: true,
                max_stale: None,
            })
        })
        .collect()
}

fn policy(case: &Case, token: Option<&Token>, issuers: Vec<Arc<Issuer>>) -> AudiencePolicy {
    let wanted = &case.policy;
    let claims = token.and_then(|token| token.claims.as_ref().ok());
    let presented = claims.and_then(|claims| claims.aud.value());
    let accept = match (&wanted.audiences, presented) {
        (Some(listed), _) => listed.iter().map(|one| one.as_str().into()).collect(),
        (None, Some(aud)) => aud.clone(),
        (None, None) => vec!["urn:audience".into()],
    };
    let typ = token.and_then(|token| token.header.as_ref().ok()?.typ.clone());
    let mut policy = AudiencePolicy::new(Name::new("audience").unwrap(), accept, issuers);
    policy.algorithms = match &wanted.algorithms {
        Some(names) => named(names),
        None => AlgorithmSet::all(),
    };
    policy.token_types = vec![TokenType::new(typ.as_deref().unwrap_or("JWT"))];
    policy.leeway = Duration::from_secs_f64(wanted.leeway.unwrap_or(0.0));
    policy.require_expiry = false;
    policy.issuer_optional = wanted.issuers.is_none();
    policy.sender_constrained = SenderConstrained::CallerChecks;
    if let Some(required) = wanted
        .extra
        .get("options.require")
        .and_then(Value::as_array)
    {
        policy.required_claims = (required.iter().filter_map(Value::as_str))
            .map(|name| RequiredClaim {
                path: vec![name.into()],
                is_path: false,
                wanted: Wanted::Present,
            })
            .collect();
    }
    if let Some(subject) = wanted.extra.get("subject").and_then(Value::as_str) {
        policy.subjects = Some(vec![SubjectMatch::Exact(subject.into())]);
    }
    policy
}

/// Exact where the text was: sources give whole seconds or a few digits.
#[allow(clippy::cast_possible_truncation, reason = "seconds of this century")]
fn nanos(seconds: f64) -> i128 {
    let whole = seconds.trunc();
    whole as i128 * 1_000_000_000 + ((seconds - whole) * 1e9) as i128
}
