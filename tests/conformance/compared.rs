//! Whether what came of a vector is what its source says, and the departures that
//! are known.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::judged::Judged;
use crate::vectors::{Case, Expect};

/// A departure: by whom, from what, to what.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Departure {
    pub(crate) reason: String,
    /// `valid`, or `invalid: ` and the stage.
    pub(crate) expected: String,
    /// `accepted`, or `refused: ` and the reasons.
    pub(crate) actual: String,
    pub(crate) ids: Vec<String>,
}

/// How a case agreed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Agreed {
    Accepted,
    Refused,
    /// For what this service is without on purpose.
    Lacking,
    /// The source leaves it open.
    Either,
}

/// How a case agreed, or what was expected and what came.
pub(crate) fn compare(case: &Case, judged: &Judged) -> Result<Agreed, (String, String)> {
    match (case.expected(), judged) {
        (Expect::Either, _) => Ok(Agreed::Either),
        (Expect::Valid, Judged::Accepted) => Ok(Agreed::Accepted),
        (Expect::Invalid, Judged::Refused(_)) if case.lacks().is_some() => Ok(Agreed::Lacking),
        (Expect::Invalid, Judged::Refused(reasons)) if of_stage(case, reasons) => {
            Ok(Agreed::Refused)
        }
        (Expect::Valid, _) => Err(("valid".into(), told(judged))),
        (Expect::Invalid, _) => Err((format!("invalid: {}", stage(case)), told(judged))),
    }
}

fn told(judged: &Judged) -> String {
    match judged {
        Judged::Accepted => "accepted".into(),
        Judged::Refused(reasons) => {
            let codes: Vec<&str> = reasons.iter().map(|(_, code)| code.as_str()).collect();
            format!("refused: {}", codes.join(", "))
        }
    }
}

/// Where the right answer is found. Of a JWE that is before anything is decoded.
fn stage(case: &Case) -> &str {
    match case.id.starts_with("wycheproof_json_web_encryption/") {
        true => "encrypted",
        false => &case.stage,
    }
}

/// Whether one of the reasons is of the stage that the source names.
fn of_stage(case: &Case, reasons: &[(u8, String)]) -> bool {
    let any = |fits: fn(u8) -> bool| reasons.iter().any(|(number, _)| fits(*number));
    match stage(case) {
        "encrypted" => any(|n| n == 4),
        "parse" => any(|n| n <= 7),
        "header" => any(|n| matches!(n, 5 | 6 | 8)),
        "alg" => any(|n| matches!(n, 20..=22 | 40 | 41)),
        "key" => any(|n| matches!(n, 40 | 41 | 43)),
        // Wycheproof says no more than that a JWS is not to be accepted.
        "signature" if case.id.starts_with("wycheproof_") => any(|n| n <= 44 && n != 7),
        // How the third part is spelled, or that it is empty, counts.
        "signature" => any(|n| matches!(n, 5 | 20 | 40..=44)),
        "payload" => any(|n| matches!(n, 5 | 7 | 70)),
        "time" => any(|n| matches!(n, 60..=65 | 70 | 71)),
        "iss" => any(|n| matches!(n, 30..=32 | 70)),
        "aud" => any(|n| matches!(n, 50..=53 | 70)),
        "claims" => any(|n| matches!(n, 61 | 70..=74)),
        // Right for a library, and not for a service.
        "ok" => true,
        other => panic!("stage {other}"),
    }
}

/// The known departures, by case.
pub(crate) struct Known {
    pub(crate) departures: Vec<Departure>,
    by_id: BTreeMap<String, usize>,
}

impl Known {
    pub(crate) fn read() -> Self {
        #[derive(Deserialize)]
        struct File {
            departure: Vec<Departure>,
        }
        let text = include_str!("exceptions.toml");
        let source = config::File::from_str(text, config::FileFormat::Toml);
        let file = config::Config::builder().add_source(source).build();
        let file: File = file.unwrap().try_deserialize().unwrap();
        let mut by_id = BTreeMap::new();
        for (index, departure) in file.departure.iter().enumerate() {
            for id in &departure.ids {
                assert!(
                    by_id.insert(id.clone(), index).is_none(),
                    "{id} is there twice"
                );
            }
        }
        Self {
            departures: file.departure,
            by_id,
        }
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(String::as_str)
    }

    /// The departure of a case.
    pub(crate) fn of(&self, id: &str) -> Option<&Departure> {
        self.departures.get(*self.by_id.get(id)?)
    }
}
