//! The JOSE header (RFC 7515 §4): the four parameters that are read, each of its
//! type or a fault. Keys and URLs in it (`jwk`, `jku`, `x5u`, `x5c`) are never
//! looked at (RFC 8725 §3.10).

use std::borrow::Cow;

use super::algorithm::Algorithm;
use super::form::{FormFault, Part, Problem};
use super::json::{Kind, Object, Value};

/// The parameters in the order their faults are told in.
const READ: [&str; 4] = ["alg", "kid", "typ", "crit"];

/// Most faults of one header that are told: more than one of the default size can
/// have, and few enough that an answer about them fits a message that clients take.
pub const MAX_FAULTS: usize = 4096;

/// A readable header.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// `alg`
    pub alg: Option<Box<str>>,
    /// `kid`: opaque, compared byte for byte.
    pub kid: Option<Box<str>>,
    /// `typ`, as sent.
    pub typ: Option<Box<str>>,
    /// Names in `crit`; empty if there is none.
    pub crit: Vec<Box<str>>,
    object: Object,
}

/// What `alg` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedAlgorithm {
    /// Nothing.
    Missing,
    /// `none`, in any case: an unsecured JWS (RFC 7515 Appendix A.5).
    None,
    /// A name that is not implemented here.
    Unsupported,
    /// One that is.
    Implemented(Algorithm),
}

impl Header {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Vec<FormFault>> {
        let object = super::read_object(bytes, Part::Header).map_err(|fault| vec![fault])?;
        let faults = member_faults(&object);
        if !faults.is_empty() {
            return Err(faults);
        }
        let text = |name: &str| object.get(name).and_then(Value::as_str).map(boxed);
        Ok(Self {
            alg: text("alg"),
            kid: text("kid"),
            typ: text("typ"),
            crit: object.get("crit").and_then(strings).unwrap_or_default(),
            object,
        })
    }

    /// What `alg` says.
    #[must_use]
    pub fn algorithm(&self) -> NamedAlgorithm {
        match &self.alg {
            None => NamedAlgorithm::Missing,
            Some(name) if name.eq_ignore_ascii_case("none") => NamedAlgorithm::None,
            Some(name) => Algorithm::from_name(name)
                .map_or(NamedAlgorithm::Unsupported, NamedAlgorithm::Implemented),
        }
    }

    /// `typ` as a media type in lower case (RFC 7515 §4.1.9). Without one, `JWT`.
    #[must_use]
    pub fn media_type(&self) -> String {
        media_type(self.typ.as_deref().unwrap_or("JWT"))
    }

    /// The header's JSON.
    #[must_use]
    pub fn json(&self) -> &Object {
        &self.object
    }
}

/// A `typ` value for comparison: `application/` put before a value without a
/// slash, ASCII case folded (RFC 7515 §4.1.9).
#[must_use]
pub fn media_type(typ: &str) -> String {
    if typ.contains('/') {
        typ.to_ascii_lowercase()
    } else {
        format!("application/{}", typ.to_ascii_lowercase())
    }
}

/// One fault a name: it stands twice, or it has another type than it must have.
fn member_faults(object: &Object) -> Vec<FormFault> {
    let mut faults: Vec<FormFault> = object
        .duplicates()
        .into_iter()
        .map(|(name, offset)| {
            FormFault::new(Part::Header, Problem::DuplicateMember, offset).of_member(name)
        })
        .collect();
    for name in READ {
        let told = faults
            .iter()
            .any(|fault| fault.member.as_deref() == Some(name));
        let Some(value) = object.get(name).filter(|_| !told) else {
            continue;
        };
        let right = match name {
            "crit" => strings(value).is_some_and(|names| !names.is_empty()),
            _ => value.kind() == Kind::String,
        };
        if !right {
            let mut fault = FormFault::new(Part::Header, Problem::WrongType, object.offset(name))
                .of_member(name);
            fault.presented = Some(value.text().into());
            faults.push(fault);
        }
    }
    faults.sort_by(|a, b| order(a).cmp(&order(b)));
    faults.truncate(MAX_FAULTS);
    faults
}

fn order(fault: &FormFault) -> (usize, &str) {
    let name = fault.member.as_deref().unwrap_or_default();
    let place = READ.iter().position(|read| *read == name);
    (place.unwrap_or(READ.len()), name)
}

fn strings(value: Value<'_>) -> Option<Vec<Box<str>>> {
    value
        .elements()?
        .into_iter()
        .map(|element| element.as_str().map(boxed))
        .collect()
}

fn boxed(text: Cow<'_, str>) -> Box<str> {
    text.into_owned().into_boxed_str()
}
