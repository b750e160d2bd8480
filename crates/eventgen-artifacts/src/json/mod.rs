//! The resolved contract as JSON, for programs in any language: `schemas/eventgen/contract.schema.json` of the repository is
//! its schema.

mod governance;
mod model;
mod types;

use eventgen_schema::Contract;

use crate::error::Error;
use crate::file::File;

/// The path of the file.
pub const FILE: &str = "contract.json";

/// The contract as JSON. `environment` is the one that it is resolved for.
///
/// # Errors
/// The contract cannot be written as JSON.
pub fn contract(contract: &Contract, environment: Option<&str>) -> Result<File, Error> {
    File::json(FILE.to_owned(), &model::Document::new(contract, environment))
}
