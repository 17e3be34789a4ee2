//! 2b, what the claims say: times, audiences, issuers.

use std::sync::Arc;
use std::time::Duration;

use audient::keys::jwk::Kinds;
use audient::policy::audience::AudiencePolicy;
use audient::token::numeric_date::NumericDate;
use audient::verdict::rejection::Reason::{
    AudienceMismatch, AudienceMissing, AudienceNotAllowed, AudienceTooBroad, ClaimMalformed,
    ClaimMissing, Expired, ExpiryMissing, IssuedInFuture, IssuerMissing, IssuerUnknown,
    LifetimeTooLong, NotYetValid, PayloadMalformed, TokenTooLarge,
};
use serde_json::{Value, json};

use crate::algorithm_and_key::nobody_comes;
use crate::draft::{Draft, jwks};
use crate::issuer::Fetching;
use crate::support::{Answer, Desk, ISSUER, NOW, ORDERS, Random, file, issuer, only, policy};

#[test]
fn b12_dates_of_another_type() {
    let desk = Desk::new();
    let far = (NOW + 3600).to_string();
    for claim in ["exp", "nbf", "iat"] {
        for value in [
            format!("\"{far}\""),
            "\"\"".into(),
            "null".into(),
            "true".into(),
            "false".into(),
            "[]".into(),
            format!("[{far}]"),
            "{}".into(),
            "1e400".into(),
            "1e999999999999999999999".into(),
            "-1".into(),
            "-1e-400".into(),
            "18446744073709551616".into(),
            "253402300800".into(),
            format!("{far}000"),
        ] {
            let draft = Draft::good().claim(claim, &value);
            // Never absent: EXPIRY_MISSING would be another reason.
            assert_eq!(
                desk.ask_draft(&draft),
                only(ClaimMalformed),
                "{claim} {value}"
            );
            let lax = Desk::policy(|orders| orders.require_expiry = false);
            assert_eq!(
                lax.ask_draft(&draft),
                only(ClaimMalformed),
                "{claim} {value}"
            );
        }
        for value in [
            "NaN",
            "0x7fffffff",
            "01800003600",
            "1_000",
            "1800003600.",
            "+1",
        ] {
            let draft = Draft::good().claim(claim, value);
            assert_eq!(
                desk.ask_draft(&draft),
                only(PayloadMalformed),
                "{claim} {value}"
            );
        }
    }
    for exp in [
        "1800003600.5",
        "1.8000036e9",
        "18000036E2",
        "1800003600000e-3",
        "253402300799",
    ] {
        let draft = Draft::good().claim("exp", exp);
        assert_eq!(desk.ask_draft(&draft), Answer::Active, "{exp}");
    }
    let ages_ago = Draft::good().claim("exp", "1e-400");
    assert_eq!(desk.ask_draft(&ages_ago), only(Expired));
}

#[test]
fn b13_the_edges_of_time() {
    let second = 1_000_000_000;
    let at =
        |seconds: i64, nanos: i128| NumericDate::from_nanos(i128::from(seconds) * second + nanos);
    for leeway in [0, 30] {
        let desk = Desk::policy(|orders| orders.leeway = Duration::from_secs(leeway));
        let leeway = i64::try_from(leeway).unwrap();
        let exp = Draft::good().claim("exp", &NOW.to_string()).signed();
        assert_eq!(desk.ask_at(&exp, at(NOW + leeway, -1)), Answer::Active);
        assert_eq!(desk.ask_at(&exp, at(NOW + leeway, 0)), only(Expired));
        // Later than nothing that was written: a finer fraction is cut off.
        let finer = format!("{NOW}.0000000009");
        let finer = Draft::good().claim("exp", &finer).signed();
        assert_eq!(desk.ask_at(&finer, at(NOW + leeway, 0)), only(Expired));
        for (claim, reason) in [("nbf", NotYetValid), ("iat", IssuedInFuture)] {
            let start = Draft::good().claim(claim, &NOW.to_string()).signed();
            assert_eq!(desk.ask_at(&start, at(NOW - leeway, -1)), only(reason));
            assert_eq!(desk.ask_at(&start, at(NOW - leeway, 0)), Answer::Active);
            let finer = format!("{NOW}.0000000001");
            let finer = Draft::good().claim(claim, &finer).signed();
            assert_eq!(desk.ask_at(&finer, at(NOW - leeway, 0)), only(reason));
            assert_eq!(desk.ask_at(&finer, at(NOW - leeway, 1)), Answer::Active);
        }
    }
}

#[test]
fn b14_no_expiry() {
    let draft = Draft::good().without("exp");
    assert_eq!(Desk::new().ask_draft(&draft), only(ExpiryMissing));
    let lax = Desk::policy(|orders| orders.require_expiry = false);
    assert_eq!(lax.ask_draft(&draft), Answer::Active);
    let bounded = Desk::policy(|orders| {
        orders.require_expiry = false;
        orders.max_lifetime = Some(Duration::from_secs(3600));
    });
    assert_eq!(bounded.ask_draft(&draft), only(ExpiryMissing));
    assert_eq!(bounded.ask_draft(&Draft::good()), only(LifetimeTooLong));
    let ageless = Draft::good().without("iat");
    assert_eq!(bounded.ask_draft(&ageless), only(ClaimMissing));
}

#[test]
fn b15_issued_in_the_future() {
    let desk = Desk::new();
    for (ahead, expected) in [
        (30, Answer::Active),
        (31, only(IssuedInFuture)),
        (3000, only(IssuedInFuture)),
    ] {
        let draft = Draft::good().claim("iat", &(NOW + ahead).to_string());
        assert_eq!(desk.ask_draft(&draft), expected, "{ahead}");
    }
}

#[test]
fn b16_audiences_of_another_type() {
    let desk = Desk::new();
    let ours = format!("\"{ORDERS}\"");
    for aud in [
        "42".into(),
        "null".into(),
        "true".into(),
        "{}".into(),
        format!("{{{ours}:{ours}}}"),
        "\"\"".into(),
        "[\"\"]".into(),
        "[1]".into(),
        format!("[[{ours}]]"),
        format!("[{ours},1]"),
        format!("[{ours},null]"),
        format!("[{ours},\"\"]"),
        format!("[null,{ours}]"),
    ] {
        let draft = Draft::good().claim("aud", &aud);
        assert_eq!(desk.ask_draft(&draft), only(ClaimMalformed), "{aud}");
    }
    for draft in [
        Draft::good().without("aud"),
        Draft::good().claim("aud", "[]"),
    ] {
        assert_eq!(desk.ask_draft(&draft), only(AudienceMissing));
    }
    let long = Draft::good().claim("aud", &format!("\"{}\"", "a".repeat(70_000)));
    assert_eq!(desk.ask_draft(&long), only(TokenTooLarge));
    let roomy = Desk::new().roomy();
    assert_eq!(roomy.ask_draft(&long), only(AudienceNotAllowed));
    // A thousand, with and without ours at the end.
    let mut many: Vec<Value> = (0..1000).map(|at| json!(format!("urn:{at}"))).collect();
    let listed = |many: &[Value]| Draft::good().claim("aud", &json!(many).to_string());
    assert_eq!(roomy.ask_draft(&listed(&many)), only(AudienceNotAllowed));
    many.push(json!(ORDERS));
    assert_eq!(roomy.ask_draft(&listed(&many)), Answer::Active);
    let narrow = Desk::policy(|orders| orders.max_audiences = Some(4)).roomy();
    assert_eq!(narrow.ask_draft(&listed(&many)), only(AudienceTooBroad));
}

/// A value that is not the accepted one, byte for byte.
const NEARLY: [&str; 22] = [
    "https://API.example.com/orders",
    "HTTPS://api.example.com/orders",
    "https://api.example.com/orders/",
    "http://api.example.com/orders",
    "api.example.com/orders",
    "https://api.example.com:443/orders",
    "https://api.example.com/orders\\u0000",
    "https://api.example.com/orders\\u0000.evil",
    "https://api.example.com/ord\\u200bers",
    "https://api.example.com/\\u043erders", // Cyrillic о
    "https://api.example.com/%6frders",
    "https://api.example.com/order",
    "https://api.example.com/orders2",
    "https://api.example.com/",
    " https://api.example.com/orders",
    "https://api.example.com/orders\\n",
    "https://api.example.com/orders,https://other.example",
    "https://api.example.com/orders https://other.example",
    "*",
    "https://api.example.com/*",
    ".*",
    "orders",
];

#[test]
fn b17_audiences_that_nearly_match() {
    let desk = Desk::new();
    for aud in NEARLY {
        for aud in [format!("\"{aud}\""), format!("[\"{aud}\",\"{aud}\"]")] {
            let answer = desk.ask_draft(&Draft::good().claim("aud", &aud));
            let expected = [only(AudienceMismatch), only(AudienceNotAllowed)];
            assert!(expected.contains(&answer), "{aud}: {answer:?}");
        }
    }
    // JSON's own escapes are no difference.
    let escaped = r#""https:\/\/api.example.com\/\u006frders""#;
    let draft = Draft::good().claim("aud", escaped);
    assert_eq!(desk.ask_draft(&draft), Answer::Active);
    // What an operator writes is no pattern either.
    for accepted in [
        "https://api.example.com/*",
        "*",
        ".*",
        "https://api.example.com/",
    ] {
        let desk = Desk::policy(|orders| orders.accept = vec![accepted.into()]);
        assert_ne!(desk.ask_draft(&Draft::good()), Answer::Active);
    }
}

#[test]
fn b18_issuers_that_nearly_match_or_point_elsewhere() {
    let fetching = Fetching::new(&jwks());
    // Old enough that an unknown kid would be asked for.
    fetching.room.pass(Duration::from_secs(60));
    for iss in [
        "https://id.example/",
        "http://id.example",
        "HTTPS://id.example",
        "https://ID.example",
        "https://id.example:443",
        "https://id.example.",
        "https://id.example@evil.example",
        "https://evil.example#https://id.example",
        "https://evil.example?https://id.example",
        "https://id.example\\u0000",
        "https://id.example ",
        "https://id.exampl\\u0435", // Cyrillic е
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/",
        "http://[::1]/",
        "file:///etc/passwd",
        "gopher://127.0.0.1/",
        "prod",
        "*",
        "",
    ] {
        let draft = Draft::good()
            .claim("iss", &format!("\"{iss}\""))
            .header("kid", "\"unknown\"");
        assert_eq!(fetching.ask(&draft.signed()), only(IssuerUnknown), "{iss}");
    }
    for iss in ["7", "null", "{}", "[\"https://id.example\"]"] {
        let draft = Draft::good().claim("iss", iss).header("kid", "\"unknown\"");
        assert_eq!(fetching.ask(&draft.signed()), only(ClaimMalformed), "{iss}");
    }
    let absent = Draft::good().without("iss").header("kid", "\"unknown\"");
    assert_eq!(fetching.ask(&absent.signed()), only(IssuerMissing));
    assert_eq!(fetching.fetches(), 1);

    nobody_comes(|url| {
        let of = |iss: &str| Draft::good().claim("iss", &format!("\"{iss}\"")).signed();
        let origin = url.trim_end_matches("/keys");
        let userinfo = origin.replace("http://", "http://id.example@");
        [url, origin, &userinfo, &format!("{ISSUER}@{url}")]
            .map(|iss| (of(iss), only(IssuerUnknown)))
            .into()
    });
}

#[test]
fn b19_a_token_for_another_audience() {
    const AUDIENCES: usize = 8;
    let prod = Arc::new(issuer("prod", ISSUER));
    let value = |at: usize| format!("https://api.example.com/{at}");
    let audiences: Vec<AudiencePolicy> = (0..AUDIENCES)
        .map(|at| policy(&format!("a{at}"), &value(at), &prod))
        .collect();
    let desk = Desk::of(vec![(prod, file(&jwks(), Kinds::Asymmetric))], audiences);
    let ask = |token: &str, at: usize| desk.room.ask(&desk.world, &format!("a{at}"), token);
    // One token for each set of audiences; the empty one is AUDIENCE_MISSING.
    let tokens: Vec<String> = (0..1 << AUDIENCES)
        .map(|set: usize| {
            let listed = (0..AUDIENCES).filter(|at| set & 1 << at != 0).map(value);
            let listed: Vec<String> = listed.collect();
            Draft::good()
                .claim("aud", &json!(listed).to_string())
                .signed()
        })
        .collect();
    // Warm: each was a yes for the audience it was made for.
    for (set, token) in tokens.iter().enumerate().skip(1) {
        let first = set.trailing_zeros() as usize;
        assert_eq!(ask(token, first), Answer::Active);
    }
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut active = 0;
    for _ in 0..10_000 {
        let (set, at) = (random.below(tokens.len()), random.below(AUDIENCES));
        let answer = ask(&tokens[set], at);
        let meant = set & 1 << at != 0;
        active += usize::from(meant);
        let expected = match (meant, set) {
            (true, _) => Answer::Active,
            (false, 0) => only(AudienceMissing),
            // Each is another named audience's.
            (false, _) => only(AudienceMismatch),
        };
        assert_eq!(answer, expected, "{set:08b} {at}");
    }
    assert!((4000..6000).contains(&active), "{active}");
}
