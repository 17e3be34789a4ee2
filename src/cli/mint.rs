//! `audient mint`: a token from the issuer of `audient dev`.

use serde_json::{Map, Value, json};

use super::failed::Failed;
use super::{Output, exit, on_runtime, print, print_json};
use crate::config::duration;
use crate::dev::mint::MintRequest;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The dev issuer
    #[arg(long, env = "AUDIENT_ISSUER", default_value = "http://127.0.0.1:50053")]
    issuer: String,
    /// aud; may repeat. Default: https://api.example.com/orders, which `orders` accepts;
    /// `payments` accepts https://api.example.com/payments
    #[arg(long)]
    aud: Vec<String>,
    /// iss. Default: the issuer's own
    #[arg(long)]
    iss: Option<String>,
    /// Lifetime from now, in seconds or with units (90, 30m, 1h30m); negative: expired so
    /// long ago (-1h). Default: 1h
    #[arg(long, value_name = "DURATION", allow_hyphen_values = true, value_parser = exp)]
    exp: Option<i64>,
    /// kid; an unknown one is signed with by an unpublished key. Default: that of a key
    /// which signs with --alg
    #[arg(long)]
    kid: Option<String>,
    /// alg: ES256 by dev-es256 (the default); RS256, RS384, RS512, PS256, PS384, PS512 by
    /// dev-rsa; ES384 by dev-es384; EdDSA by dev-ed25519; or none. Each kid ends in four
    /// more digits, new in every run: /jwks.json of the issuer has them
    #[arg(long)]
    alg: Option<String>,
    /// typ. Default: at+jwt
    #[arg(long)]
    typ: Option<String>,
    /// scope; may repeat. Default: orders:read
    #[arg(long)]
    scope: Vec<String>,
    /// Another claim; VALUE is JSON, else a string; null removes it; may repeat
    #[arg(long, value_name = "NAME=VALUE", value_parser = claim)]
    claim: Vec<(String, Value)>,
}

pub(super) fn run(args: &Args, output: Output) -> Result<u8, Failed> {
    let token = on_runtime(ask(args))?;
    match output {
        Output::Text => print(&format!("{token}\n")),
        Output::Json => print_json(&json!({ "token": token })),
    }
    Ok(exit::OK)
}

/// Seconds, or a duration with units; `-` before either: so long ago.
fn exp(text: &str) -> Result<i64, String> {
    let (sign, span) = match text.strip_prefix('-') {
        Some(span) => (-1, span),
        None => (1, text),
    };
    let seconds = if span.bytes().all(|b| b.is_ascii_digit()) {
        span.parse().ok()
    } else {
        duration::parse(span)
            .filter(|span| span.subsec_nanos() == 0)
            .and_then(|span| i64::try_from(span.as_secs()).ok())
    };
    (seconds.map(|seconds: i64| sign * seconds))
        .ok_or_else(|| "write whole seconds or units: 90, 30m, 1h30m, -1h".into())
}

fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    // What is no JSON is meant as it stands.
    let value = serde_json::from_str(value).unwrap_or_else(|_| value.into());
    Ok((name.to_owned(), value))
}

async fn ask(args: &Args) -> Result<String, Failed> {
    let request = MintRequest {
        aud: (!args.aud.is_empty()).then(|| args.aud.clone()),
        iss: args.iss.clone(),
        expires_in: args.exp,
        kid: args.kid.clone(),
        alg: args.alg.clone(),
        typ: args.typ.clone(),
        scope: (!args.scope.is_empty()).then(|| args.scope.join(" ")),
        claims: args.claim.iter().cloned().collect::<Map<_, _>>(),
    };
    let body = serde_json::to_string(&request).map_err(|error| error.to_string())?;
    let url = format!("{}/mint", args.issuer.trim_end_matches('/'));
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| error.to_string())?;
    let answer = client
        .post(&url)
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .map_err(|_| format!("{url}: nobody answers; is `audient dev` running?"))?;
    let status = answer.status();
    let text = answer.text().await.map_err(|error| error.to_string())?;
    match status.is_success() {
        // Whatever answers there: what is printed is piped on as a token.
        true if is_compact(&text) => Ok(text),
        true => Err(Failed::new(format!("{url}: its answer is no token"))),
        // It cannot mint that.
        false if status.is_client_error() => Err(Failed::usage(text)),
        false => Err(Failed::new(text)),
    }
}

/// RFC 7515 §7.1, as far as a terminal cares.
fn is_compact(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::dev::keys::published;

    #[test]
    fn lifetimes_have_units_and_signs() {
        for (text, seconds) in [
            ("90", Some(90)),
            ("-90", Some(-90)),
            ("0", Some(0)),
            ("30m", Some(1800)),
            ("1h30m", Some(5400)),
            ("-1h", Some(-3600)),
            ("2000ms", Some(2)),
            ("", None),
            ("-", None),
            ("1.5h", None),
            ("500ms", None),
            ("--1h", None),
            ("soon", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(exp(text).ok(), seconds, "{text}");
        }
    }

    #[test]
    fn the_help_names_what_the_issuer_can_sign_with() {
        #[derive(clap::Parser)]
        struct Line {
            #[command(flatten)]
            _args: Args,
        }
        let line = Line::command();
        let alg = line.get_arguments().find(|arg| arg.get_id() == "alg");
        let help = alg.unwrap().get_help().unwrap().to_string();
        for key in published().unwrap() {
            assert!(help.contains(&key.kid), "{}", key.kid);
            for algorithm in key.algorithms {
                assert!(help.contains(algorithm.name()), "{}", algorithm.name());
            }
        }
    }
}
