//! A workflow of GitHub Actions that checks a contract before it is merged.

use askama::Template;

use crate::error::Error;
use crate::file::File;
use crate::quote;

/// The path of the workflow.
pub const WORKFLOW: &str = "contract.yml";

/// What the workflow compares the contract with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    environment: Option<String>,
    registry_variables: Vec<String>,
    broker_variables: Vec<String>,
}

impl Settings {
    /// Settings for no environment: registry and brokers come from variables of the process.
    pub fn new() -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            environment: None,
            registry_variables: names(&[
                "SCHEMA_REGISTRY_URL",
                "SCHEMA_REGISTRY_USERNAME",
                "SCHEMA_REGISTRY_PASSWORD",
            ]),
            broker_variables: names(&["KAFKA_BOOTSTRAP_SERVERS"]),
        }
    }

    /// Settings for an environment of `eventgen.toml`, with the variables in the addresses and credentials of its registry
    /// and in the addresses of its brokers. Their values are secrets of the repository under the same names.
    pub fn for_environment(
        name: impl Into<String>,
        registry_variables: Vec<String>,
        broker_variables: Vec<String>,
    ) -> Self {
        Self { environment: Some(name.into()), registry_variables, broker_variables }
    }
}

/// The workflow.
///
/// # Errors
/// The template cannot be filled in.
pub fn workflow(settings: &Settings) -> Result<File, Error> {
    let environment = settings.environment.as_deref();
    let workflow = Workflow {
        registry_variables: &settings.registry_variables,
        broker_variables: &settings.broker_variables,
        // GitHub looks for expressions in values, too.
        environment: environment.map(|name| quote::string(&name.replace("${{", "${{ '${{' }}"))),
        arguments: environment
            .filter(|name| is_plain(name))
            .map_or_else(String::new, |name| format!(" --env {name}")),
        option: if environment.is_some() { " --env \"$ENVIRONMENT\"" } else { "" },
    };
    File::render(WORKFLOW.to_owned(), &workflow)
}

/// Whether a name is one word of a comment and of a shell.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !name.is_empty() && name.bytes().all(is_plain)
}

#[derive(Debug, Template)]
#[template(path = "ci/contract.yml", escape = "none")]
struct Workflow<'a> {
    registry_variables: &'a [String],
    broker_variables: &'a [String],
    /// A literal of YAML.
    environment: Option<String>,
    /// What the command was given, for the reader.
    arguments: String,
    /// The environment as an option; its name comes from a variable, so that a shell expands nothing in it.
    option: &'static str,
}
