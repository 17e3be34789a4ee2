//! One JWK (RFC 7517 §4): a key that can verify signatures, or what is known of
//! one that cannot and why.

use std::fmt;

use super::KeyProblem;
use super::material::Material;
use super::members::{Defect, Members};
use super::signature::VerifyingKey;
use super::strength;
use crate::token::algorithm::{Algorithm, AlgorithmSet};
use crate::token::json::Value;

/// Members that only whoever signs may know (RFC 7518 §6.2.2, §6.3.2, §6.4; RFC 8037
/// §2). Nothing is read of them but that they are there.
const PRIVATE: [&str; 9] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"];

/// The keys that are looked for in a set.
#[derive(Clone, Copy, Debug)]
pub enum Kinds {
    /// Public keys. A secret among them is nobody's secret.
    Asymmetric,
    /// Secrets, for an issuer that lists HS* alone.
    Symmetric {
        /// What it lists. A secret without `alg` must be long enough for each.
        algorithms: AlgorithmSet,
    },
}

/// A key that can verify signatures.
#[expect(clippy::struct_field_names, reason = "key_type is the term")]
pub struct Key {
    kid: Option<Box<str>>,
    key_type: Box<str>,
    algorithm: Option<Algorithm>,
    usage: Option<Box<str>>,
    thumbprint: Box<str>,
    private: Box<[&'static str]>,
    secret: bool,
    of_type: AlgorithmSet,
    verifying: Vec<VerifyingKey>,
}

/// A member of a set that is not used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoredKey {
    /// `kid`
    pub kid: Option<Box<str>>,
    /// `RSA 1024`, `OKP X25519`: as much of it as could be read.
    pub key_type: Box<str>,
    /// `alg`, as written.
    pub algorithm: Option<Box<str>>,
    /// `use`
    pub usage: Option<Box<str>>,
    /// RFC 7638 thumbprint, if the key could be read that far. Never of a secret.
    pub thumbprint: Option<Box<str>>,
    /// Names of private members that the set has of it.
    pub private: Box<[&'static str]>,
    /// Why it is not used.
    pub problem: KeyProblem,
    /// The same for a person. May quote the document: to be escaped where shown.
    pub why: Box<str>,
}

/// Reads one member of a set.
///
/// # Errors
/// The member, with the one reason why it is not used.
pub fn read(member: Value<'_>, kinds: Kinds) -> Result<Key, IgnoredKey> {
    let mut told = Told::default();
    examine(member, kinds, &mut told).map_err(|defect| told.ignored(defect))
}

impl Key {
    /// `kid`
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// `RSA 2048`, `EC P-256`, `OKP Ed25519`, `oct 256`.
    #[must_use]
    pub fn key_type(&self) -> &str {
        &self.key_type
    }

    /// `alg`
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm
    }

    /// `use`
    #[must_use]
    pub fn usage(&self) -> Option<&str> {
        self.usage.as_deref()
    }

    /// Names of private members that the set has of it: of a set that others can read,
    /// whoever reads it can sign.
    #[must_use]
    pub fn private(&self) -> &[&'static str] {
        &self.private
    }

    /// RFC 7638 thumbprint with SHA-256, base64url. Empty for a secret, which
    /// could be guessed from it.
    #[must_use]
    pub fn thumbprint(&self) -> &str {
        if self.secret { "" } else { &self.thumbprint }
    }

    /// What people call it: its kid, else its thumbprint, else its type.
    #[must_use]
    pub fn name(&self) -> &str {
        let names = [self.kid(), Some(self.thumbprint())];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        name.unwrap_or(self.key_type())
    }

    /// The key made ready for `algorithm`, if it may verify that.
    #[must_use]
    pub fn verifying(&self, algorithm: Algorithm) -> Option<&VerifyingKey> {
        self.verifying
            .iter()
            .find(|key| key.algorithm() == algorithm)
    }

    /// Why it may not verify `algorithm`.
    #[must_use]
    pub fn problem_with(&self, algorithm: Algorithm) -> Option<KeyProblem> {
        if self.verifying(algorithm).is_some() {
            None
        } else if self.of_type.contains(algorithm) {
            Some(KeyProblem::Algorithm)
        } else {
            Some(KeyProblem::Type)
        }
    }

    /// Tells keys apart, secrets too. Not to be shown.
    pub(super) fn identity(&self) -> &str {
        &self.thumbprint
    }

    /// What makes it the same member of a set.
    pub(super) fn member_identity(&self) -> MemberIdentity<'_> {
        (self.kid(), self.identity(), self.algorithm, self.usage())
    }

    /// The same, as a member that is not used.
    pub(super) fn ignored(&self, problem: KeyProblem, why: &str) -> IgnoredKey {
        IgnoredKey {
            kid: self.kid.clone(),
            key_type: self.key_type.clone(),
            algorithm: self.algorithm.map(|algorithm| algorithm.name().into()),
            usage: self.usage.clone(),
            thumbprint: (!self.secret).then(|| self.thumbprint.clone()),
            private: self.private.clone(),
            problem,
            why: why.into(),
        }
    }
}

/// kid, thumbprint, `alg` and `use`.
pub(super) type MemberIdentity<'a> = (Option<&'a str>, &'a str, Option<Algorithm>, Option<&'a str>);

/// Prints what others may know of it, never the key.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("kid", &self.kid)
            .field("key_type", &self.key_type)
            .field("algorithm", &self.algorithm)
            .field("usage", &self.usage)
            .field("thumbprint", &self.thumbprint())
            .finish_non_exhaustive()
    }
}

/// What is known of a member so far.
#[derive(Default)]
struct Told {
    kid: Option<Box<str>>,
    key_type: Box<str>,
    algorithm: Option<Box<str>>,
    usage: Option<Box<str>>,
    thumbprint: Option<Box<str>>,
    private: Box<[&'static str]>,
}

impl Told {
    fn ignored(self, defect: Defect) -> IgnoredKey {
        IgnoredKey {
            kid: self.kid,
            key_type: self.key_type,
            algorithm: self.algorithm,
            usage: self.usage,
            thumbprint: self.thumbprint,
            private: self.private,
            problem: defect.problem,
            why: defect.why,
        }
    }
}

fn examine(member: Value<'_>, kinds: Kinds, told: &mut Told) -> Result<Key, Defect> {
    let members = Members::read(member)?;
    told.private = members.present(&PRIVATE);
    told.kid = members.text("kid")?;
    members.check_distinct()?;
    let kty = members.required("kty")?;
    told.key_type.clone_from(&kty);
    told.usage = members.text("use")?;
    told.algorithm = members.text("alg")?;
    let operations = members.texts("key_ops")?;

    check_kind(&kty, kinds)?;
    if let ("EC" | "OKP", Ok(Some(curve))) = (&*kty, members.text("crv")) {
        told.key_type = format!("{kty} {curve}").into();
    }
    let secret = &*kty == "oct";
    let material = Material::read(&kty, &members);
    if let Ok(material) = &material {
        told.key_type = material.describe();
        told.thumbprint = (!secret).then(|| material.thumbprint());
    }
    check_usage(told.usage.as_deref(), operations.as_deref())?;
    let material = material?;
    let algorithm = read_algorithm(told.algorithm.as_deref(), &material)?;
    let algorithms = match (algorithm, kinds) {
        (Some(algorithm), _) => [algorithm].into_iter().collect(),
        (None, Kinds::Asymmetric) => material.algorithms(),
        (None, Kinds::Symmetric { algorithms }) => material.algorithms().and(algorithms),
    };
    strength::check(&material, algorithms)?;
    let verifying = algorithms
        .iter()
        .map(|one| VerifyingKey::new(one, &material));
    let verifying = verifying.collect::<Option<Vec<_>>>().ok_or_else(|| {
        Defect::malformed("the numbers are no key: the point is not on the curve")
    })?;
    Ok(Key {
        kid: told.kid.take(),
        key_type: material.describe(),
        algorithm,
        usage: told.usage.take(),
        thumbprint: material.thumbprint(),
        private: std::mem::take(&mut told.private),
        secret,
        of_type: material.algorithms(),
        verifying,
    })
}

fn check_kind(kty: &str, kinds: Kinds) -> Result<(), Defect> {
    match (kinds, kty) {
        (Kinds::Asymmetric, "oct") => Err(Defect::new(
            KeyProblem::Symmetric,
            "a secret in a set of public keys: whoever reads the set could sign",
        )),
        (Kinds::Symmetric { .. }, other) if other != "oct" => Err(Defect::new(
            KeyProblem::Type,
            format!("kty is \"{other}\"; an issuer with HS* needs oct keys alone"),
        )),
        _ => Ok(()),
    }
}

/// RFC 7517 §4.2 and §4.3; `jwt-svid` is what SPIFFE bundles say for `sig`.
fn check_usage(usage: Option<&str>, operations: Option<&[Box<str>]>) -> Result<(), Defect> {
    match usage {
        None | Some("sig" | "jwt-svid") => {}
        Some(other) => {
            return Err(Defect::new(
                KeyProblem::Use,
                format!("use is \"{other}\", not sig"),
            ));
        }
    }
    match operations {
        Some(operations) if !operations.iter().any(|one| &**one == "verify") => Err(Defect::new(
            KeyProblem::KeyOps,
            "key_ops does not hold verify",
        )),
        _ => Ok(()),
    }
}

fn read_algorithm(name: Option<&str>, material: &Material) -> Result<Option<Algorithm>, Defect> {
    let Some(name) = name else {
        return Ok(None);
    };
    let defect = |why| Defect::new(KeyProblem::Algorithm, why);
    let algorithm = Algorithm::from_name(name)
        .ok_or_else(|| defect(format!("alg is \"{name}\", which is not implemented")))?;
    if material.algorithms().contains(algorithm) {
        Ok(Some(algorithm))
    } else {
        let key_type = material.describe();
        Err(defect(format!(
            "alg is {algorithm}, which a key of type {key_type} cannot verify"
        )))
    }
}

#[cfg(test)]
mod tests;
