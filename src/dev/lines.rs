//! The lines that `audient dev` prints: to be pasted, each with its answer.

use std::fmt::Write as _;

use super::mint::{Mint, MintRequest};

/// The named audiences of `dev`, and the `aud` value each accepts.
pub const AUDIENCES: [(&str, &str); 2] = [
    ("orders", "https://api.example.com/orders"),
    ("payments", "https://api.example.com/payments"),
];

/// A token to try, and what to expect.
pub struct Example {
    /// What it shows.
    pub title: &'static str,
    /// What it is answered.
    pub answer: &'static str,
    /// The token.
    pub token: String,
}

/// The examples, in the order they are printed in.
///
/// # Errors
/// A token that cannot be minted, in words.
pub fn examples(mint: &Mint, now: i64) -> Result<Vec<Example>, String> {
    let aud = |value: &str| MintRequest {
        aud: Some(vec![value.into()]),
        ..MintRequest::default()
    };
    let [(_, orders), (_, payments)] = AUDIENCES;
    let table = [
        ("a good token", "active", aud(orders)),
        (
            "a wrong audience, nearly right: a slash at the end",
            "audience-mismatch, near miss TRAILING_SLASH",
            aud(&format!("{orders}/")),
        ),
        (
            "another service's token",
            "audience-mismatch, intended for payments",
            aud(payments),
        ),
        (
            "an expired token",
            "expired",
            MintRequest {
                expires_in: Some(-3600),
                ..aud(orders)
            },
        ),
        (
            "a token by a key that the issuer does not publish",
            "key-not-found",
            MintRequest {
                kid: Some("rotated-away".into()),
                ..aud(orders)
            },
        ),
        (
            "an unsigned token",
            "algorithm-none",
            MintRequest {
                alg: Some("none".into()),
                ..aud(orders)
            },
        ),
    ];
    (table.into_iter())
        .map(|(title, answer, request)| {
            Ok(Example {
                title,
                answer,
                token: mint.token(&request, now)?,
            })
        })
        .collect()
}

/// The text for a person who has just started `dev`.
#[must_use]
pub fn page(
    examples: &[Example],
    listen: &str,
    admin: &str,
    issuer: &str,
    program: &str,
) -> String {
    let mut page = format!(
        "audient dev: a service and an issuer on this machine, until you press Ctrl-C\n\n\
         gRPC     {listen}   (reflection is on: grpcurl -plaintext {listen} list)\n\
         admin    {admin}   (http://{admin}/readyz, http://{admin}/metrics)\n\
         issuer   {issuer}   (audient mint asks it for tokens)\n\
         for the commands in another terminal:\n\
         export AUDIENT_ADDR={listen} AUDIENT_ADMIN_ADDR={admin} AUDIENT_ISSUER={issuer}\n\
         audiences: "
    );
    let audiences: Vec<String> = AUDIENCES
        .iter()
        .map(|(name, value)| format!("{name} accepts {value}"))
        .collect();
    page.push_str(&audiences.join(", "));
    page.push('\n');
    // Writing to a String cannot fail.
    for (number, example) in (1..).zip(examples) {
        let _ = write!(
            page,
            "\n# {number}. {} -> {}\n{}\n",
            example.title,
            example.answer,
            grpcurl(&example.token, listen)
        );
    }
    if let [good, near, ..] = examples {
        let _ = write!(
            page,
            "\n# Without grpcurl\necho {} | {program} introspect --addr {listen} --audience orders\n\
             \n# Why not? Every check of number 2\necho {} | {program} explain --addr {admin}\n",
            good.token, near.token
        );
    }
    page
}

fn grpcurl(token: &str, listen: &str) -> String {
    format!(
        "grpcurl -plaintext -d '{{\"token\":\"{token}\",\"audience\":\"orders\"}}' {listen} \
         audient.v1.IntrospectionService/Introspect"
    )
}
