//! The database of an outbox.

use std::env;
use std::time::Duration;

use eventgen_outbox::{Operator, TokioPostgres};
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::address::TlsProperties;
use super::tls::{self, Tls};
use crate::arguments::Table;
use crate::failure::Failure;

/// How long a connection may take, unless the address says otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// Connects as the address says.
pub(super) type Database = TokioPostgres<Tls>;

/// A database, and what it is called in messages.
pub(super) struct Address {
    pub(super) database: Database,
    /// Where it is, without user and password.
    pub(super) shown: String,
}

impl Address {
    pub(super) fn new(table: &Table) -> Result<Self, Failure> {
        let address = table.database.as_deref().filter(|address| !address.is_empty());
        let address = address.ok_or(Failure::NoDatabase)?;
        let (address, properties) = TlsProperties::take(address)?;
        // The client's error quotes parts of the address, which may be those of a password.
        let mut config: Config = address.parse().map_err(|_| Failure::DatabaseAddress)?;
        if config.get_password().is_none()
            && let Some(password) = env::var_os("PGPASSWORD").filter(|password| !password.is_empty())
        {
            config.password(password.as_encoded_bytes());
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(PATIENCE);
        }
        if config.get_application_name().is_none() {
            config.application_name("eventgen outbox");
        }
        let tls = tls::connector(&properties, &mut config)?;
        let shown = shown(&config, &table.table);
        Ok(Self { database: TokioPostgres::with_tls(config, tls), shown })
    }

    /// A session for an operator.
    pub(super) async fn operator(&self, table: &Table) -> Result<Operator<Database>, Failure> {
        Ok(Operator::connect(&self.database, &table.table).await?)
    }
}

fn shown(config: &Config, table: &str) -> String {
    let hosts = config.get_hosts().iter().enumerate().map(|(index, host)| {
        let ports = config.get_ports();
        let port = ports.get(index).or(ports.first()).unwrap_or(&5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        }
    });
    let hosts: Vec<String> = hosts.collect();
    let database = config.get_dbname().or(config.get_user()).unwrap_or_default();
    format!("{table} in {}/{database}", hosts.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Result<Address, Failure> {
        Address::new(&Table { database: Some(text.to_owned()), table: "outbox".to_owned() })
    }

    #[test]
    fn an_address_is_shown_without_user_and_password() {
        let shown = |text| address(text).expect("an address").shown;
        assert_eq!(shown("postgres://ada:s3cret@db:5433/orders"), "outbox in db:5433/orders");
        assert_eq!(shown("host=a,b password=s3cret dbname=orders"), "outbox in a:5432,b:5432/orders");
    }

    #[test]
    fn an_address_that_is_not_understood_is_not_repeated() {
        for wrong in ["postgres://ada:s3 cret@db:port/x", "s3cret", "host=a s3cret=1", "password='s3cret"] {
            let error = address(wrong).map(|address| address.shown).expect_err(wrong).to_string();
            assert!(!error.contains("s3"), "{error}");
        }
        assert!(matches!(address(""), Err(Failure::NoDatabase)));
    }
}
