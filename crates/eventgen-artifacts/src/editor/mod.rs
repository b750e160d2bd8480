//! What editors need to complete and check a contract while it is written: JSON schemas of Avro files with the annotation and
//! of `eventgen.toml`, the options of Protobuf, and settings that say which file is for which.
//!
//! The schemas are made from the properties that the checks read ([`eventgen_schema::vocabulary`]). They know what one file
//! says; `eventgen check` knows the rest.

mod annotation;
mod avro;
mod config;
mod forms;
mod manifest;
mod schema;

use eventgen_schema::vocabulary::KAFKA_PROTO;

use crate::error::Error;
use crate::file::File;

/// The folder of the files that are eventgen's own.
const FOLDER: &str = ".eventgen";

/// The files that are eventgen's own, below the folder of the project: they are written anew.
///
/// # Errors
/// A schema cannot be written as JSON.
pub fn schemas() -> Result<Vec<File>, Error> {
    Ok(vec![
        File::json(format!("{FOLDER}/avro.schema.json"), &avro::schema())?,
        File::json(format!("{FOLDER}/eventgen-toml.schema.json"), &manifest::schema())?,
        File { path: format!("{FOLDER}/proto/eventgen/kafka.proto"), text: KAFKA_PROTO.to_owned() },
    ])
}

/// The settings of editors, below the folder of the project. They are the project's: one that exists stays as it is.
pub fn settings() -> Vec<File> {
    let file = |path: &str, text: &str| File { path: path.to_owned(), text: text.to_owned() };
    vec![
        file(".taplo.toml", include_str!("taplo.toml")),
        file(".vscode/extensions.json", include_str!("extensions.json")),
        file(".vscode/settings.json", include_str!("settings.json")),
    ]
}
