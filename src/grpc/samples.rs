//! Rejections for tests: one of every reason, as it typically comes, and with
//! values that a stranger made as bad as they can be.

use std::time::Duration;

use crate::keys::KeyProblem;
use crate::policy::near_miss::{Difference, NearMiss};
use crate::token::algorithm::Algorithm;
use crate::token::form::{FormFault, Limit, Part, Problem};
use crate::token::numeric_date::NumericDate;
use crate::verdict::rejection::{
    AudienceEvidence, IssuerEvidence, KeyEvidence, Reason, Rejection, ScopeEvidence, TimeEvidence,
    ValueEvidence,
};

/// 2025-11-25T08:00:00Z
pub(super) const NOW: i64 = 1_764_057_600;

pub(super) fn at(seconds: i64) -> NumericDate {
    NumericDate::from_nanos(i128::from(seconds) * 1_000_000_000)
}

/// One of every reason, in order.
pub(super) fn typical() -> Vec<Rejection> {
    Reason::ALL
        .map(|reason| sample(reason, &Values::typical()))
        .into()
}

/// One of every reason, in order, full of `filler`, everywhere where a token or a
/// configuration can put text, and as much of it as there can be.
pub(super) fn full_of(filler: &str) -> Vec<Rejection> {
    let long: Box<str> = filler.repeat(600).into();
    Reason::ALL
        .map(|reason| sample(reason, &Values::all(&long)))
        .into()
}

struct Values {
    one: fn(&Self, &str) -> Box<str>,
    many: usize,
    filler: Box<str>,
}

impl Values {
    fn typical() -> Self {
        Self {
            one: |_, typical| typical.into(),
            many: 1,
            filler: "".into(),
        }
    }

    fn all(filler: &str) -> Self {
        Self {
            one: |values, _| values.filler.clone(),
            many: 40,
            filler: filler.into(),
        }
    }

    fn of(&self, typical: &str) -> Box<str> {
        (self.one)(self, typical)
    }

    fn list(&self, typical: &str) -> Vec<Box<str>> {
        vec![self.of(typical); self.many]
    }

    fn near(&self, presented: &str, accepted: &str, difference: Difference) -> Vec<NearMiss> {
        let miss = NearMiss {
            presented: self.of(presented),
            accepted: self.of(accepted),
            differences: vec![difference],
        };
        vec![miss; self.many]
    }

    fn value(&self, field: &str, expected: &[&str], presented: Option<&str>) -> ValueEvidence {
        ValueEvidence {
            field: field.into(),
            expected: expected.iter().flat_map(|one| self.list(one)).collect(),
            all_of: false,
            presented: presented.map(|one| self.of(one)),
            hint: None,
        }
    }

    fn key(&self, alg: &str, problem: Option<KeyProblem>) -> KeyEvidence {
        KeyEvidence {
            kid: Some(self.of("k1")),
            alg: Some(self.of(alg)),
            allowed: vec![Algorithm::Rs256, Algorithm::Es256],
            problem,
            unsigned: false,
            key_set_fetched_at: Some(at(NOW - 60)),
            hint: None,
        }
    }

    fn issuer(&self, presented: Option<&str>, environment: &str) -> IssuerEvidence {
        IssuerEvidence {
            presented: presented.map(|one| self.of(one)),
            accepted: self.list("https://auth.example.com"),
            near_misses: Vec::new(),
            name: Some("staging".into()),
            environment: self.of(environment),
            untrusted: false,
            hint: None,
        }
    }

    fn audience(&self, presented: &[&str]) -> AudienceEvidence {
        AudienceEvidence {
            presented: presented.iter().flat_map(|one| self.list(one)).collect(),
            accepted: self.list("https://api.example.com/orders"),
            near_misses: Vec::new(),
            intended_for: Vec::new(),
            max_audiences: None,
            hint: None,
        }
    }

    fn fault(&self, part: Part, problem: Problem, member: &str, presented: &str) -> FormFault {
        FormFault {
            limit: None,
            member: Some(self.of(member)),
            presented: Some(self.of(presented)),
            ..FormFault::new(part, problem, 7)
        }
    }
}

fn time(claim: Option<i64>, off_by: u64, limit: Option<u64>) -> TimeEvidence {
    TimeEvidence {
        claim: claim.map(at),
        now: at(NOW),
        leeway: Duration::from_secs(if limit.is_some() { 0 } else { 30 }),
        off_by: Duration::from_secs(off_by),
        limit: limit.map(Duration::from_secs),
    }
}

fn sample(reason: Reason, values: &Values) -> Rejection {
    let orders = "https://api.example.com/orders";
    match reason {
        Reason::TokenMissing => Rejection::TokenMissing,
        Reason::TokenTooLarge => Rejection::TokenTooLarge(Limit {
            limit: 16_384,
            actual: 20_000,
        }),
        Reason::TokenOpaque => Rejection::TokenOpaque,
        Reason::TokenEncrypted => Rejection::TokenEncrypted,
        Reason::TokenMalformed => {
            Rejection::TokenMalformed(FormFault::new(Part::Payload, Problem::Padding, 7))
        }
        Reason::HeaderMalformed => {
            Rejection::HeaderMalformed(values.fault(Part::Header, Problem::WrongType, "kid", "17"))
        }
        Reason::PayloadMalformed => Rejection::PayloadMalformed(values.fault(
            Part::Payload,
            Problem::DuplicateMember,
            "tenant",
            "1",
        )),
        Reason::CriticalHeaderUnsupported => {
            Rejection::CriticalHeaderUnsupported(values.value("crit", &[], Some("[\"b64\"]")))
        }
        Reason::TokenTypeNotAllowed => Rejection::TokenTypeNotAllowed(values.value(
            "typ",
            &["at+jwt", "JWT"],
            Some("logout+jwt"),
        )),
        Reason::AlgorithmNone => Rejection::AlgorithmNone(values.key("none", None)),
        Reason::AlgorithmUnsupported => Rejection::AlgorithmUnsupported(values.key("ES256K", None)),
        Reason::AlgorithmNotAllowed => Rejection::AlgorithmNotAllowed(values.key("HS256", None)),
        Reason::IssuerMissing => Rejection::IssuerMissing(values.issuer(None, "")),
        Reason::IssuerUnknown => Rejection::IssuerUnknown(IssuerEvidence {
            near_misses: values.near(
                "https://auth.example.com/",
                "https://auth.example.com",
                Difference::TrailingSlash,
            ),
            name: None,
            ..values.issuer(Some("https://auth.example.com/"), "")
        }),
        Reason::IssuerNotAllowed => Rejection::IssuerNotAllowed(
            values.issuer(Some("https://auth.staging.example.com"), "staging-eu"),
        ),
        Reason::KeyNotFound => Rejection::KeyNotFound(values.key("RS256", None)),
        Reason::KeyUnsuitable => {
            Rejection::KeyUnsuitable(values.key("RS256", Some(KeyProblem::TooWeak)))
        }
        Reason::SignatureInvalid => Rejection::SignatureInvalid(values.key("RS256", None)),
        Reason::KeyDenied => Rejection::KeyDenied(values.key("RS256", Some(KeyProblem::Denied))),
        Reason::AudienceMissing => Rejection::AudienceMissing(values.audience(&[])),
        Reason::AudienceNotAllowed => {
            Rejection::AudienceNotAllowed(values.audience(&["https://elsewhere.example.net"]))
        }
        Reason::AudienceMismatch => Rejection::AudienceMismatch(AudienceEvidence {
            near_misses: values.near(
                "https://api.example.com/orders/",
                orders,
                Difference::TrailingSlash,
            ),
            intended_for: values.list("payments"),
            ..values.audience(&["https://api.example.com/orders/"])
        }),
        Reason::AudienceTooBroad => Rejection::AudienceTooBroad(AudienceEvidence {
            max_audiences: Some(2),
            ..values.audience(&[orders, "a", "b"])
        }),
        Reason::AuthorizedPartyNotAllowed => {
            Rejection::AuthorizedPartyNotAllowed(values.value("azp", &["shop"], Some("batch-job")))
        }
        Reason::Expired => Rejection::Expired(time(Some(NOW - 100), 70, None)),
        Reason::ExpiryMissing => Rejection::ExpiryMissing(time(None, 0, None)),
        Reason::NotYetValid => Rejection::NotYetValid(time(Some(NOW + 100), 70, None)),
        Reason::IssuedInFuture => Rejection::IssuedInFuture(time(Some(NOW + 100), 70, None)),
        Reason::LifetimeTooLong => {
            Rejection::LifetimeTooLong(time(Some(NOW + 7200), 3600, Some(3600)))
        }
        Reason::TokenTooOld => Rejection::TokenTooOld(time(Some(NOW - 700), 100, Some(600))),
        Reason::ClaimMalformed => Rejection::ClaimMalformed(values.fault(
            Part::Payload,
            Problem::OutOfRangeMilliseconds,
            "exp",
            "1764057600000",
        )),
        Reason::ClaimMissing => Rejection::ClaimMissing(values.value("/a/b", &["x"], None)),
        Reason::ClaimNotAllowed => {
            Rejection::ClaimNotAllowed(values.value("tid", &["t-1"], Some("t-2")))
        }
        Reason::SubjectNotAllowed => {
            Rejection::SubjectNotAllowed(values.value("sub", &["repo:acme/*"], Some("repo:evil/x")))
        }
        Reason::ScopeInsufficient => Rejection::ScopeInsufficient(ScopeEvidence {
            required: ["orders:read", "orders:write"]
                .iter()
                .flat_map(|one| values.list(one))
                .collect(),
            presented: values.list("orders:read"),
            missing: values.list("orders:write"),
            hint: None,
        }),
        Reason::PossessionNotProven => {
            Rejection::PossessionNotProven(values.value("cnf", &[], Some("{\"jkt\":\"x\"}")))
        }
    }
}
