//! The claims (RFC 7519 §4.1): each registered one absent, of the wrong type, or
//! a value. A claim of the wrong type is never taken for an absent one.

use std::borrow::Cow;
use std::collections::HashSet;

use super::decimal::Decimal;
use super::form::{FormFault, Part, Problem};
use super::json::{Kind, Object, Value};
use super::numeric_date::{NumericDate, Round};

/// One claim that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim<T> {
    /// No such member.
    Absent,
    /// Another type or range than its definition says; `null` too.
    Malformed,
    /// As it should be.
    Value(T),
}

impl<T> Claim<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Malformed => None,
        }
    }

    fn read<F>(value: Option<Value<'_>>, read: impl FnOnce(Value<'_>) -> Result<T, F>) -> Self {
        match value.map(read) {
            None => Self::Absent,
            Some(Err(_)) => Self::Malformed,
            Some(Ok(value)) => Self::Value(value),
        }
    }
}

/// A readable set of claims.
#[derive(Clone, PartialEq, Eq)]
pub struct Claims {
    /// `iss`
    pub iss: Claim<Box<str>>,
    /// `sub`
    pub sub: Claim<Box<str>>,
    /// `aud` as a list; a single string is a list of one (RFC 7519 §4.1.3).
    pub aud: Claim<Vec<Box<str>>>,
    /// `exp`
    pub exp: Claim<NumericDate>,
    /// `nbf`
    pub nbf: Claim<NumericDate>,
    /// `iat`
    pub iat: Claim<NumericDate>,
    /// `jti`
    pub jti: Claim<Box<str>>,
    /// `scope` (RFC 8693 §4.2), split at spaces, or a list.
    pub scope: Claim<Vec<Box<str>>>,
    /// `scp`, the same under the name Okta and Entra use.
    pub scp: Claim<Vec<Box<str>>>,
    faults: Vec<FormFault>,
    object: Object,
}

/// For which client the token was issued: the first of these claims that is
/// present, that one alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Client<'a> {
    /// None of them.
    Absent,
    /// One that is no string.
    Malformed {
        /// Name of the claim.
        claim: &'static str,
        /// Its JSON text.
        text: &'a str,
    },
    /// One that is.
    Value {
        /// Name of the claim.
        claim: &'static str,
        /// The client.
        client: Cow<'a, str>,
    },
}

/// `cnf` (RFC 7800): what the presenter must prove to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// `jkt` (RFC 9449 §6.1)
    pub jwk_thumbprint: Option<Box<str>>,
    /// `x5t#S256` (RFC 8705 §3.1)
    pub certificate_thumbprint: Option<Box<str>>,
    /// There is more than these, or something else altogether.
    pub other: bool,
}

/// Where a client is named, in the order they are looked at.
const CLIENT_CLAIMS: [&str; 4] = ["client_id", "azp", "cid", "appid"];

impl Claims {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, FormFault> {
        let object = super::read_object(bytes, Part::Payload)?;
        if let Some((name, offset)) = object.duplicates().into_iter().next() {
            return Err(
                FormFault::new(Part::Payload, Problem::DuplicateMember, offset).of_member(name),
            );
        }
        let string = |name| Claim::read(object.get(name), as_string);
        let date = |name, round| Claim::read(object.get(name), |value| as_date(value, round));
        let scopes = |name| Claim::read(object.get(name), as_scopes);
        Ok(Self {
            iss: string("iss"),
            sub: string("sub"),
            aud: Claim::read(object.get("aud"), as_audiences),
            exp: date("exp", Round::Down),
            nbf: date("nbf", Round::Up),
            iat: date("iat", Round::Up),
            jti: string("jti"),
            scope: scopes("scope"),
            scp: scopes("scp"),
            faults: faults(&object),
            object,
        })
    }

    /// The claims of the wrong type or range, in the order they are told in.
    #[must_use]
    pub fn faults(&self) -> &[FormFault] {
        &self.faults
    }

    /// The payload's JSON, exactly as signed.
    #[must_use]
    pub fn json(&self) -> &Object {
        &self.object
    }

    /// The client the token was issued to.
    #[must_use]
    pub fn client(&self) -> Client<'_> {
        let present = CLIENT_CLAIMS
            .into_iter()
            .find_map(|claim| self.object.get(claim).map(|value| (claim, value)));
        match present {
            None => Client::Absent,
            Some((claim, value)) => match value.as_str() {
                Some(client) => Client::Value { claim, client },
                None => Client::Malformed {
                    claim,
                    text: value.text(),
                },
            },
        }
    }

    /// `scope` and `scp` together, each value once.
    #[must_use]
    pub fn scopes(&self) -> Vec<&str> {
        // A set, for a stranger chooses how many there are.
        let mut seen = HashSet::new();
        let both = [&self.scope, &self.scp]
            .into_iter()
            .filter_map(Claim::value);
        both.flatten()
            .map(|scope| &**scope)
            .filter(|scope| seen.insert(*scope))
            .collect()
    }

    /// `cnf`, whatever it holds; `None` only if there is none.
    #[must_use]
    pub fn confirmation(&self) -> Option<Confirmation> {
        let value = self.object.get("cnf")?;
        let other = Confirmation {
            other: true,
            ..Confirmation::default()
        };
        let Some(members) = value.members() else {
            return Some(other);
        };
        let mut found = Confirmation::default();
        let mut seen = HashSet::new();
        for (name, value) in &members {
            if !seen.insert(name) {
                return Some(other);
            }
            let text = value
                .as_str()
                .map(|text| text.into_owned().into_boxed_str());
            match (&**name, text) {
                ("jkt", Some(text)) => found.jwk_thumbprint = Some(text),
                ("x5t#S256", Some(text)) => found.certificate_thumbprint = Some(text),
                _ => found.other = true,
            }
        }
        // An empty object proves nothing either.
        found.other |= found == Confirmation::default();
        Some(found)
    }

    /// The claim at a path of member names. A path that goes through, or to, a
    /// name that stands twice leads nowhere: two readers could differ on it.
    #[must_use]
    pub fn at(&self, path: &[Box<str>]) -> Option<Value<'_>> {
        let (first, rest) = path.split_first()?;
        let mut value = self.object.get(first)?;
        for name in rest {
            let members = value.members()?;
            let mut same = members.into_iter().filter(|(member, _)| member == name);
            let (_, found) = same.next()?;
            if same.next().is_some() {
                return None;
            }
            value = found;
        }
        Some(value)
    }
}

/// Every claim that is checked, in the order its fault is told in.
fn faults(object: &Object) -> Vec<FormFault> {
    let mut faults = Vec::new();
    let mut note = |name: &str, problem: Option<Problem>| {
        if let (Some(problem), Some(value)) = (problem, object.get(name)) {
            let mut fault =
                FormFault::new(Part::Payload, problem, object.offset(name)).of_member(name);
            fault.presented = Some(value.text().into());
            faults.push(fault);
        }
    };
    for name in [
        "iss",
        "sub",
        "aud",
        "exp",
        "nbf",
        "iat",
        "jti",
        "azp",
        "client_id",
        "scope",
        "scp",
    ] {
        let problem = object.get(name).and_then(|value| match name {
            "aud" => as_audiences(value).err(),
            // Rounding does not move a number in or out of range.
            "exp" | "nbf" | "iat" => as_date(value, Round::Down).err(),
            "scope" | "scp" => as_scopes(value).err(),
            _ => as_string(value).err(),
        });
        note(name, problem);
    }
    faults
}

fn as_string(value: Value<'_>) -> Result<Box<str>, Problem> {
    let text = value.as_str().ok_or(Problem::WrongType)?;
    Ok(text.into_owned().into_boxed_str())
}

/// RFC 7519 §4.1.3: a string or a list of strings. An empty one names nobody.
fn as_audiences(value: Value<'_>) -> Result<Vec<Box<str>>, Problem> {
    let audiences = match value.elements() {
        Some(elements) => elements
            .into_iter()
            .map(as_string)
            .collect::<Result<_, _>>()?,
        None => vec![as_string(value)?],
    };
    if audiences.iter().any(|audience| audience.is_empty()) {
        return Err(Problem::WrongType);
    }
    Ok(audiences)
}

fn as_scopes(value: Value<'_>) -> Result<Vec<Box<str>>, Problem> {
    if let Some(elements) = value.elements() {
        return elements.into_iter().map(as_string).collect();
    }
    let text = value.as_str().ok_or(Problem::WrongType)?;
    let scopes = text.split(' ').filter(|scope| !scope.is_empty());
    Ok(scopes.map(Box::from).collect())
}

fn as_date(value: Value<'_>, round: Round) -> Result<NumericDate, Problem> {
    if value.kind() != Kind::Number {
        return Err(Problem::WrongType);
    }
    let number = Decimal::parse(value.text()).ok_or(Problem::WrongType)?;
    NumericDate::read(&number, round).map_err(|out| {
        if out.looks_like_milliseconds {
            Problem::OutOfRangeMilliseconds
        } else {
            Problem::OutOfRange
        }
    })
}
