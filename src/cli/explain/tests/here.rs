//! Judged here: the token of RFC 7515, Appendix A.3, with its key from a file.

use clap::Parser;

use crate::cli::exit;
use crate::cli::explain::{Args, judge};
use crate::pb::ExplainResponse;
use crate::pb::SignatureStatus;
use crate::pb::check::Outcome;

const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

const CONFIG: &str = r#"
[[issuers]]
name = "joe"
issuer = "joe"
jwks_file = "keys.json"
[[audiences]]
name = "orders"
accept = ["https://api.example.com/orders"]
issuers = ["joe"]
"#;

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    args: Args,
}

async fn judged(flags: &str) -> ExplainResponse {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("keys.json"), JWKS).unwrap();
    std::fs::write(path("audient.toml"), CONFIG).unwrap();
    let config = path("audient.toml");
    let flags = ["explain", "--config", &config]
        .into_iter()
        .chain(flags.split(' '));
    let args = Command::parse_from(flags).args;
    judge(&args, &args.request(TOKEN.into())).await.unwrap()
}

fn failed(answer: &ExplainResponse) -> Vec<&str> {
    let checks = answer.audiences[0].checks.iter();
    checks
        .filter(|check| check.outcome() == Outcome::Failed)
        .map(|check| check.name.as_str())
        .collect()
}

#[tokio::test]
async fn the_time_is_the_one_of_the_flag_and_the_keys_are_those_of_the_file() {
    let answer = judged("--at 1300819379").await;
    assert_eq!(answer.signature(), SignatureStatus::Verified);
    assert_eq!(answer.evaluated_at.unwrap().seconds, 1_300_819_379);
    assert_eq!(failed(&answer), ["aud"]);
    let later = judged("--at 2011-03-22T18:43:30Z --audience orders").await;
    assert_eq!(failed(&later), ["aud", "exp"]);
    assert_eq!(super::code(&later), exit::FAILED);
}

#[tokio::test]
async fn scopes_of_the_request_are_needed_too() {
    let answer = judged("--at 1300819379 --scope read --scope write").await;
    assert_eq!(failed(&answer), ["aud", "scope"]);
}
