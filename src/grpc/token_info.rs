//! The facts of a token whose signature verified, exact: never escaped, cut or
//! normalised. What is absent or malformed stays unset.

use prost_types::Timestamp;

use crate::pb;
use crate::policy::issuer::Issuer;
use crate::token::Token;
use crate::token::claims::{Claim, Client};
use crate::verdict::Judgement;

/// What the verified token says.
#[must_use]
pub fn token_info(token: &Token, judgement: &Judgement) -> Option<pb::TokenInfo> {
    let header = token.header.as_ref().ok()?;
    let claims = token.claims.as_ref().ok()?;
    let issuer = judgement.issuer.as_deref();
    let seconds = |seconds| Timestamp { seconds, nanos: 0 };
    Some(pb::TokenInfo {
        issuer: text(&claims.iss),
        subject: text(&claims.sub),
        audiences: list(&claims.aud),
        client_id: match claims.client() {
            Client::Value { client, .. } => client.into_owned(),
            Client::Absent | Client::Malformed { .. } => String::new(),
        },
        scopes: claims.scopes().into_iter().map(str::to_owned).collect(),
        token_id: text(&claims.jti),
        issued_at: claims.iat.value().map(|at| seconds(at.floor_seconds())),
        not_before: claims.nbf.value().map(|at| seconds(at.ceil_seconds())),
        expires_at: claims.exp.value().map(|at| seconds(at.floor_seconds())),
        key_id: judgement
            .verified_kid
            .as_deref()
            .unwrap_or_default()
            .to_owned(),
        algorithm: header.alg.as_deref().unwrap_or_default().to_owned(),
        header_type: header.typ.as_deref().unwrap_or_default().to_owned(),
        issuer_name: name(issuer),
        environment: issuer.map_or_else(String::new, |one| one.environment.to_string()),
        confirmation: claims.confirmation().map(|found| pb::Confirmation {
            jwk_thumbprint: found.jwk_thumbprint.unwrap_or_default().into(),
            certificate_thumbprint: found.certificate_thumbprint.unwrap_or_default().into(),
            other: found.other,
        }),
    })
}

fn name(issuer: Option<&Issuer>) -> String {
    issuer.map_or_else(String::new, |one| one.name.to_string())
}

fn text(claim: &Claim<Box<str>>) -> String {
    claim.value().map_or_else(String::new, ToString::to_string)
}

fn list(claim: &Claim<Vec<Box<str>>>) -> Vec<String> {
    (claim.value().into_iter().flatten())
        .map(ToString::to_string)
        .collect()
}
