//! Judging here: by files at hand, without a running service.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Handle;
use tokio::time::timeout;

use super::environment;
use super::failed::Failed;
use crate::boot;
use crate::clock::{Clock as _, Now, SystemClock};
use crate::config::{self, Config};
use crate::jwks::store::{IssuerKeys, KeyStore};
use crate::token::numeric_date::NumericDate;
use crate::world::World;

/// How long the first fetches may take, unless a configured `wait` is longer: as long
/// as a service that starts waits for them.
const PATIENCE: Duration = Duration::from_secs(5);

/// Flags for judging without a running service.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Judging here, without a service")]
pub(super) struct Here {
    /// By this configuration: a file, or a folder with *.toml and *.yaml; may repeat.
    /// Keys are fetched
    #[arg(long, value_name = "PATH")]
    config: Vec<PathBuf>,
    /// With the keys of this JWK Set file for every issuer of --config that is trusted;
    /// nothing is fetched. Under the same checks as a jwks_file: an issuer with HS* takes
    /// `oct` keys alone
    #[arg(long, value_name = "FILE", requires = "config")]
    jwks: Option<PathBuf>,
}

/// All it takes to judge.
pub(super) struct Bench {
    /// The configuration and its keys.
    pub(super) world: World,
    /// When is judged.
    pub(super) now: Now,
    /// Outlives the handles in the World.
    _store: KeyStore,
}

impl Here {
    /// Whether no service is to be asked.
    pub(super) fn is_wanted(&self) -> bool {
        !self.config.is_empty()
    }

    /// Reads the files, and waits until the keys are there or were not to be had: those
    /// of the issuers of `audience` alone, if it is named. `at` moves the time that
    /// tokens are judged at; keys and policies stay.
    ///
    /// # Errors
    /// Every problem of the configuration.
    pub(super) async fn open(
        &self,
        audience: Option<&str>,
        at: Option<NumericDate>,
    ) -> Result<Bench, Failed> {
        let mut config = self.load()?;
        let policies = boot::policies(&config);
        if let Some(audience) = audience {
            let issuers = policies.audience(audience).map(|policy| &policy.issuers);
            (config.issuers)
                .retain(|one| issuers.is_some_and(|issuers| issuers.contains(&one.issuer)));
        }
        let store = KeyStore::over_http(Handle::current(), Arc::new(SystemClock));
        let world = boot::world(&config, policies, &store);
        until_tried(&world).await;
        let now = SystemClock.now();
        Ok(Bench {
            world,
            now: Now {
                wall: at.unwrap_or(now.wall),
                ..now
            },
            _store: store,
        })
    }

    fn load(&self) -> Result<Config, config::Problems> {
        let now = SystemClock.now().wall;
        match &self.jwks {
            None => config::load(&self.config, &environment(), now),
            Some(jwks) => config::load_with_keys(&self.config, &environment(), now, jwks),
        }
    }
}

impl Bench {
    /// What went wrong with fetching, a line for each issuer that has no good news.
    pub(super) fn troubles(&self) -> Vec<String> {
        let mut lines: Vec<_> = (self.world.keys.iter())
            .filter_map(|(name, keys)| {
                let error = keys.status().last_error?;
                Some(format!("keys of issuer {name}: {error}"))
            })
            .collect();
        lines.sort();
        lines
    }
}

async fn until_tried(world: &World) {
    let waits = world.keys.values().map(IssuerKeys::wait);
    let patience = waits.fold(PATIENCE, Duration::max);
    let tried = world.keys.values().map(|keys| {
        let mut status = keys.watch();
        async move {
            // The task has ended: there will be no more news.
            let _ = status.wait_for(|status| status.tried).await;
        }
    });
    // Too late: the answer says that it cannot be told.
    let _ = timeout(patience, join_all(tried)).await;
}
