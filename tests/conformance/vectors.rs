//! Other people's vectors, in the one form they were brought into.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// The files, and how many cases each must hold: a case that gets lost is a fault.
pub(crate) const FILES: [(&str, usize); 11] = [
    ("wycheproof_json_web_signature", 401),
    ("wycheproof_json_web_crypto", 83),
    ("wycheproof_json_web_key", 26),
    ("wycheproof_json_web_encryption", 139),
    ("google_jwt_verify_lib", 85),
    ("google_jwks", 71),
    ("ietf_cookbook", 45),
    ("latchset_rfc_vectors", 41),
    ("joserfc_fixtures", 16),
    ("rec_pyjwt", 120),
    ("rec_joserfc", 71),
];

/// One file.
#[derive(Deserialize)]
pub(crate) struct Corpus {
    /// Repositories it was taken from, and their commits.
    pub(crate) repos: BTreeMap<String, String>,
    pub(crate) cases: Vec<Case>,
}

/// How much of a verdict a case is about.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Layer {
    /// A whole token.
    Jwt,
    /// Header, key and signature.
    Jws,
    /// A key document.
    Jwks,
}

/// What the source says, or what our written rule says where verifiers disagree.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Expect {
    Valid,
    Invalid,
    Either,
}

/// What the source asked of the token; `None`: nothing.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Wanted {
    pub(crate) issuers: Option<Vec<String>>,
    pub(crate) audiences: Option<Vec<String>>,
    pub(crate) algorithms: Option<Vec<String>>,
    pub(crate) leeway: Option<f64>,
    #[serde(default)]
    pub(crate) extra: Value,
}

/// One vector.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) layer: Layer,
    #[serde(default)]
    pub(crate) jwks: Value,
    pub(crate) jwks_raw: Option<String>,
    pub(crate) token: Option<String>,
    /// Seconds since the epoch.
    pub(crate) now: Option<f64>,
    #[serde(default)]
    pub(crate) policy: Wanted,
    pub(crate) expect: Expect,
    /// Where a service's right answer is another than a library's.
    pub(crate) service_expect: Option<Expect>,
    /// Where a right verifier decides.
    pub(crate) stage: String,
    /// Features without which a refusal is right.
    #[serde(default)]
    pub(crate) needs: Vec<String>,
    #[serde(default)]
    pub(crate) mutate: Vec<String>,
    /// The signature is junk: another is to be put there.
    #[serde(default)]
    pub(crate) resign: bool,
}

/// Features that this service is without, on purpose.
const WITHOUT: [&str; 10] = [
    "json-serialization",
    "detached",
    "b64",
    "crit",
    "jwe",
    "es256k",
    "ed448",
    "rsa-lt-2048",
    "hs-short-key",
    "padded-base64",
];

impl Case {
    /// What it needs that is not here, if anything.
    pub(crate) fn lacks(&self) -> Option<&str> {
        (self.needs.iter().map(String::as_str)).find(|need| WITHOUT.contains(need))
    }

    /// The right answer of a service without what it lacks.
    pub(crate) fn expected(&self) -> Expect {
        match self.service_expect.unwrap_or(self.expect) {
            Expect::Valid if self.lacks().is_some() => Expect::Invalid,
            other => other,
        }
    }

    /// The token's text.
    pub(crate) fn text(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// The key document's text.
    pub(crate) fn document(&self) -> String {
        (self.jwks_raw.clone()).unwrap_or_else(|| self.jwks.to_string())
    }
}

/// The folder of the vectors, if it is there.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("AUDIENT_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors"),
        PathBuf::from,
    );
    folder.is_dir().then_some(folder)
}

/// Reads one file.
pub(crate) fn read<T: for<'de> Deserialize<'de>>(folder: &Path, name: &str) -> T {
    let path = folder.join(name).with_extension("json");
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}
