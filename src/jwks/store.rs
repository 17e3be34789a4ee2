//! stand-in
use crate::clock::Now;
use crate::keys::{Standing, adopt::KeySet};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
/// Handle.
#[derive(Debug, Clone)]
pub struct IssuerKeys {}
/// At hand.
#[derive(Debug, Clone)]
#[allow(missing_docs)]
pub struct AtHand {
    pub set: Option<Arc<KeySet>>,
    pub standing: Option<Standing>,
}
#[allow(missing_docs)]
impl IssuerKeys {
    pub fn at_hand(&self, _now: &Now) -> AtHand {
        AtHand {
            set: None,
            standing: None,
        }
    }
    pub fn retry_after(&self, _now: &Now) -> Duration {
        Duration::from_secs(1)
    }
    pub fn wait(&self) -> Duration {
        Duration::from_secs(1)
    }
    pub fn tried(&self) -> bool {
        true
    }
    pub async fn refresh(&self, _deadline: Instant) {}
}

/// Store.
#[derive(Debug)]
pub struct KeyStore {}
#[allow(missing_docs)]
impl KeyStore {
    pub fn new(_: tokio::runtime::Handle, _: Arc<dyn crate::clock::Clock>, _: usize) -> Self {
        Self {}
    }
    pub fn handle(
        &self,
        _: &crate::policy::issuer::Issuer,
        _: &super::source::KeySource,
    ) -> Result<Option<IssuerKeys>, String> {
        Ok(Some(IssuerKeys {}))
    }
}
