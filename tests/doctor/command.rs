//! The command as a person runs it.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;

/// What a run came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// `audient doctor ARGS…`.
pub async fn doctor(args: &[&str]) -> Ran {
    let done = Command::new(env!("CARGO_BIN_EXE_audient"))
        .arg("doctor")
        .args(args)
        .env_remove("RUST_LOG")
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    Ran {
        code: done.status.code().unwrap(),
        out: String::from_utf8(done.stdout).unwrap(),
        err: String::from_utf8(done.stderr).unwrap(),
    }
}

/// The same as JSON, for an issuer over plain http.
pub async fn examined(issuer: &str, more: &[&str]) -> Examined {
    asked(&[&[issuer, "--allow-http"], more].concat()).await
}

/// The same as JSON.
pub async fn asked(args: &[&str]) -> Examined {
    let ran = doctor(&[&["--output", "json"], args].concat()).await;
    let json = serde_json::from_str(&ran.out)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    Examined {
        code: ran.code,
        json,
    }
}

/// An examination for programs.
pub struct Examined {
    pub code: i32,
    pub json: Value,
}

impl Examined {
    /// Every step of this name.
    pub fn all(&self, step: &str) -> Vec<&Value> {
        let steps = self.json["steps"].as_array().unwrap();
        steps.iter().filter(|one| one["step"] == step).collect()
    }

    /// The only step of this name.
    pub fn step(&self, step: &str) -> &Value {
        match self.all(step)[..] {
            [one] => one,
            _ => panic!("not one {step}: {}", self.json),
        }
    }

    /// Names of the steps that came out like this.
    pub fn names(&self, outcome: &str) -> Vec<&str> {
        let steps = self.json["steps"].as_array().unwrap();
        (steps.iter().filter(|one| one["outcome"] == outcome))
            .map(|one| one["step"].as_str().unwrap())
            .collect()
    }

    /// The only step that failed is this one, and it has these words.
    #[track_caller]
    pub fn fails(&self, code: i32, step: &str, words: &[&str]) {
        assert_eq!(self.names("failed"), [step], "{}", self.json);
        assert_eq!((self.code, &self.json["ok"]), (code, &false.into()));
        let verdict = if code == 3 { "cannot_tell" } else { "failed" };
        assert_eq!(self.json["verdict"], verdict);
        self.says(step, "failed", words);
        assert!(self.json.get("configuration").is_none());
    }

    /// Nothing failed, and a step of this name came out like this, with these words.
    #[track_caller]
    pub fn passes(&self, step: &str, outcome: &str, words: &[&str]) {
        assert_eq!(
            (self.code, &self.json["ok"]),
            (0, &true.into()),
            "{}",
            self.json
        );
        self.says(step, outcome, words);
    }

    #[track_caller]
    pub fn says(&self, step: &str, outcome: &str, words: &[&str]) {
        let found = self
            .all(step)
            .into_iter()
            .find(|one| one["outcome"] == outcome);
        let text = found.unwrap_or_else(|| panic!("no {step} is {outcome}: {}", self.json));
        let text = serde_json::to_string(text).unwrap();
        for word in words {
            let quoted = serde_json::to_string(word).unwrap();
            let word = quoted.trim_matches('"');
            assert!(text.contains(word), "{word} is not in {text}");
        }
    }
}
