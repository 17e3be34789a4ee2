//! World: everything configured, as one immutable value. A call loads it once, so
//! that it never sees two configurations.

use std::collections::HashMap;

use crate::jwks::store::IssuerKeys;
use crate::keys::select::DenyList;
use crate::policy::caller::Caller;
use crate::policy::issuer::Issuer;
use crate::policy::{Name, Policies};
use crate::token::numeric_date::NumericDate;

/// A configuration in force.
#[derive(Debug)]
pub struct World {
    /// Who may sign, and for whom.
    pub policies: Policies,
    /// Where each issuer's keys are read, by the issuer's name. The store behind
    /// the handles outlives this value.
    pub keys: HashMap<Name, IssuerKeys>,
    /// Keys that the operator denied, by the issuer's name.
    pub denied: HashMap<Name, DenyList>,
    /// Who asks on a port where no callers are configured.
    pub anyone: Caller,
    /// Longest token that is read, in bytes.
    pub max_token_bytes: usize,
    /// Counts the configurations this process put in force.
    pub generation: u64,
    /// What can be told about it.
    pub about: About,
}

/// What diagnostics tell about a configuration. Nothing is decided by it.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// Where each issuer's keys come from, by the issuer's name.
    pub sources: HashMap<Name, Box<str>>,
    /// Of what it means: equal on equal replicas.
    pub digest: Box<str>,
    /// Since when it is in force.
    pub loaded_at: Option<NumericDate>,
}

impl World {
    /// The handle to an issuer's keys; `None` for an issuer without any.
    #[must_use]
    pub fn keys_of(&self, issuer: &Issuer) -> Option<&IssuerKeys> {
        self.keys.get(&issuer.name)
    }
}
