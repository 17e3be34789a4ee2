//! A good token before a policy that takes it, to be bent.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::Algorithm as SigningAlgorithm;
use jsonwebtoken::crypto::sign;
use serde_json::{Value, json};

use crate::dev::keys::{SigningKey, unpublished};
use crate::keys::adopt::{KeySet, adopt};
use crate::keys::jwk::Kinds;
use crate::keys::select::{DenyList, verify};
use crate::keys::{Evidence, Finding, KeySetState, Standing, jwk_set};
use crate::policy::audience::AudiencePolicy;
use crate::policy::caller::{Caller, Disclosure};
use crate::policy::issuer::Issuer;
use crate::policy::{Candidate, Name, Policies};
use crate::token::Token;
use crate::token::algorithm::AlgorithmSet;
use crate::token::claims::Claim;
use crate::token::numeric_date::NumericDate;
use crate::verdict::check::Recorder;
use crate::verdict::judge::{Question, judge, judge_text};
use crate::verdict::key_work::key_work;
use crate::verdict::rejection::{Reason, Rejection};
use crate::verdict::{Inactive, Judgement, Verdict};

/// The instant tokens are judged at, unless a test says otherwise.
pub(super) const NOW: i64 = 1_800_000_000;

/// The reasons of a token that is active.
pub(super) const ACTIVE: [u8; 0] = [];

/// The key that is in the set, as `k1`.
static KEY: LazyLock<SigningKey> = LazyLock::new(|| unpublished().unwrap());

/// A key that is in no set.
static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| unpublished().unwrap());

/// Who puts the third part there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signer {
    Key,
    Stranger,
    /// The third part stays empty.
    Nobody,
}

/// A token, the policy it meets, and the keys at hand.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// Instead of a token.
    pub(super) text: Option<String>,
    /// Members by name and JSON text, in order.
    pub(super) header: Vec<(String, String)>,
    pub(super) claims: Vec<(String, String)>,
    /// Instead of the members.
    pub(super) header_json: Option<String>,
    pub(super) payload_json: Option<String>,
    pub(super) signer: Signer,
    pub(super) max_bytes: usize,
    pub(super) policy: AudiencePolicy,
    /// Beside the one that is asked for, which comes first.
    pub(super) others: Vec<AudiencePolicy>,
    pub(super) issuers: Vec<Arc<Issuer>>,
    pub(super) caller: Caller,
    pub(super) scopes: Vec<Box<str>>,
    pub(super) now: NumericDate,
    /// Members of the set at hand; `None`: no set.
    pub(super) jwks: Option<Vec<Value>>,
    pub(super) standing: Option<Standing>,
    pub(super) denied: DenyList,
    /// Instead of what a search would find.
    pub(super) finding: Option<Finding>,
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text).unwrap()
}

pub(super) fn boxes(texts: &[&str]) -> Vec<Box<str>> {
    texts.iter().map(|text| (*text).into()).collect()
}

pub(super) fn at(seconds: i64) -> NumericDate {
    NumericDate::from_seconds(seconds)
}

pub(super) fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

fn issuer(text: &str, identifier: &str, environment: &str) -> Issuer {
    Issuer {
        name: name(text),
        identifier: identifier.into(),
        environment: environment.into(),
        algorithms: AlgorithmSet::asymmetric(),
        trusted: true,
        max_stale: Some(Duration::from_secs(3600)),
    }
}

fn members(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect()
}

fn object(members: &[(String, String)]) -> String {
    let members: Vec<String> = (members.iter())
        .map(|(name, value)| format!("{}:{value}", quoted(name)))
        .collect();
    format!("{{{}}}", members.join(","))
}

/// The published part of the key, under a kid.
pub(super) fn jwk(kid: &str) -> Value {
    let mut jwk = KEY.jwk.clone();
    jwk["kid"] = kid.into();
    jwk
}

/// The same of the stranger's.
pub(super) fn strange_jwk(kid: &str) -> Value {
    let mut jwk = STRANGER.jwk.clone();
    jwk["kid"] = kid.into();
    jwk
}

pub(super) fn key_set(keys: &[Value]) -> KeySet {
    let document = json!({ "keys": keys }).to_string();
    let set = jwk_set::parse(document.as_bytes(), Kinds::Asymmetric).unwrap();
    adopt(None, set, at(NOW), Duration::ZERO).0
}

impl Case {
    /// Active, for an hour: issuer `prod`, audience `orders`, key `k1`.
    pub(super) fn good() -> Self {
        let prod = Arc::new(issuer("prod", "https://id.example", "production"));
        let staging = issuer("staging", "https://id.staging.example", "staging");
        let sandbox = Issuer {
            trusted: false,
            ..issuer("sandbox", "https://sandbox.invalid", "sandbox")
        };
        let twins = ["twin-a", "twin-b"].map(|twin| issuer(twin, "https://twin.invalid", twin));
        let policy = |text, accept: &[&str]| {
            AudiencePolicy::new(name(text), boxes(accept), vec![prod.clone()])
        };
        Self {
            text: None,
            header: members(&[
                ("alg", r#""ES256""#),
                ("kid", r#""k1""#),
                ("typ", r#""at+jwt""#),
            ]),
            claims: members(&[
                ("iss", r#""https://id.example""#),
                ("aud", r#""urn:orders""#),
                ("sub", r#""alice""#),
                ("client_id", r#""app""#),
                ("scope", r#""read write""#),
                ("iat", "1799999900"),
                ("exp", "1800003600"),
                ("jti", r#""1""#),
            ]),
            header_json: None,
            payload_json: None,
            signer: Signer::Key,
            max_bytes: 16_384,
            policy: policy("orders", &["urn:orders"]),
            others: vec![
                policy("refunds", &["urn:refunds", "urn:shop"]),
                policy("payments", &["urn:payments", "urn:shop"]),
            ],
            issuers: [Arc::clone(&prod)]
                .into_iter()
                .chain([staging, sandbox].into_iter().chain(twins).map(Arc::new))
                .collect(),
            caller: Caller::anyone(Disclosure::Details),
            scopes: Vec::new(),
            now: at(NOW),
            jwks: Some(vec![jwk("k1")]),
            standing: Some(Standing {
                state: KeySetState::Fresh,
                fetched_at: at(NOW - 60),
                age: Duration::from_secs(60),
                proves_absence: true,
                generation: 1,
            }),
            denied: DenyList::default(),
            finding: None,
        }
    }

    /// A good one, bent.
    pub(super) fn bent(bend: impl FnOnce(&mut Self)) -> Self {
        let mut case = Self::good();
        bend(&mut case);
        case
    }

    /// Puts a claim there, by its JSON text.
    pub(super) fn claim(&mut self, name: &str, json: &str) {
        put(&mut self.claims, name, json);
    }

    pub(super) fn without(&mut self, claim: &str) {
        self.claims.retain(|(name, _)| name != claim);
    }

    /// Puts a header parameter there, by its JSON text.
    pub(super) fn parameter(&mut self, name: &str, json: &str) {
        put(&mut self.header, name, json);
    }

    /// Lets the policy ask this of every issuer there is of that name.
    pub(super) fn bend_issuer(&mut self, bend: impl FnOnce(&mut Issuer)) {
        let mut issuer = Issuer::clone(&self.policy.issuers[0]);
        bend(&mut issuer);
        let issuer = Arc::new(issuer);
        self.policy.issuers[0] = Arc::clone(&issuer);
        self.issuers[0] = issuer;
    }

    pub(super) fn standing(&mut self) -> &mut Standing {
        self.standing.as_mut().unwrap()
    }

    /// What is presented.
    pub(super) fn token(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let header = (self.header_json.clone()).unwrap_or_else(|| object(&self.header));
        let payload = (self.payload_json.clone()).unwrap_or_else(|| object(&self.claims));
        let part = |json: &str| URL_SAFE_NO_PAD.encode(json);
        let input = format!("{}.{}", part(&header), part(&payload));
        let key = match self.signer {
            Signer::Nobody => return format!("{input}."),
            Signer::Key => &KEY,
            Signer::Stranger => &STRANGER,
        };
        let signature = sign(input.as_bytes(), &key.encoding, SigningAlgorithm::ES256);
        format!("{input}.{}", signature.unwrap())
    }

    pub(super) fn judge(&self) -> Judgement {
        self.judge_with(&mut ())
    }

    pub(super) fn judge_with<R: Recorder>(&self, recorder: &mut R) -> Judgement {
        let token = match Token::parse(&self.token(), self.max_bytes) {
            Ok(token) => token,
            Err(fault) => return judge_text(fault, recorder),
        };
        let audiences = [self.policy.clone()].into_iter().chain(self.others.clone());
        let policies = Policies::new(self.issuers.clone(), audiences.collect());
        let iss = (token.claims.as_ref()).map_or(&Claim::Malformed, |claims| &claims.iss);
        let candidate = policies.candidate(iss, &self.policy);
        let evidence = self.evidence(&token, &candidate);
        let question = Question {
            token: &token,
            candidate: &candidate,
            evidence: evidence.as_ref(),
            policy: &self.policy,
            scopes: &self.scopes,
            caller: &self.caller,
            policies: &policies,
            now: self.now,
        };
        judge(&question, recorder)
    }

    fn evidence(&self, token: &Token, candidate: &Candidate) -> Option<Evidence> {
        let work = key_work(token, candidate, &self.policy)?;
        let set = self.jwks.as_deref().map(key_set);
        let found = || {
            let set = set.as_ref();
            verify(token, work.kid, work.algorithm, set, &self.denied)
        };
        Some(Evidence {
            finding: self.finding.clone().unwrap_or_else(found),
            standing: self.standing.clone(),
        })
    }

    /// The numbers of all reasons in order; empty if it is active.
    ///
    /// # Panics
    /// It cannot be told.
    pub(super) fn reasons(&self) -> Vec<u8> {
        match self.judge().verdict {
            Verdict::Active(_) => Vec::new(),
            Verdict::Inactive(inactive) => numbers(&inactive),
            Verdict::CannotTell(cause) => panic!("cannot tell: {}", cause.code()),
        }
    }

    /// # Panics
    /// It is not inactive.
    pub(super) fn inactive(&self) -> Inactive {
        match self.judge().verdict {
            Verdict::Inactive(inactive) => inactive,
            other => panic!("{other:?}"),
        }
    }

    /// The one rejection of a reason.
    pub(super) fn rejection(&self, reason: Reason) -> Rejection {
        let inactive = self.inactive();
        let mut found = inactive.rejections().filter(|one| one.reason() == reason);
        let (first, second) = (found.next(), found.next());
        assert!(second.is_none(), "{reason:?} is there twice");
        first.cloned().unwrap_or_else(|| panic!("no {reason:?}"))
    }
}

pub(super) fn numbers(inactive: &Inactive) -> Vec<u8> {
    (inactive.rejections())
        .map(|one| one.reason().number())
        .collect()
}

fn put(members: &mut Vec<(String, String)>, name: &str, json: &str) {
    match members.iter_mut().find(|(known, _)| known == name) {
        Some((_, value)) => *value = json.into(),
        None => members.push((name.into(), json.into())),
    }
}

/// The rejections that no keys are needed for.
pub(super) fn nothing_of_keys(judgement: &Judgement) -> Vec<Rejection> {
    match &judgement.verdict {
        Verdict::Inactive(inactive) => (inactive.rejections())
            .filter(|one| !matches!(one.reason().number(), 40..=44))
            .cloned()
            .collect(),
        Verdict::Active(_) | Verdict::CannotTell(_) => Vec::new(),
    }
}
