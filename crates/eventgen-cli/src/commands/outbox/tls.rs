//! Connects to PostgreSQL with TLS, as the address says.

use std::error::Error;
use std::fs;
use std::pin::Pin;

use openssl::error::ErrorStack;
use openssl::pkey::PKey;
use openssl::ssl::{SslConnector, SslConnectorBuilder, SslMethod, SslVerifyMode};
use openssl::x509::store::X509StoreBuilder;
use postgres_openssl::{MakeTlsConnector, TlsConnector, TlsStream, set_postgresql_alpn};
use tokio_postgres::Socket;
use tokio_postgres::config::{Config, SslMode, SslNegotiation};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};

use super::address::{Mode, TlsProperties};
use crate::failure::Failure;

/// The value of `sslrootcert` for the authorities that the system trusts.
const SYSTEM: &str = "system";

/// Connects with TLS, or without it.
#[derive(Clone)]
pub(crate) struct Tls {
    connector: MakeTlsConnector,
    /// The authorities, for messages.
    trusted: String,
}

/// Sets the mode of a configuration, and returns what connects.
pub(super) fn connector(properties: &TlsProperties, config: &mut Config) -> Result<Tls, Failure> {
    let TlsProperties { mode, root, certificate, key } = properties;
    // The client's own default asks for TLS if it can have it.
    let mode = mode.unwrap_or(Mode::Disable);
    config.ssl_mode(match mode {
        Mode::Disable => SslMode::Disable,
        Mode::Prefer => SslMode::Prefer,
        Mode::Require | Mode::VerifyCa | Mode::VerifyFull => SslMode::Require,
    });
    let refused = |error: ErrorStack| Failure::Tls { reason: format!("OpenSSL: {error}") };
    let mut builder = SslConnector::builder(SslMethod::tls_client()).map_err(refused)?;
    let verifies =
        matches!(mode, Mode::VerifyCa | Mode::VerifyFull) || (mode == Mode::Require && root.is_some());
    builder.set_verify(if verifies { SslVerifyMode::PEER } else { SslVerifyMode::NONE });
    let mut trusted = "the system".to_owned();
    if let Some(root) = root.as_ref().filter(|root| verifies && *root != SYSTEM) {
        // In place of those that the system trusts.
        builder.set_cert_store(X509StoreBuilder::new().map_err(refused)?.build());
        read("sslrootcert", root)?;
        builder.set_ca_file(root).map_err(|_| Failure::Tls {
            reason: format!("`sslrootcert={root}` has no certificates in PEM"),
        })?;
        trusted.clone_from(root);
    }
    if let (Some(certificate), Some(key), true) = (certificate, key, mode != Mode::Disable) {
        identify(&mut builder, certificate, key)?;
    }
    if config.get_ssl_negotiation() == SslNegotiation::Direct {
        set_postgresql_alpn(&mut builder).map_err(refused)?;
    }
    let mut connector = MakeTlsConnector::new(builder.build());
    connector.set_callback(move |configuration, _| {
        configuration.set_verify_hostname(mode == Mode::VerifyFull);
        Ok(())
    });
    Ok(Tls { connector, trusted })
}

/// Sets the client's own certificate.
fn identify(builder: &mut SslConnectorBuilder, certificate: &str, key: &str) -> Result<(), Failure> {
    read("sslcert", certificate)?;
    let pem = read("sslkey", key)?;
    builder
        .set_certificate_chain_file(certificate)
        .map_err(|_| Failure::Tls { reason: format!("`sslcert={certificate}` has no certificate in PEM") })?;
    // Without the callback OpenSSL would ask for the passphrase on the terminal.
    let private = PKey::private_key_from_pem_callback(&pem, |_| Ok(0)).map_err(|_| Failure::Tls {
        reason: format!("`sslkey={key}` has no private key in PEM that can be read without a passphrase"),
    })?;
    let fits = builder.set_private_key(&private).and_then(|()| builder.check_private_key());
    fits.map_err(|_| Failure::Tls {
        reason: format!("`sslkey={key}` is not the key of the certificate `sslcert={certificate}`"),
    })
}

fn read(property: &'static str, path: &str) -> Result<Vec<u8>, Failure> {
    fs::read(path)
        .map_err(|error| Failure::Tls { reason: format!("`{property}={path}` cannot be read: {error}") })
}

impl MakeTlsConnect<Socket> for Tls {
    type Stream = TlsStream<Socket>;
    type TlsConnect = Handshake;
    type Error = Box<dyn Error + Send + Sync>;

    fn make_tls_connect(&mut self, host: &str) -> Result<Handshake, Self::Error> {
        let connector = MakeTlsConnect::<Socket>::make_tls_connect(&mut self.connector, host)?;
        Ok(Handshake { connector, host: host.to_owned(), trusted: self.trusted.clone() })
    }
}

/// A handshake whose error says what to do.
pub(crate) struct Handshake {
    connector: TlsConnector,
    host: String,
    trusted: String,
}

impl TlsConnect<Socket> for Handshake {
    type Stream = TlsStream<Socket>;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<TlsStream<Socket>, Self::Error>> + Send>>;

    fn connect(self, stream: Socket) -> Self::Future {
        let Self { connector, host, trusted } = self;
        Box::pin(async move {
            let connected = connector.connect(stream).await;
            connected.map_err(|error| advised(&error.to_string(), &host, &trusted).into())
        })
    }
}

/// An error of OpenSSL with what to do about it.
fn advised(error: &str, host: &str, trusted: &str) -> String {
    if !error.contains("certificate verify failed") {
        return error.to_owned();
    }
    // Behind its codes OpenSSL says what it thinks of the certificate.
    let reason = error.rsplit(": ").next().unwrap_or(error);
    let advice = if reason.contains("mismatch") {
        format!(
            "connect by a name that is in the certificate, and not by `{host}`, or use `sslmode=verify-ca`, which ignores the name"
        )
    } else if reason.contains("expired") || reason.contains("not yet valid") {
        "the server needs another one, or the clock of this machine is wrong".to_owned()
    } else {
        format!(
            "it is of no authority that {trusted} has: set `sslrootcert` to the file with the server's authority"
        )
    };
    format!("the certificate of the server is refused ({reason}): {advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_says_what_to_do() {
        let openssl = "error:0A000086:SSL routines:tls_post_process_server_certificate:certificate verify failed:../ssl/x.c:1889:: ";
        for (reason, advice) in [
            ("self-signed certificate in certificate chain", "set `sslrootcert`"),
            ("hostname mismatch", "not by `db`"),
            ("certificate has expired", "the clock"),
        ] {
            let message = advised(&format!("{openssl}{reason}"), "db", "ca.pem");
            assert!(
                message.contains(advice) && message.contains(reason) && !message.contains("error:"),
                "{message}"
            );
        }
        assert_eq!(advised("unexpected EOF", "db", "ca.pem"), "unexpected EOF");
    }
}
