//! The configuration of `house.toml` in force, at both disclosures.

use std::collections::BTreeMap;
use std::path::Path;

use audient::clock::Clock as _;
use audient::config::{self, Config};
use tracing::Metadata;

use crate::clock::Stepped;
use crate::draft::document;
use crate::lines::Lines;
use crate::service::{Publisher, Service};

pub struct House {
    pub publisher: Publisher,
    /// `disclosure = "details"`
    pub details: Service,
    /// `disclosure = "codes"`
    pub codes: Service,
    pub lines: Lines,
}

/// Our own lines, as they are written by default.
fn ours(line: &Metadata<'_>) -> bool {
    line.target().starts_with("audient") && *line.level() <= tracing::Level::INFO
}

impl House {
    /// Ready, with every issuer up.
    pub async fn ready() -> Self {
        let house = Self::start(Stepped::new(), true).await;
        house.details.until_ready().await;
        house.codes.until_ready().await;
        house
    }

    pub async fn start(clock: Stepped, up: bool) -> Self {
        let lines = Lines::capture(ours);
        let publisher = Publisher::start(document).await;
        publisher.set_up(up);
        let config = |disclosure| config(&publisher.url, disclosure, &clock);
        let details = Service::start(config("details"), clock.clone()).await;
        let codes = Service::start(config("codes"), clock.clone()).await;
        Self {
            publisher,
            details,
            codes,
            lines,
        }
    }

    /// Seconds since 1970.
    pub fn now(&self) -> i64 {
        self.details.clock.seconds()
    }
}

/// `house.toml`, with keys at this URL.
pub fn config(keys: &str, disclosure: &str, clock: &Stepped) -> Config {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken/house.toml");
    let environment = [("KEYS", keys), ("DISCLOSURE", disclosure)];
    let environment: BTreeMap<String, String> = (environment.into_iter())
        .map(|(name, value)| (name.into(), value.into()))
        .collect();
    config::load(&[path], &environment, clock.now().wall)
        .unwrap_or_else(|problems| panic!("{problems}"))
}
