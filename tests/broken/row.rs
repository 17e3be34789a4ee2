//! One broken set-up, and everything that must be said about it.

use std::collections::BTreeSet;
use std::time::Duration;

use audient::grpc::message::fixed;
use audient::pb::check::Outcome;
use audient::pb::{ExplainResponse, IntrospectResponse};
use audient::policy::audience::AudiencePolicy;
use audient::verdict::rejection::Reason;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use prost::Message as _;
use serde_json::Value;

use crate::house::House;

/// Moves the clock out of what counts as one second for the log.
const NEXT_SECOND: Duration = Duration::from_millis(1001);

/// A set-up, and words that a person needs.
pub struct Row {
    name: &'static str,
    audience: &'static str,
    token: String,
    leads: &'static str,
    says: &'static [&'static str],
    logged: Vec<(&'static str, &'static str)>,
    check: (&'static str, &'static str, &'static str),
}

/// Asks the audience of this name about a token.
pub fn row(name: &'static str, audience: &'static str, token: String) -> Row {
    Row {
        name,
        audience,
        token,
        leads: "",
        says: &[],
        logged: Vec::new(),
        check: ("", "", ""),
    }
}

impl Row {
    /// The leading reason, and what its message and the summary of Explain say.
    pub fn leads(mut self, code: &'static str, words: &'static [&'static str]) -> Self {
        self.leads = code;
        self.says = words;
        self
    }

    /// A field of the log line, and what it holds.
    pub fn logs(mut self, field: &'static str, words: &'static str) -> Self {
        self.logged.push((field, words));
        self
    }

    /// The check of Explain that fails: `found` and `expected` hold these.
    pub fn explains(
        mut self,
        check: &'static str,
        found: &'static str,
        expected: &'static str,
    ) -> Self {
        self.check = (check, found, expected);
        self
    }

    /// Everything that is not as it must be.
    async fn faults(&self, house: &House) -> Vec<String> {
        house.details.clock.forward(NEXT_SECOND);
        house.lines.take();
        let answer = house.details.ask(self.audience, &self.token).await;
        let lines = house.lines.take_of("inactive");
        let terse = house.codes.ask(self.audience, &self.token).await;
        let explained = house.details.explain(self.audience, &self.token).await;
        let (answer, terse, explained) = match (answer, terse, explained) {
            (Ok(answer), Ok(terse), Ok(explained)) => (answer, terse, explained),
            other => return vec![format!("no answer: {other:?}")],
        };
        let mut faults = self.of_answer(&answer);
        faults.extend(self.of_log(&lines));
        faults.extend(self.of_explanation(&explained));
        faults.extend(self.of_codes(house, &answer, &terse));
        faults
    }

    fn of_answer(&self, answer: &IntrospectResponse) -> Vec<String> {
        let Some(first) = answer.rejections.first().filter(|_| !answer.active()) else {
            return vec!["it is active".into()];
        };
        let mut faults = Vec::new();
        if first.code != self.leads {
            faults.push(format!("{} leads: {}", first.code, first.message));
        }
        faults.extend(lacks("the message", &first.message, self.says));
        faults
    }

    fn of_log(&self, lines: &[Value]) -> Vec<String> {
        let [line] = lines else {
            return vec![format!("not one line, but {lines:?}")];
        };
        let mut faults = Vec::new();
        let expected = [("audience", self.audience), ("reason", self.leads)];
        for (field, words) in expected.iter().chain(&self.logged) {
            let value = match &line[field] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            faults.extend(lacks(&format!("the line's {field}"), &value, &[words]));
        }
        let fingerprint = line["fingerprint"].as_str().unwrap_or_default();
        if fingerprint.len() != 16 {
            faults.push(format!("no fingerprint: {line}"));
        }
        let secrets = ["subject-of-somebody", "orders:write", "id-of-this-token"];
        let text = line.to_string();
        faults.extend(
            (secrets.iter().filter(|secret| text.contains(**secret)))
                .map(|secret| format!("{secret} is logged: {line}")),
        );
        faults
    }

    fn of_explanation(&self, explained: &ExplainResponse) -> Vec<String> {
        let (name, found, expected) = self.check;
        let failed = (explained.audiences.first().into_iter())
            .flat_map(|audience| &audience.checks)
            .find(|check| {
                let code = check.rejection.as_ref().map(|one| one.code.as_str());
                check.name == name && check.outcome() == Outcome::Failed && code == Some(self.leads)
            });
        let Some(failed) = failed else {
            return vec![format!("the check {name} did not fail: {explained:?}")];
        };
        let mut faults = lacks("found", &failed.found, &[found]);
        faults.extend(lacks("expected", &failed.expected, &[expected]));
        faults.extend(lacks("the summary", &explained.summary, self.says));
        faults
    }

    fn of_codes(
        &self,
        house: &House,
        answer: &IntrospectResponse,
        terse: &IntrospectResponse,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        let codes = |answer: &IntrospectResponse| -> Vec<String> {
            answer
                .rejections
                .iter()
                .map(|one| one.code.clone())
                .collect()
        };
        if codes(answer) != codes(terse) || answer.bearer_challenge != terse.bearer_challenge {
            faults.push(format!("other codes than with details: {terse:?}"));
        }
        if !terse.details_withheld || terse.token_info.is_some() {
            faults.push(format!("not withheld: {terse:?}"));
        }
        for one in &terse.rejections {
            let reason = Reason::ALL
                .into_iter()
                .find(|reason| reason.code() == one.code);
            if one.detail.is_some() || Some(&*one.message) != reason.map(fixed) {
                faults.push(format!("more than codes: {one:?}"));
            }
        }
        let policy = (house.codes.config.audiences.iter())
            .find(|policy| policy.name.as_str() == self.audience);
        let mut values = configured(policy.unwrap());
        values.extend(presented(&self.token));
        // The scopes that are needed stand in the challenge, as RFC 6750 §3 has it.
        let answered = terse.encode_to_vec();
        let challenge = terse.bearer_challenge.clone().unwrap_or_default();
        let challenge = String::from_utf8_lossy(&challenge.encode_to_vec()).into_owned();
        faults.extend(
            (values.iter())
                .filter(|value| holds(&answered, value) && !challenge.contains(*value))
                .map(|value| format!("{value} is disclosed: {terse:?}")),
        );
        faults
    }
}

/// Asks about every row; fails with everything that is wrong.
pub async fn check(house: &House, rows: Vec<Row>) {
    let mut faults = Vec::new();
    for row in &rows {
        let found = row.faults(house).await;
        faults.extend(found.iter().map(|fault| format!("{}: {fault}", row.name)));
    }
    let metrics = house.details.page("/metrics").await;
    for row in &rows {
        let (audience, reason) = (row.audience, row.leads);
        let counted = |line: &&str| {
            line.starts_with(&format!("audient_verdicts_total{{audience=\"{audience}\""))
                && line.contains(&format!("reason=\"{reason}\""))
        };
        if metrics.lines().find(counted).is_none() {
            faults.push(format!("{}: {reason} is not counted", row.name));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn lacks(what: &str, text: &str, words: &[&str]) -> Vec<String> {
    (words.iter().filter(|word| !text.contains(**word)))
        .map(|word| format!("{what} lacks {word:?}: {text}"))
        .collect()
}

fn holds(bytes: &[u8], value: &str) -> bool {
    bytes
        .windows(value.len())
        .any(|window| window == value.as_bytes())
}

/// Values that the policy accepts, of at least five characters: shorter ones (`JWT`)
/// are words of fixed sentences as well.
fn configured(policy: &AudiencePolicy) -> BTreeSet<String> {
    let texts =
        |texts: &[Box<str>]| -> Vec<String> { texts.iter().map(ToString::to_string).collect() };
    let mut values = texts(&policy.accept);
    values.extend(texts(
        policy.authorized_parties.as_deref().unwrap_or_default(),
    ));
    for subject in policy.subjects.iter().flatten() {
        values.push(subject.to_string().trim_end_matches('*').to_owned());
    }
    for issuer in &policy.issuers {
        values.push(issuer.identifier.to_string());
        values.push(issuer.name.to_string());
        values.push(issuer.environment.to_string());
    }
    (values.into_iter())
        .filter(|value| value.len() >= 5)
        .collect()
}

/// Texts and numbers in header and claims, of at least five characters.
fn presented(token: &str) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    for part in token.split('.').take(2) {
        let json = URL_SAFE_NO_PAD.decode(part).unwrap_or_default();
        if let Ok(json) = serde_json::from_slice::<Value>(&json) {
            leaves(&json, &mut values);
        }
    }
    values.retain(|value| value.len() >= 5);
    values
}

fn leaves(json: &Value, into: &mut BTreeSet<String>) {
    match json {
        Value::Object(members) => members.values().for_each(|value| leaves(value, into)),
        Value::Array(values) => values.iter().for_each(|value| leaves(value, into)),
        Value::String(text) => drop(into.insert(text.clone())),
        other => drop(into.insert(other.to_string())),
    }
}
