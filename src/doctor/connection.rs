//! Why nobody was reached, in an operator's words, and what can be done about it.

use jiff::Timestamp;
use url::Url;

use super::report::{Check, Step, shown};
use crate::escape::escape_all;
use crate::jwks::connect::{CertificateFault, ConnectFault};
use crate::jwks::exchange::Exchange;
use crate::jwks::fault::{self, FetchError};
use crate::jwks::fetch::Limits;

/// How the first request reached somebody. `Err`: it did not, or none was made.
pub(super) fn step(
    url: &Url,
    first: Option<&Exchange>,
    error: Option<&FetchError>,
    limits: &Limits,
) -> Result<Step, Step> {
    let answer = first.and_then(|first| first.answer.as_ref());
    let error = first.map_or(error, |first| first.error.as_ref());
    let reason = error.filter(|_| answer.is_none());
    if let Some((found, fix)) = reason.and_then(|error| fault(error, limits)) {
        let step = Step::failed(Check::Connection, found).fix(fix);
        return Err(step.at(&fault::shown(url)));
    }
    let peer = answer.and_then(|answer| answer.peer);
    let with = peer.map_or_else(String::new, |peer| format!(" with {peer}"));
    let found = match url.scheme() {
        "https" => format!("TLS{with}, by a certificate that is trusted"),
        _ => format!("plain http{with}"),
    };
    Ok(Step::ok(Check::Connection, found))
}

/// Whether nobody was there, as opposed to somebody who is not trusted.
pub(super) fn is_silence(error: &FetchError) -> bool {
    match error {
        FetchError::Timeout { .. } => true,
        FetchError::Connect { fault, .. } => {
            matches!(fault, ConnectFault::Refused | ConnectFault::Other)
        }
        _ => false,
    }
}

/// What is wrong and what to do, if it is about reaching somebody.
pub(super) fn fault(error: &FetchError, limits: &Limits) -> Option<(String, String)> {
    let told = match error {
        FetchError::Client { reason } => (shown(reason), "correct the CA file".to_owned()),
        FetchError::Timeout { .. } => (
            format!(
                "no answer within {} s ({} s to connect)",
                limits.total.as_secs_f32(),
                limits.connect.as_secs_f32()
            ),
            "check the route and firewalls; is the issuer overloaded?".to_owned(),
        ),
        FetchError::Connect { reason, fault, .. } => match fault {
            ConnectFault::Refused => (
                "connection refused: nobody listens at that port".to_owned(),
                "check host and port; is the issuer running?".to_owned(),
            ),
            ConnectFault::NotTls => (
                "what answers at this port does not speak TLS".to_owned(),
                "does plain http answer there? check scheme and port".to_owned(),
            ),
            ConnectFault::Tls => (
                format!("no TLS with it: {}", shown(reason)),
                "the issuer must offer TLS 1.2 or 1.3, and ask for no client certificate"
                    .to_owned(),
            ),
            ConnectFault::Certificate(certificate) => certificate_fault(certificate, reason),
            ConnectFault::Other => (
                format!("cannot connect: {}", shown(reason)),
                "check name, route and firewalls from this machine".to_owned(),
            ),
        },
        _ => return None,
    };
    Some(told)
}

fn certificate_fault(fault: &CertificateFault, reason: &str) -> (String, String) {
    let at = |seconds: &Option<u64>| {
        let time = seconds.and_then(|seconds| i64::try_from(seconds).ok());
        time.and_then(|seconds| Timestamp::from_second(seconds).ok())
            .map_or_else(String::new, |time| format!(" {time}"))
    };
    match fault {
        CertificateFault::Expired { not_after } => (
            match at(not_after) {
                unknown if unknown.is_empty() => "its certificate has expired".to_owned(),
                end => format!("its certificate has expired: it was valid until{end}"),
            },
            "the issuer must renew its certificate; if it is not expired, this machine's clock \
             is wrong"
                .to_owned(),
        ),
        CertificateFault::NotYetValid { not_before } => (
            match at(not_before) {
                unknown if unknown.is_empty() => "its certificate is not valid yet".to_owned(),
                start => format!("its certificate is not valid yet: only from{start}"),
            },
            "this machine's clock is behind, or the issuer put its certificate up too early"
                .to_owned(),
        ),
        CertificateFault::Name { presented } => {
            let names = escape_all(presented).join(", ");
            let found = match names.as_str() {
                "" => "its certificate is for another name".to_owned(),
                names => format!("its certificate is for another name: {names}"),
            };
            let fix = "the issuer's certificate must name the host of this URL; is the host right?";
            (found, fix.to_owned())
        }
        CertificateFault::UnknownIssuer => (
            "its certificate is not from a CA that is trusted here".to_owned(),
            "set ca_file (here: --ca FILE) to the PEM of the CA that signed it; behind a public \
             CA, install this machine's certificates, or have the issuer send its whole chain"
                .to_owned(),
        ),
        CertificateFault::BadSignature => (
            "its certificate was not signed by the CA of that name that is trusted here".to_owned(),
            "is ca_file (here: --ca FILE) the CA of before a change? write the new one, or both"
                .to_owned(),
        ),
        CertificateFault::Revoked => (
            "its certificate is revoked".to_owned(),
            "the issuer must get a new certificate".to_owned(),
        ),
        CertificateFault::Other => (
            format!("its certificate cannot be trusted: {}", shown(reason)),
            "the issuer must get a certificate for servers of a CA that is trusted here".to_owned(),
        ),
    }
}
