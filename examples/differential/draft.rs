//! A token in the making: members, then text, then parts, then a signature.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::chance::Chance;
use crate::keys::{Key, Keys, Signer};
use crate::mutations::{ALL, Mutation, Stage};

pub(crate) const NOW: i64 = 1_750_000_000;
pub(crate) const AUDIENCE: &str = "https://api.example.com/orders";
pub(crate) const ISSUERS: [&str; 2] = ["https://issuer.example", "https://secrets.example"];
pub(crate) const SCOPE: &str = "orders:read";

/// Where a name or an object stands.
pub(crate) const HEADER: usize = 0;
pub(crate) const CLAIMS: usize = 1;

/// A member of an object: name and value as JSON text, so that any spelling fits.
pub(crate) type Member = (String, String);

/// A token in the making.
pub(crate) struct Draft<'k> {
    pub(crate) keys: &'k Keys,
    /// Index of the issuer.
    pub(crate) set: usize,
    pub(crate) key: &'k Key,
    /// What it is signed as.
    pub(crate) alg: &'static str,
    /// Signs in place of the key.
    pub(crate) forger: Option<Signer>,
    /// Header and claims, as members.
    pub(crate) members: [Vec<Member>; 2],
    /// Header and claims, as JSON.
    pub(crate) texts: [Vec<u8>; 2],
    /// The three parts. The first two are what is signed.
    pub(crate) parts: [String; 3],
    pub(crate) signature: Vec<u8>,
    pub(crate) token: String,
    /// What was done to it.
    pub(crate) done: Vec<String>,
}

impl<'k> Draft<'k> {
    /// Token `n`, made.
    pub(crate) fn make(keys: &'k Keys, mut chance: Chance) -> Self {
        let mut draft = Self::good(keys, &mut chance);
        let count = chance.pick(&[0, 1, 1, 1, 1, 1, 1, 2, 2, 3]);
        let mut plan: Vec<&Mutation> = (0..count).map(|_| &ALL[chance.below(ALL.len())]).collect();
        plan.sort_by_key(|mutation| (mutation.stage, mutation.name));
        // Twice the same would put a name in twice, which is a mutation of its own.
        plan.dedup_by_key(|mutation| mutation.name);
        for stage in Stage::ALL {
            draft.enter(stage);
            for mutation in plan.iter().filter(|one| one.stage == stage) {
                // One that does not apply to this token leaves no trace.
                if let Some(what) = (mutation.run)(&mut draft, &mut chance) {
                    let what: String = what.chars().take(60).collect();
                    draft.done.push(format!("{} {what}", mutation.name));
                }
            }
        }
        draft
    }

    /// Nothing is wrong with it. Not every good token looks the same.
    fn good(keys: &'k Keys, chance: &mut Chance) -> Self {
        let set = usize::from(chance.percent(15));
        // RSA and the larger curves are slow to sign with, and nothing here hangs on the key.
        let key = match set {
            0 => chance.pick(&[0, 0, 0, 0, 1, 1, 1, 2, 3, 4, 5, 5, 5, 6]),
            _ => chance.below(keys.sets[1].len()),
        };
        let key = &keys.sets[set][key];
        let alg = chance.pick(key.algorithms);
        let typ = chance.pick(&["at+jwt", "JWT", "application/at+jwt", "jwt"]);
        let member =
            |name: &str, value: serde_json::Value| (format!("\"{name}\""), value.to_string());
        let header = vec![
            member("typ", json!(typ)),
            member("alg", json!(alg)),
            member("kid", json!(key.kid)),
        ];
        let claims = vec![
            member("iss", json!(ISSUERS[set])),
            member("sub", json!("alice")),
            member(
                "aud",
                if chance.percent(50) {
                    json!(AUDIENCE)
                } else {
                    json!(["x", AUDIENCE])
                },
            ),
            member("iat", json!(NOW - 60)),
            member("exp", json!(NOW + 600)),
            member("scope", json!("openid orders:read")),
            member("client_id", json!("shop")),
        ];
        Self {
            keys,
            set,
            key,
            alg,
            forger: None,
            members: [header, claims],
            texts: Default::default(),
            parts: Default::default(),
            signature: Vec::new(),
            token: String::new(),
            done: Vec::new(),
        }
    }

    /// What stands before this stage begins.
    fn enter(&mut self, stage: Stage) {
        match stage {
            Stage::Members => {}
            Stage::Text => self.texts = [HEADER, CLAIMS].map(|object| self.json(object)),
            Stage::Signed => {
                for object in [HEADER, CLAIMS] {
                    self.parts[object] = URL_SAFE_NO_PAD.encode(&self.texts[object]);
                }
            }
            Stage::Signature => {
                let signer = self.forger.as_ref().unwrap_or(&self.key.signer);
                self.signature = signer.sign(self.alg, self.input().as_bytes());
            }
            Stage::Unsigned => self.parts[2] = URL_SAFE_NO_PAD.encode(&self.signature),
            Stage::Whole => self.token = self.parts.join("."),
        }
    }

    /// What is signed.
    pub(crate) fn input(&self) -> String {
        format!("{}.{}", self.parts[0], self.parts[1])
    }

    fn json(&self, object: usize) -> Vec<u8> {
        let members: Vec<String> = (self.members[object].iter())
            .map(|(name, value)| format!("{name}:{value}"))
            .collect();
        format!("{{{}}}", members.join(",")).into_bytes()
    }

    /// Gives a member this value, as JSON text; one that is not there comes last.
    pub(crate) fn set(&mut self, object: usize, name: &str, value: &str) {
        let name = format!("\"{name}\"");
        let members = &mut self.members[object];
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value.to_owned(),
            None => members.push((name, value.to_owned())),
        }
    }

    pub(crate) fn remove(&mut self, object: usize, name: &str) {
        let name = format!("\"{name}\"");
        self.members[object].retain(|(known, _)| *known != name);
    }

    /// Another member, be there one of this name or not.
    pub(crate) fn add(&mut self, object: usize, name: &str, value: &str) {
        self.members[object].push((name.to_owned(), value.to_owned()));
    }

    /// A member's value.
    pub(crate) fn value(&self, object: usize, name: &str) -> Option<String> {
        let name = format!("\"{name}\"");
        (self.members[object].iter())
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.clone())
    }
}
