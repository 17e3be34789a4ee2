//! How a running service is reached: its address, and TLS if it stands behind some.

use std::path::PathBuf;
use std::time::Duration;

use tonic::Status;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use super::failed::Failed;
use crate::config;
use crate::pb::diagnostics_service_client::DiagnosticsServiceClient;

/// How long a command waits, for a connection and for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Most pages of a list that are followed: a service that has more is none of ours.
const MAX_PAGES: usize = 200;

/// The admin port of a service, and how it is reached.
#[derive(Clone, Debug, clap::Args)]
pub(super) struct Admin {
    /// Admin address of the service
    #[arg(long, env = "AUDIENT_ADMIN_ADDR", default_value = "127.0.0.1:50052")]
    pub(super) addr: String,
    #[command(flatten)]
    pub(super) tls: Tls,
}

impl Admin {
    /// Connects to it, for diagnostics.
    ///
    /// # Errors
    /// As [`connect`].
    pub(super) async fn diagnostics(&self) -> Result<DiagnosticsServiceClient<Channel>, Status> {
        let channel = connect(&self.addr, &self.tls).await?;
        Ok(DiagnosticsServiceClient::new(channel))
    }
}

/// Every page of a list. `page` asks for the one that a token names, and returns it and
/// the token of the next.
///
/// # Errors
/// A page that cannot be had, or pages without an end.
pub(super) async fn pages<T>(
    mut page: impl AsyncFnMut(String) -> Result<(Vec<T>, String), Failed>,
) -> Result<Vec<T>, Failed> {
    let mut all = Vec::new();
    let mut token = String::new();
    for _ in 0..MAX_PAGES {
        let (some, next) = page(token.clone()).await?;
        all.extend(some);
        if next.is_empty() {
            return Ok(all);
        }
        if next == token {
            break;
        }
        token = next;
    }
    Err(Failed::no_verdict("the pages of this service do not end"))
}

/// Flags for a service behind TLS.
#[derive(Clone, Debug, Default, clap::Args)]
pub(super) struct Tls {
    /// Connect by TLS, trusting the certificates of this machine
    #[arg(long = "tls")]
    wanted: bool,
    /// Trust the certificates in this PEM file instead; implies --tls
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// The name that the service's certificate must have, if not the host of --addr;
    /// implies --tls
    #[arg(long, value_name = "NAME")]
    server_name: Option<String>,
    /// Show this certificate (PEM) to the service; implies --tls
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The private key (PEM) of --cert
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
}

impl Tls {
    fn is_wanted(&self) -> bool {
        self.wanted || self.ca.is_some() || self.server_name.is_some() || self.cert.is_some()
    }

    fn config(&self) -> Result<ClientTlsConfig, String> {
        let read = |path: &PathBuf| {
            config::read_file(path, config::MAX_CA_FILE)
                .map_err(|why| format!("{} {why}", path.display()))
        };
        let mut tls = match &self.ca {
            Some(ca) => ClientTlsConfig::new().ca_certificate(Certificate::from_pem(read(ca)?)),
            None => ClientTlsConfig::new().with_native_roots(),
        };
        if let Some(name) = &self.server_name {
            tls = tls.domain_name(name);
        }
        if let (Some(cert), Some(key)) = (&self.cert, &self.key) {
            tls = tls.identity(Identity::from_pem(read(cert)?, read(key)?));
        }
        Ok(tls)
    }
}

/// Connects to a service.
///
/// # Errors
/// INVALID_ARGUMENT: the address or a TLS file is wrong. UNAVAILABLE: nobody answers.
pub(super) async fn connect(addr: &str, tls: &Tls) -> Result<Channel, Status> {
    let about = |why: &str| format!("{addr}: {why}");
    let endpoint = endpoint(addr, tls).map_err(Status::invalid_argument)?;
    endpoint
        .connect_timeout(PATIENCE)
        .timeout(PATIENCE)
        .connect()
        .await
        // Nobody judged anything: that must not be read as a no.
        .map_err(|_| Status::unavailable(about("nobody answers; is the service running?")))
}

/// Where a running service is reached.
///
/// # Errors
/// What is wrong with the address or the TLS files.
pub(super) fn endpoint(addr: &str, tls: &Tls) -> Result<Endpoint, String> {
    let with_port = addr.rsplit_once(':').is_some_and(|(host, port)| {
        !host.is_empty() && !host.contains("://") && port.parse::<u16>().is_ok()
    });
    let scheme = if tls.is_wanted() { "https" } else { "http" };
    let endpoint = (Endpoint::from_shared(format!("{scheme}://{addr}")).ok())
        .filter(|_| with_port)
        .ok_or_else(|| format!("{addr}: write HOST:PORT, without a scheme"))?;
    if tls.is_wanted() {
        let config = tls.config()?;
        return (endpoint.tls_config(config)).map_err(|error| format!("TLS: {error}"));
    }
    Ok(endpoint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pages_are_followed_to_their_end_and_no_further() {
        let all = pages(async |token: String| {
            let next = if token.len() < 3 {
                format!("{token}x")
            } else {
                String::new()
            };
            Ok((vec![token.len()], next))
        });
        assert_eq!(all.await.unwrap(), [0, 1, 2, 3]);

        let mut asked = 0;
        let same = pages(async |_| {
            asked += 1;
            Ok((vec![()], "same".to_owned()))
        });
        assert!(same.await.is_err());
        assert_eq!(asked, 2);

        let mut asked = 0;
        let without_end = pages(async |token| {
            asked += 1;
            Ok((vec![()], format!("{token}x")))
        });
        assert!(without_end.await.is_err());
        assert_eq!(asked, MAX_PAGES);
    }
}
