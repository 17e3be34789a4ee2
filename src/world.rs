//! World: everything configured, as one immutable value. A call loads it once, so
//! that it never sees two configurations.

use std::collections::HashMap;

use crate::jwks::store::IssuerKeys;
use crate::keys::select::DenyList;
use crate::policy::caller::Caller;
use crate::policy::issuer::Issuer;
use crate::policy::{Name, Policies};

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
}

impl World {
    /// The handle to an issuer's keys; `None` for an issuer without any.
    #[must_use]
    pub fn keys_of(&self, issuer: &Issuer) -> Option<&IssuerKeys> {
        self.keys.get(&issuer.name)
    }
}
