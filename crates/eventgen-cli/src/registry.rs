//! The registry of a command, and its credentials.

use std::env;

use eventgen_registry::RegistryClientBuilder;
use eventgen_registry::blocking::RegistryClient;
use eventgen_schema::{Environment, Manifest};

use crate::failure::Failure;

/// Selects the registry of the command line, else of the environment in `eventgen.toml`, else of the process's
/// environment variables.
///
/// Credentials are used only with the address they were given with.
pub(crate) fn connect(
    url: Option<&str>,
    context: Option<&str>,
    environment: Option<&str>,
    manifest: Option<&Manifest>,
) -> Result<RegistryClient, Failure> {
    let url = url.filter(|url| !url.trim().is_empty());
    let (builder, configured) = match (url, environment, manifest) {
        (None, Some(name), Some(manifest)) => {
            let environment = manifest.registry_of(name)?;
            let url = environment
                .schema_registry
                .clone()
                .ok_or_else(|| Failure::NoRegistryInEnvironment { environment: name.to_owned() })?;
            if url.trim().is_empty() {
                let written = manifest.written_addresses_of(name)?.schema_registry.unwrap_or_default();
                let (environment, property) = (name.to_owned(), "schema-registry");
                return Err(Failure::EmptyAddress { environment, property, written });
            }
            let context = environment.schema_registry_context.clone();
            (of_environment(RegistryClient::builder(&url), name, environment)?, context)
        }
        (url, ..) => {
            let url = url.map(str::to_owned).or_else(|| variable("SCHEMA_REGISTRY_URL"));
            let builder = RegistryClient::builder(&url.ok_or(Failure::NoRegistry)?).environment();
            (builder, variable("SCHEMA_REGISTRY_CONTEXT"))
        }
    };
    let builder = match context.map(str::to_owned).or(configured) {
        Some(context) => builder.context(context),
        None => builder,
    };
    Ok(RegistryClient::new(builder)?)
}

/// The credentials and certificates of an environment.
fn of_environment(
    mut builder: RegistryClientBuilder,
    name: &str,
    environment: Environment,
) -> Result<RegistryClientBuilder, Failure> {
    if let Some(user) = environment.schema_registry_username {
        builder = builder.basic_auth(user, environment.schema_registry_password.unwrap_or_default());
    }
    if let Some(token) = environment.schema_registry_token {
        builder = builder.bearer(token);
    }
    if let Some(path) = environment.schema_registry_ssl_ca_location {
        builder = builder.ca_location(path);
    }
    let certificate = environment.schema_registry_ssl_certificate_location;
    match (certificate, environment.schema_registry_ssl_key_location) {
        (Some(certificate), Some(key)) => Ok(builder.client_certificate(certificate, key)),
        (None, None) => Ok(builder),
        _ => Err(Failure::HalfCertificate { environment: name.to_owned() }),
    }
}

/// A variable of the process that is set and not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
