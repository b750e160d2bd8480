//! The options of `eventgen new`.

use std::path::PathBuf;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use eventgen_artifacts::project::{Form, Name};

use super::common::Format;

#[derive(Debug, Args)]
pub(crate) struct New {
    /// The name of the project: lower-case letters and digits, in words joined by `-` or `_`
    #[arg(value_name = "NAME", value_parser = name)]
    pub(crate) name: Name,
    /// The folder of the project, which is new or empty [default: the name]
    #[arg(value_name = "DIR")]
    pub(crate) folder: Option<PathBuf>,
    /// What the contract is written in
    #[arg(long, value_name = "FORM", default_value = "avro", value_parser = forms())]
    pub(crate) contract: &'static Form,
    /// Use the crates of this checkout of the repository of eventgen, instead of downloading it
    #[arg(long, value_name = "DIR")]
    pub(crate) checkout: Option<PathBuf>,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

fn name(text: &str) -> Result<Name, String> {
    Name::new(text).map_err(|error| error.to_string())
}

/// Reads the name of a form.
fn forms() -> impl TypedValueParser<Value = &'static Form> {
    let names = Form::ALL.map(|form| PossibleValue::new(form.name).help(form.description));
    PossibleValuesParser::new(names).try_map(|name| Form::find(&name).ok_or("there is no such form"))
}
