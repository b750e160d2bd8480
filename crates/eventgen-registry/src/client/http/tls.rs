//! TLS: the certificates that are trusted, and the client's own.

use std::path::PathBuf;

/// Certificates in files of PEM.
#[derive(Debug, Clone, Default)]
pub(in crate::client) struct Tls {
    /// The certificates that are trusted, instead of those of the system.
    pub(in crate::client) ca: Option<PathBuf>,
    /// The client's certificate with its chain, and its private key.
    pub(in crate::client) identity: Option<(PathBuf, PathBuf)>,
}

#[cfg(feature = "tls")]
pub(super) fn configure(
    builder: reqwest::ClientBuilder,
    tls: &Tls,
    is_secure: bool,
) -> Result<reqwest::ClientBuilder, String> {
    use std::sync::Arc;

    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    use rustls::{ClientConfig, RootCertStore};
    use rustls_platform_verifier::BuilderVerifierExt as _;

    let certificates = |path: &PathBuf| -> Result<Vec<CertificateDer<'static>>, String> {
        let read = CertificateDer::pem_file_iter(path).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let read = read.map_err(|error| format!("{}: {error}", path.display()))?;
        if read.is_empty() { Err(format!("{}: there is no certificate", path.display())) } else { Ok(read) }
    };
    let config = || {
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())
    };
    let config = if let Some(path) = &tls.ca {
        let mut roots = RootCertStore::empty();
        for certificate in certificates(path)? {
            roots.add(certificate).map_err(|error| format!("{}: {error}", path.display()))?;
        }
        config()?.with_root_certificates(roots)
    } else {
        match config()?.with_platform_verifier() {
            Ok(config) => config,
            Err(error) if is_secure => return Err(error.to_string()),
            // A system without certificates still reaches a registry without TLS.
            Err(_) => config()?.with_root_certificates(RootCertStore::empty()),
        }
    };
    let config = match &tls.identity {
        Some((certificate, key)) => {
            let chain = certificates(certificate)?;
            let private = PrivateKeyDer::from_pem_file(key);
            let private = private.map_err(|error| format!("{}: {error}", key.display()))?;
            let config = config.with_client_auth_cert(chain, private);
            config.map_err(|error| format!("{}: {error}", certificate.display()))?
        }
        None => config.with_no_client_auth(),
    };
    Ok(builder.tls_backend_preconfigured(config))
}

#[cfg(not(feature = "tls"))]
pub(super) fn configure(
    builder: reqwest::ClientBuilder,
    tls: &Tls,
    _is_secure: bool,
) -> Result<reqwest::ClientBuilder, String> {
    if tls.ca.is_some() || tls.identity.is_some() {
        return Err(
            "certificates are given, and this build has no TLS: enable the feature `tls` of eventgen, or of \
                    eventgen-cli"
                .to_owned(),
        );
    }
    Ok(builder)
}
