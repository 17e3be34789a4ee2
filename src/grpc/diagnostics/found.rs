//! What each check found, in words.

use std::time::Duration;

use super::checks::Seen;
use crate::grpc::message::words::{Room, rfc3339, seconds};
use crate::policy::audience::AudiencePolicy;
use crate::token::claims::{Claim, Claims, Client};
use crate::token::header::Header;
use crate::token::json::Value;
use crate::token::numeric_date::NumericDate;
use crate::verdict::Signature;
use crate::verdict::check::Check;

impl Seen<'_> {
    /// What the token has.
    pub(super) fn found(&self, check: Check, room: Room) -> String {
        match check {
            Check::Form => match self.token {
                Some(token) if token.header.is_ok() && token.claims.is_ok() => "as wanted".into(),
                _ => String::new(),
            },
            Check::Crit => self.of_header(|header| value(header.json().get("crit"), room)),
            Check::Typ => self.of_header(|header| match &header.typ {
                Some(typ) => room.quote(typ),
                None => "absent, which counts as \"JWT\"".into(),
            }),
            Check::Alg => self.of_header(|header| {
                let unsigned = (self.token).is_some_and(|token| token.signature().is_empty());
                let empty = if unsigned { ", and no signature" } else { "" };
                format!("{}{empty}", room.opt(header.alg.as_deref()))
            }),
            Check::Key => self.of_header(|header| self.key_named(header, room)),
            Check::Signature => match self.one.judgement.signature {
                Signature::Verified => "verified".into(),
                Signature::Invalid => "does not verify".into(),
                Signature::NotChecked => "not checked".into(),
            },
            Check::Iss => self.raw("iss", room),
            Check::Aud => self.of_claims(|claims| match &claims.aud {
                Claim::Value(values) if !values.is_empty() => room.list(values),
                Claim::Value(_) | Claim::Absent | Claim::Malformed => self.raw("aud", room),
            }),
            Check::Azp => self.of_claims(|claims| match claims.client() {
                Client::Absent => "absent".into(),
                Client::Malformed { claim, text } => format!("{} ({claim})", room.bare(text)),
                Client::Value { claim, client } => format!("{} ({claim})", room.quote(&client)),
            }),
            Check::Exp => self.of_claims(|claims| self.date("exp", &claims.exp, room)),
            Check::Nbf => self.of_claims(|claims| self.date("nbf", &claims.nbf, room)),
            Check::Iat => self.of_claims(|claims| self.date("iat", &claims.iat, room)),
            Check::Lifetime => self.of_claims(|claims| self.lifetime_found(claims)),
            Check::Claims => self.of_claims(|claims| claims_found(self.one.policy, claims, room)),
            Check::Sub => self.raw("sub", room),
            Check::Scope => self.of_claims(|claims| match claims.scopes().as_slice() {
                [] => "none".into(),
                scopes => room.list(scopes),
            }),
            Check::Cnf => self.raw("cnf", room),
        }
    }

    fn of_header(&self, text: impl FnOnce(&Header) -> String) -> String {
        let header = self.token.and_then(|token| token.header.as_ref().ok());
        header.map_or_else(String::new, text)
    }

    fn of_claims(&self, text: impl FnOnce(&Claims) -> String) -> String {
        let claims = self.token.and_then(|token| token.claims.as_ref().ok());
        claims.map_or_else(String::new, text)
    }

    /// A claim as it stands there.
    fn raw(&self, name: &str, room: Room) -> String {
        self.of_claims(|claims| value(claims.json().get(name), room))
    }

    fn date(&self, name: &str, claim: &Claim<NumericDate>, room: Room) -> String {
        match claim {
            Claim::Value(date) => rfc3339(*date),
            Claim::Absent | Claim::Malformed => self.raw(name, room),
        }
    }

    fn key_named(&self, header: &Header, room: Room) -> String {
        match (&header.kid, &self.one.judgement.verified_kid) {
            (Some(kid), _) => format!("kid {}", room.quote(kid)),
            (None, None) => "no kid".into(),
            (None, Some(used)) => format!("no kid; {} verified it", room.quote(used)),
        }
    }

    fn lifetime_found(&self, claims: &Claims) -> String {
        let Some(iat) = claims.iat.value() else {
            return "no iat".into();
        };
        let lives = match claims.exp.value() {
            Some(exp) => format!("lives {}", seconds(exp.since(*iat))),
            None => "no end".into(),
        };
        format!("{lives}, age {}", whole_seconds(self.judged_at.since(*iat)))
    }
}

/// A JSON value: a string in quotes, anything else as its text.
fn value(value: Option<Value<'_>>, room: Room) -> String {
    match value {
        None => "absent".into(),
        Some(value) => match value.as_str() {
            Some(text) => room.quote(&text),
            None => room.bare(value.text()),
        },
    }
}

fn whole_seconds(span: Duration) -> String {
    seconds(Duration::from_secs(span.as_secs()))
}

fn claims_found(policy: &AudiencePolicy, claims: &Claims, room: Room) -> String {
    let mut found: Vec<String> = (claims.faults().iter().take(room.items))
        .filter_map(|fault| fault.member.as_deref())
        .map(|name| format!("{name} {}", value(claims.json().get(name), room)))
        .collect();
    for claim in policy.required_claims.iter().take(room.items) {
        let field = room.bare(&claim.field());
        found.push(format!("{field} {}", value(claims.at(&claim.path), room)));
    }
    if found.is_empty() {
        return "of their types".into();
    }
    found.join("; ")
}
