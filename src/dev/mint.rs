//! What may be asked of the embedded issuer, and the token that comes of it.

use std::str::FromStr as _;

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::crypto::sign;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::keys::SigningKey;
use crate::token::algorithm::Algorithm;

/// In seconds.
const HOUR: i64 = 3600;

/// A token that is wanted. Everything may be left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MintRequest {
    /// `aud`; one value becomes a string, several a list. Default: that of `orders`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aud: Option<Vec<String>>,
    /// `iss`. Default: this issuer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// Seconds until `exp`; negative: it has expired. Default: an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
    /// `kid`. One that is not published is signed with by a key that is not either.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// `alg`. Default: that of the kid, else ES256. `none`: unsigned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alg: Option<String>,
    /// `typ`. Default: `at+jwt` (RFC 9068).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    /// `scope`. Default: `orders:read`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// More claims; one of the above is replaced, `null` removes it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub claims: Map<String, Value>,
}

/// What the issuer knows.
pub struct Mint {
    /// Its identifier.
    pub issuer: String,
    /// `aud` of tokens that name none.
    pub audience: String,
    /// Keys that are published.
    pub published: Vec<SigningKey>,
    /// One that is not.
    pub unpublished: SigningKey,
}

impl Mint {
    /// A token, signed.
    ///
    /// # Errors
    /// What cannot be done, in words.
    pub fn token(&self, request: &MintRequest, now: i64) -> Result<String, String> {
        let (algorithm, key) = self.key(request)?;
        let mut header = json!({
            "typ": request.typ.as_deref().unwrap_or("at+jwt"),
            "alg": algorithm.map_or("none", Algorithm::name),
        });
        if let (Some(_), Value::Object(header)) = (algorithm, &mut header) {
            let kid = request.kid.as_deref().unwrap_or(&key.kid);
            header.insert("kid".into(), kid.into());
        }
        let input = format!(
            "{}.{}",
            part(&header),
            part(&Value::Object(self.claims(request, now)))
        );
        let Some(algorithm) = algorithm else {
            return Ok(format!("{input}."));
        };
        let signature = jsonwebtoken::Algorithm::from_str(algorithm.name())
            .and_then(|algorithm| sign(input.as_bytes(), &key.encoding, algorithm))
            .map_err(|error| format!("cannot sign: {error}"))?;
        Ok(format!("{input}.{signature}"))
    }

    /// The key to sign with, and how; `None`: not at all.
    fn key(&self, request: &MintRequest) -> Result<(Option<Algorithm>, &SigningKey), String> {
        let wanted = match request.alg.as_deref() {
            None => None,
            Some(alg) if alg.eq_ignore_ascii_case("none") => return Ok((None, &self.unpublished)),
            Some(alg) => Some(Algorithm::from_name(alg).ok_or_else(|| self.cannot(alg))?),
        };
        let named = request.kid.as_deref();
        let key = match (named, wanted) {
            (Some(kid), _) => {
                let published = self.published.iter().find(|key| key.kid == kid);
                published.unwrap_or(&self.unpublished)
            }
            (None, Some(alg)) => (self.published.iter())
                .find(|key| key.algorithms.contains(&alg))
                .ok_or_else(|| self.cannot(alg.name()))?,
            (None, None) => self.published.first().unwrap_or(&self.unpublished),
        };
        let algorithm = wanted.or(key.algorithms.first().copied());
        match algorithm.filter(|one| key.algorithms.contains(one)) {
            Some(algorithm) => Ok((Some(algorithm), key)),
            None => Err(self.cannot(wanted.map_or("", Algorithm::name))),
        }
    }

    fn cannot(&self, alg: &str) -> String {
        let known: Vec<String> = (self.published.iter())
            .map(|key| {
                let algorithms: Vec<&str> = key.algorithms.iter().map(|one| one.name()).collect();
                format!("{} ({})", key.kid, algorithms.join(", "))
            })
            .collect();
        format!(
            "alg {alg:?}: no key signs with it; there are {}, and none",
            known.join(", ")
        )
    }

    fn claims(&self, request: &MintRequest, now: i64) -> Map<String, Value> {
        let aud = match request.aud.as_deref() {
            None => json!(self.audience),
            Some([one]) => json!(one),
            Some(several) => json!(several),
        };
        let lifetime = request.expires_in.unwrap_or(HOUR);
        let exp = now.saturating_add(lifetime);
        // One that has expired was issued, too, and lived for an hour.
        let iat = if lifetime > 0 {
            now
        } else {
            exp.saturating_sub(HOUR)
        };
        let claims = json!({
            "iss": request.iss.as_deref().unwrap_or(&self.issuer),
            "aud": aud,
            "sub": "dev-user",
            "client_id": "dev-client",
            "scope": request.scope.as_deref().unwrap_or("orders:read"),
            "iat": iat,
            "exp": exp,
            "jti": token_id(),
        });
        let Value::Object(mut claims) = claims else {
            return Map::new();
        };
        for (name, value) in &request.claims {
            if value.is_null() {
                claims.remove(name);
            } else {
                claims.insert(name.clone(), value.clone());
            }
        }
        claims
    }
}

fn part(json: &Value) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

fn token_id() -> String {
    let mut bytes = [0; 9];
    // An id that repeats harms nobody here.
    let _ = rand::fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
