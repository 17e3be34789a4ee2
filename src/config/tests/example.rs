//! The example that we ship.

use std::collections::BTreeMap;
use std::path::Path;

use super::super::{audiences, claims, issuers, keys, load, server, source};
use super::load_text;
use crate::token::numeric_date::NumericDate;

/// How the example writes an option that it leaves out.
fn left_out(line: &str) -> Option<&str> {
    line.strip_prefix('#')
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()))
}

const EXAMPLE: &str = include_str!("../../../config/audient.example.toml");

#[test]
fn it_loads_as_it_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/audient.example.toml");
    let config = load(&[path], &BTreeMap::new(), NumericDate::from_seconds(1)).unwrap();
    assert!(config.insecure_uses().is_empty());
}

#[test]
fn each_option_that_it_leaves_out_loads_too() {
    let mut tried = 0;
    for (index, line) in EXAMPLE.lines().enumerate() {
        let Some(option) = left_out(line).filter(|option| !option.contains("_file")) else {
            continue;
        };
        let lines = EXAMPLE.lines().enumerate();
        let text: Vec<_> = lines
            .map(|(at, line)| if at == index { option } else { line })
            .collect();
        load_text(&text.join("\n")).unwrap_or_else(|problems| panic!("{option}: {problems:#?}"));
        tried += 1;
    }
    assert!(tried > 15, "{tried}");
}

#[test]
fn it_has_every_key() {
    let keys = [
        server::KEYS,
        server::INSECURE,
        keys::KEYS,
        issuers::KEYS,
        issuers::DEFAULTS,
        audiences::KEYS,
        audiences::DEFAULTS,
        claims::REQUIRED,
        claims::SUBJECT,
    ];
    for key in keys.iter().flat_map(|keys| keys.known) {
        assert!(EXAMPLE.contains(&format!("{key} = ")), "{key}");
    }
    for section in source::TABLES.iter().chain(&source::LISTS) {
        assert!(EXAMPLE.contains(&format!("[{section}]")), "{section}");
    }
}
