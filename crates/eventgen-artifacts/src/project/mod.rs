//! A new project: a service with a contract, a handler, tests, a cluster to try it on, and workflows. It builds, passes its
//! tests and runs as it is.

mod avro;
mod context;
mod derive;
mod form;
mod list;
mod name;
mod protobuf;

use askama::Template;

pub use form::Form;
pub use name::{InvalidName, Name};

use context::{Project, render, templates};

use crate::error::Error;
use crate::file::File;
use crate::{ci, editor};

/// What a project is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "settings do nothing on their own"]
pub struct Settings {
    name: Name,
    form: &'static Form,
    checkout: Option<String>,
}

impl Settings {
    /// A project that gets the crates from their repository.
    pub fn new(name: Name, form: &'static Form) -> Self {
        Self { name, form, checkout: None }
    }

    /// Gets the crates from a checkout of the repository at this path.
    pub fn checkout(mut self, path: impl Into<String>) -> Self {
        self.checkout = Some(path.into());
        self
    }
}

/// The files of a project.
///
/// # Errors
/// A template cannot be filled in.
pub fn files(settings: &Settings) -> Result<Vec<File>, Error> {
    let project = Project::new(&settings.name, settings.checkout.as_deref(), settings.form.names);
    let mut files = vec![
        render("README.md", &Readme { p: &project })?,
        render("Cargo.toml", &Manifest { p: &project })?,
        render("eventgen.toml", &EventgenToml)?,
        File { path: ".gitignore".to_owned(), text: "/target\n".to_owned() },
        render("src/lib.rs", &Lib { p: &project })?,
        render("src/main.rs", &Main { p: &project })?,
        render("examples/demo.rs", &Demo { p: &project })?,
        render("examples/cluster.rs", &ClusterExample { p: &project })?,
        render("tests/service.rs", &Tests { p: &project })?,
        render(".github/workflows/test.yml", &TestWorkflow)?,
        contract_workflow()?,
    ];
    files.extend((settings.form.files)(&project)?);
    files.extend(editor::schemas()?);
    files.extend(editor::settings());
    Ok(files)
}

/// The workflow that `eventgen generate ci --env prod` writes.
fn contract_workflow() -> Result<File, Error> {
    let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let registry = ["SCHEMA_REGISTRY_PASSWORD", "SCHEMA_REGISTRY_URL", "SCHEMA_REGISTRY_USERNAME"];
    let settings =
        ci::Settings::for_environment("prod", names(&registry), names(&["KAFKA_BOOTSTRAP_SERVERS"]));
    let File { path, text } = ci::workflow(&settings)?;
    Ok(File { path: format!(".github/workflows/{path}"), text })
}

templates! {
    Readme = "project/README.md",
    Manifest = "project/Cargo.toml",
    Lib = "project/lib.rs",
    Main = "project/main.rs",
    Demo = "project/demo.rs",
    ClusterExample = "project/cluster.rs",
    Tests = "project/service.rs";
    EventgenToml = "project/eventgen.toml",
    TestWorkflow = "project/test.yml"
}
