//! Certificates of a secured cluster and of its clients, as files of PEM.

use std::fs;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer,
    KeyPair, date_time_ymd,
};

use crate::error::{Context as _, Failure};

/// A certificate and its private key, both as PEM.
struct Identity {
    certificate: String,
    key: String,
}

/// What a secured cluster and its clients have.
pub(super) struct Certificates {
    /// The authority that brokers and clients trust.
    authority: String,
    /// One that nobody trusts.
    foreign_authority: String,
    broker: Identity,
    /// Clients by the names of their files: one that is trusted, one that expired, one of the foreign authority.
    clients: [(&'static str, Identity); 3],
}

impl Certificates {
    pub(super) fn make() -> Result<Self, Failure> {
        let (authority, foreign) = (Authority::make("eventgen test")?, Authority::make("foreign")?);
        let expired = |params: &mut CertificateParams| params.not_after = date_time_ymd(2001, 1, 1);
        Ok(Self {
            // Its name is the address of the brokers and not `localhost`, so that a test can use a name that is not in it.
            broker: authority.identity("broker", &["127.0.0.1"], |_| ())?,
            clients: [
                ("client", authority.identity("client", &[], |_| ())?),
                ("expired", authority.identity("client", &[], expired)?),
                ("foreign", foreign.identity("client", &[], |_| ())?),
            ],
            authority: authority.certificate,
            foreign_authority: foreign.certificate,
        })
    }

    /// Writes `ca.pem`, `foreign-ca.pem`, the key store of the brokers, and `NAME.pem` and `NAME.key` of each client.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        fs::create_dir_all(folder).context(folder.display())?;
        let write = |name: &str, text: &str| fs::write(folder.join(name), text).context(name);
        write("ca.pem", &self.authority)?;
        write("foreign-ca.pem", &self.foreign_authority)?;
        // Kafka reads the private key and then its certificate.
        write("broker.keystore.pem", &format!("{}{}", self.broker.key, self.broker.certificate))?;
        for (name, Identity { certificate, key }) in &self.clients {
            write(&format!("{name}.pem"), certificate)?;
            write(&format!("{name}.key"), key)?;
        }
        Ok(())
    }
}

struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn make(name: &str) -> Result<Self, Failure> {
        let key = KeyPair::generate().context("making a key")?;
        let mut params = params(name, &[])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).context("signing a certificate")?.pem();
        Ok(Self { certificate, issuer: Issuer::new(params, key) })
    }

    /// A certificate of this authority for a name and these addresses.
    fn identity(
        &self,
        name: &str,
        addresses: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> Result<Identity, Failure> {
        let key = KeyPair::generate().context("making a key")?;
        let mut params = params(name, addresses)?;
        params.extended_key_usages =
            vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).context("signing a certificate")?.pem();
        Ok(Identity { certificate, key: key.serialize_pem() })
    }
}

fn params(name: &str, addresses: &[&str]) -> Result<CertificateParams, Failure> {
    let addresses: Vec<String> = addresses.iter().map(|&address| address.to_owned()).collect();
    let mut params = CertificateParams::new(addresses).context("a name in a certificate")?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2000, 1, 1);
    Ok(params)
}
