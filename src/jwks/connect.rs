//! Why no connection came about, as far as the errors beneath tell.

use std::error::Error;
use std::io;

use rustls::{CertificateError, Error as TlsError};

/// Why no connection came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectFault {
    /// Nobody listens at that port.
    Refused,
    /// The server's certificate is not believed.
    Certificate(CertificateFault),
    /// What answers does not talk TLS.
    NotTls,
    /// It talks no TLS that we do.
    Tls,
    /// Anything else: the name, the route, a reset.
    Other,
}

/// Why a server's certificate is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateFault {
    /// It is past its end.
    Expired {
        /// That end, in seconds since 1970.
        not_after: Option<u64>,
    },
    /// It is before its beginning.
    NotYetValid {
        /// That beginning, in seconds since 1970.
        not_before: Option<u64>,
    },
    /// It is for other names.
    Name {
        /// Those names, as the certificate has them.
        presented: Vec<String>,
    },
    /// None of the certificates that are trusted vouches for it.
    UnknownIssuer,
    /// A CA of the right name is trusted, and another key signed it.
    BadSignature,
    /// It is revoked.
    Revoked,
    /// Anything else.
    Other,
}

/// Looks for the cause beneath an error.
pub(super) fn fault(error: &(dyn Error + 'static)) -> ConnectFault {
    let mut next = Some(error);
    let mut found = ConnectFault::Other;
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<TlsError>() {
            return of_tls(tls);
        }
        next = match error.downcast_ref::<io::Error>() {
            Some(io) => {
                if io.kind() == io::ErrorKind::ConnectionRefused {
                    found = ConnectFault::Refused;
                }
                // Its `source` leaves out the error that it wraps.
                io.get_ref().map(|inner| inner as &(dyn Error + 'static))
            }
            None => error.source(),
        };
    }
    found
}

fn of_tls(error: &TlsError) -> ConnectFault {
    let error = match error {
        TlsError::InvalidCertificate(error) => error,
        TlsError::InvalidMessage(_) => return ConnectFault::NotTls,
        _ => return ConnectFault::Tls,
    };
    ConnectFault::Certificate(match error {
        CertificateError::Expired => CertificateFault::Expired { not_after: None },
        CertificateError::ExpiredContext { not_after, .. } => CertificateFault::Expired {
            not_after: Some(not_after.as_secs()),
        },
        CertificateError::NotValidYet => CertificateFault::NotYetValid { not_before: None },
        CertificateError::NotValidYetContext { not_before, .. } => CertificateFault::NotYetValid {
            not_before: Some(not_before.as_secs()),
        },
        CertificateError::NotValidForName => CertificateFault::Name {
            presented: Vec::new(),
        },
        CertificateError::NotValidForNameContext { presented, .. } => CertificateFault::Name {
            presented: presented.clone(),
        },
        CertificateError::UnknownIssuer => CertificateFault::UnknownIssuer,
        CertificateError::BadSignature => CertificateFault::BadSignature,
        CertificateError::Revoked => CertificateFault::Revoked,
        _ => CertificateFault::Other,
    })
}
