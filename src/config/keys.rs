//! `[keys]`, for every issuer with remote keys, and what an issuer overrides.

use std::time::Duration;

use super::reader::{Context, Keys, Said, Table};
use super::source::{Node, Place};
use super::values::duration;
use crate::jwks::source::Timing;

pub(super) const KEYS: Keys = Keys {
    known: &[
        "refresh_interval",
        "max_stale",
        "unknown_kid_cooldown",
        "wait",
    ],
    later: &[
        "snapshot_dir",
        "removal_grace",
        "empty_set_revokes",
        "max_key_age",
        "jwks_hosts",
    ],
};

const DAY: Duration = Duration::from_hours(24);
/// More than ten fetches a second help nobody.
const SHORTEST: Duration = Duration::from_millis(100);

/// As written in one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Written {
    refresh_interval: Said<Duration>,
    max_stale: Said<Duration>,
    unknown_kid_cooldown: Said<Duration>,
    wait: Said<Duration>,
}

impl Written {
    /// Takes these keys out of a table that may hold others.
    pub(super) fn take(table: &mut Table<'_, '_>) -> Self {
        let mut read = |key, low, high| table.take(key, duration(low, high));
        Self {
            refresh_interval: read("refresh_interval", SHORTEST, 30 * DAY),
            max_stale: read("max_stale", Duration::from_mins(1), 30 * DAY),
            unknown_kid_cooldown: read("unknown_kid_cooldown", SHORTEST, DAY),
            wait: read("wait", Duration::ZERO, Duration::from_mins(1)),
        }
    }

    /// Reads `[keys]`.
    pub(super) fn read(node: Node, context: &Context<'_>) -> Self {
        let Some(mut table) = Table::open(node, KEYS, context) else {
            return Self::default();
        };
        let written = Self::take(&mut table);
        table.close();
        written
    }

    /// These, and `defaults` where nothing was said.
    pub(super) fn or(self, defaults: &Self) -> Self {
        Self {
            refresh_interval: self.refresh_interval.or(&defaults.refresh_interval),
            max_stale: self.max_stale.or(&defaults.max_stale),
            unknown_kid_cooldown: self.unknown_kid_cooldown.or(&defaults.unknown_kid_cooldown),
            wait: self.wait.or(&defaults.wait),
        }
    }

    /// As meant; `None` if something is wrong.
    pub(super) fn timing(self) -> Option<Timing> {
        let default = Timing::default();
        let max_stale = self.max_stale.unless_said(default.max_stale)?;
        // Keys that may not serve for long are asked for before they lapse.
        let refresh_interval = default.refresh_interval.min(max_stale / 2);
        Some(Timing {
            refresh_interval: self.refresh_interval.unless_said(refresh_interval)?,
            max_stale,
            unknown_kid_cooldown: (self.unknown_kid_cooldown)
                .unless_said(default.unknown_kid_cooldown)?,
            wait: self.wait.unless_said(default.wait)?,
        })
    }

    /// Where each of the four is said.
    pub(super) fn places<'a>(&'a self, entry: &'a Place) -> impl Iterator<Item = Place> + 'a {
        let said = [
            &self.refresh_interval,
            &self.max_stale,
            &self.unknown_kid_cooldown,
            &self.wait,
        ];
        (KEYS.known.iter().zip(said))
            .filter(|(_, said)| said.is_said())
            .map(|(key, _)| entry.key(key))
    }
}
