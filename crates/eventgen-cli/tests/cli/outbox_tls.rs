//! `eventgen outbox` on a real PostgreSQL with TLS. `cargo xtask test --only outbox` runs these tests.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

use outbox_tests::Postgres;
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use tokio_postgres::NoTls;

use crate::support::{Project, Ran};

/// The name in the server's certificate, and an address of the server that is not.
const NAME: &str = "localhost";
const ADDRESS: &str = "127.0.0.1";

/// An authority with its certificate.
struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = params.self_signed(&key).expect("a certificate").pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate and its private key, for a name.
    fn identity(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    }
}

/// A server with the table of an outbox. In the folder of the project are `ca.pem`, `foreign.pem` of another authority, and
/// `ada.pem` and `ada.key` of a client.
struct World {
    project: Project,
    postgres: Postgres,
}

impl World {
    /// A server without TLS.
    async fn plain() -> Self {
        let postgres = Postgres::start().expect("PostgreSQL");
        let project = Project::new();
        assert_eq!(project.run(&["generate", "sql", "--out", "."]).code, 0);
        let (database, connection) = tokio_postgres::connect(&postgres.url(), NoTls).await.expect("a client");
        tokio::spawn(connection);
        database.batch_execute(&project.read("outbox.up.sql")).await.expect("a table");
        database.batch_execute("CREATE ROLE ada SUPERUSER LOGIN").await.expect("a role");
        let (authority, foreign) = (Authority::new("eventgen test"), Authority::new("foreign"));
        project.write("ca.pem", &authority.certificate);
        project.write("foreign.pem", &foreign.certificate);
        for (name, (certificate, key)) in
            [(NAME, authority.identity(NAME)), ("ada", authority.identity("ada"))]
        {
            project.write(&format!("{name}.pem"), &certificate);
            project.write(&format!("{name}.key"), &key);
        }
        Self { project, postgres }
    }

    /// A server that takes no connection without TLS, and `ada` with a certificate only.
    async fn secured() -> Self {
        let mut world = Self::plain().await;
        world.postgres.stop();
        let data = world.postgres.data();
        let owner = fs::metadata(&data).expect("the data");
        for (file, text) in [
            ("server.crt", world.project.read(&format!("{NAME}.pem"))),
            ("server.key", world.project.read(&format!("{NAME}.key"))),
            ("root.crt", world.project.read("ca.pem")),
            ("pg_hba.conf", "hostssl all ada all cert\nhostssl all all all trust\n".to_owned()),
            ("postgresql.auto.conf", "ssl = on\nssl_ca_file = 'root.crt'\n".to_owned()),
        ] {
            let path = data.join(file);
            fs::write(&path, text).expect("a file");
            // The server refuses a key that others can read.
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("rights");
            chown(&path, Some(owner.uid()), Some(owner.gid())).expect("an owner");
        }
        world.postgres.resume().expect("PostgreSQL with TLS");
        world
    }

    /// Looks at the outbox, by an address with these properties.
    fn list(&self, user: &str, host: &str, properties: &str) -> Ran {
        let url = self.postgres.url();
        let port = url.rsplit(':').next().and_then(|rest| rest.split('/').next()).expect("a port");
        let address = format!("postgres://{user}@{host}:{port}/postgres{properties}");
        self.project.run(&["outbox", "list", "--database", &address])
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_server_is_trusted_by_its_authority_and_its_name() {
    let world = World::secured().await;
    for (host, properties) in [
        (NAME, "?sslmode=verify-full&sslrootcert=ca.pem"),
        (ADDRESS, "?sslmode=verify-ca&sslrootcert=ca.pem"),
        (ADDRESS, "?sslmode=require&sslrootcert=ca.pem"),
        // Encrypted, and from anybody.
        (ADDRESS, "?sslmode=require"),
        (ADDRESS, "?sslmode=prefer"),
    ] {
        let ran = world.list("postgres", host, properties);
        assert!(
            ran.code == 0 && ran.stderr.contains("0 parked, no row waits"),
            "{host}{properties}: {ran:?}"
        );
    }
    for (host, properties, said) in [
        (ADDRESS, "?sslmode=verify-full&sslrootcert=ca.pem", "not by `127.0.0.1`"),
        (NAME, "?sslmode=verify-full&sslrootcert=foreign.pem", "of no authority that foreign.pem has"),
        (NAME, "?sslmode=verify-ca&sslrootcert=foreign.pem", "set `sslrootcert`"),
        (NAME, "?sslmode=require&sslrootcert=foreign.pem", "set `sslrootcert`"),
        (NAME, "?sslmode=require&sslrootcert=system", "of no authority that the system has"),
        (NAME, "?sslmode=verify-full", "of no authority that the system has"),
        (NAME, "?sslmode=verify-full&sslrootcert=system", "of no authority that the system has"),
        // As before.
        (ADDRESS, "?sslmode=disable", "no encryption"),
        (ADDRESS, "", "no encryption"),
    ] {
        let ran = world.list("postgres", host, properties);
        assert!(ran.code == 1 && ran.stderr.contains(said), "{host}{properties}: {ran:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_client_has_a_certificate_of_its_own() {
    let world = World::secured().await;
    let ran =
        world.list("ada", NAME, "?sslmode=verify-full&sslrootcert=ca.pem&sslcert=ada.pem&sslkey=ada.key");
    assert!(ran.code == 0 && ran.stderr.contains("0 parked"), "{ran:?}");
    let none = world.list("ada", NAME, "?sslmode=verify-full&sslrootcert=ca.pem");
    none.fails(1, &["certificate"]);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL"]
async fn a_server_without_tls_is_refused_if_tls_is_required() {
    let world = World::plain().await;
    for mode in ["require", "verify-ca", "verify-full"] {
        let ran = world.list("postgres", ADDRESS, &format!("?sslmode={mode}&sslrootcert=ca.pem"));
        ran.fails(1, &["server does not support TLS", "ssl = on"]);
    }
    for properties in ["", "?sslmode=prefer", "?sslmode=disable"] {
        let ran = world.list("postgres", ADDRESS, properties);
        assert_eq!(ran.code, 0, "{properties}: {ran:?}");
    }
}

#[test]
fn what_is_wrong_with_the_files_is_said_before_a_connection() {
    let project = Project::new();
    project.write("empty.pem", "");
    let authority = Authority::new("eventgen test");
    for name in ["ada", "eve"] {
        let (certificate, key) = authority.identity(name);
        project.write(&format!("{name}.pem"), &certificate);
        project.write(&format!("{name}.key"), &key);
    }
    for (properties, said) in [
        ("sslmode=verify_full", "write disable, prefer, require, verify-ca or verify-full"),
        ("sslmode=verify-full&sslrootcert=absent.pem", "`sslrootcert=absent.pem` cannot be read"),
        ("sslmode=verify-full&sslrootcert=empty.pem", "`sslrootcert=empty.pem` has no certificates in PEM"),
        ("sslmode=require&sslcert=ada.pem", "set both"),
        ("sslmode=require&sslcert=absent.pem&sslkey=ada.key", "`sslcert=absent.pem` cannot be read"),
        ("sslmode=require&sslcert=empty.pem&sslkey=ada.key", "`sslcert=empty.pem` has no certificate in PEM"),
        ("sslmode=require&sslcert=ada.pem&sslkey=empty.pem", "`sslkey=empty.pem` has no private key"),
        ("sslmode=require&sslcert=ada.pem&sslkey=eve.key", "`sslkey=eve.key` is not the key of"),
    ] {
        let address = format!("postgres://ada:s3cret@127.0.0.1:1/orders?{properties}");
        let ran = project.run(&["outbox", "list", "--database", &address]);
        assert!(!ran.stderr.contains("s3cret"), "{ran:?}");
        ran.fails(2, &[said]);
    }
}
