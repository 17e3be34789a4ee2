//! Caller: the service that asks, and what it may ask for.

use super::Name;

/// How much an inactive answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disclosure {
    /// Every reason with its evidence.
    Details,
    /// Every reason by name.
    Codes,
}

/// The service that asks (RFC 7662's protected resource).
#[derive(Clone, Debug)]
pub struct Caller {
    /// Audiences it may ask about; `None`: every one.
    pub audiences: Option<Vec<Name>>,
    /// How much it is told.
    pub disclosure: Disclosure,
}

impl Caller {
    /// Whoever reaches the port, where no callers are configured.
    #[must_use]
    pub const fn anyone(disclosure: Disclosure) -> Self {
        Self {
            audiences: None,
            disclosure,
        }
    }

    /// Whether it may ask about the audience of this name, existing or not.
    #[must_use]
    pub fn may_ask(&self, audience: &str) -> bool {
        self.audiences
            .as_ref()
            .is_none_or(|names| names.iter().any(|name| name.as_str() == audience))
    }
}
