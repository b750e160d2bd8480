//! The registry of a command, and its credentials.

use std::env;

use eventgen_registry::blocking::RegistryClient;
use eventgen_schema::Manifest;

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
    let (url, user, password, configured) = match (url, environment, manifest) {
        (None, Some(name), Some(manifest)) => {
            let environment = manifest.registry_of(name)?;
            let url = environment
                .schema_registry
                .ok_or_else(|| Failure::NoRegistryInEnvironment { environment: name.to_owned() })?;
            let credentials = (environment.schema_registry_username, environment.schema_registry_password);
            (url, credentials.0, credentials.1, environment.schema_registry_context)
        }
        (url, ..) => {
            let url = url.map(str::to_owned).or_else(|| variable("SCHEMA_REGISTRY_URL"));
            let credentials = (variable("SCHEMA_REGISTRY_USERNAME"), variable("SCHEMA_REGISTRY_PASSWORD"));
            let context = variable("SCHEMA_REGISTRY_CONTEXT");
            (url.ok_or(Failure::NoRegistry)?, credentials.0, credentials.1, context)
        }
    };
    let mut builder = RegistryClient::builder(&url);
    if let Some(context) = context.map(str::to_owned).or(configured) {
        builder = builder.context(context);
    }
    if let Some(user) = user {
        builder = builder.basic_auth(user, password.unwrap_or_default());
    }
    Ok(RegistryClient::new(builder)?)
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
