//! Registries behind HTTPS: an authority of one's own, and a server that asks for a certificate. `certificates/make.sh`
//! makes the files.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use eventgen_registry::{RegistryClient, RegistryError};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/client/certificates", name].iter().collect()
}

/// A registry with one subject. Its thread ends with the process.
fn start(asks_for_certificate: bool) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    let authority = CertificateDer::from_pem_file(file("ca.pem")).expect("a certificate");
    roots.add(authority).expect("an authority");
    let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("versions");
    let config = if asks_for_certificate {
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        config.with_client_cert_verifier(verifier.build().expect("a verifier"))
    } else {
        config.with_no_client_auth()
    };
    let chain = vec![CertificateDer::from_pem_file(file("server.pem")).expect("a certificate")];
    let key = PrivateKeyDer::from_pem_file(file("server.key.pem")).expect("a key");
    let config = Arc::new(config.with_single_cert(chain, key).expect("a pair"));
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("an address").port();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let config = Arc::clone(&config);
            // A client that does not trust the server goes away.
            std::thread::spawn(move || -> std::io::Result<()> {
                let connection_of_tls = ServerConnection::new(config).expect("a connection");
                let mut stream = StreamOwned::new(connection_of_tls, connection);
                let mut received = Vec::new();
                while !received.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte)?;
                    received.extend(byte);
                }
                stream
                    .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n[\"s\"]")?;
                stream.flush()
            });
        }
    });
    format!("https://localhost:{port}")
}

#[tokio::test]
async fn a_private_authority_is_trusted_where_it_is_named() {
    let url = start(false);
    let trusting = RegistryClient::builder(&url).ca_location(file("ca.pem")).build().expect("a client");
    assert_eq!(trusting.subjects().await.expect("trusted"), ["s"]);
    // Nothing else is trusted, and nobody trusts it without being told.
    let other = RegistryClient::builder(&url).ca_location(file("client.pem")).build().expect("a client");
    let error = other.subjects().await.expect_err("another authority");
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{error}");
    assert!(error.to_string().contains("certificate"), "{error}");
}

#[tokio::test]
async fn a_client_shows_its_certificate() {
    let url = start(true);
    let anonymous = RegistryClient::builder(&url).ca_location(file("ca.pem"));
    let known = anonymous.clone().client_certificate(file("client.pem"), file("client.key.pem"));
    let known = known.build().expect("a client");
    assert_eq!(known.subjects().await.expect("known"), ["s"]);
    let anonymous = anonymous.retries(0).build().expect("a client");
    let error = anonymous.subjects().await.expect_err("no certificate");
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{error}");
    let swapped =
        RegistryClient::builder(&url).client_certificate(file("client.key.pem"), file("client.pem"));
    let error = swapped.build().expect_err("a key is no certificate").to_string();
    assert!(error.contains("client.key.pem"), "{error}");
}
