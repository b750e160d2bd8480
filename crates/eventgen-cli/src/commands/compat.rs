//! `eventgen compat`: compares two versions of anybody's schemas, with or without an annotation.

use std::path::{Path, PathBuf};

use eventgen_schema::comparison::Comparison;
use eventgen_schema::lint::Levels;
use eventgen_schema::{Diagnostics, Loaded, Loader};

use crate::arguments::Compat;
use crate::failure::Failure;
use crate::gate::conclude;
use crate::outcome::Outcome;
use crate::report::Title;
use crate::terminal::Terminal;

pub(crate) fn compat(arguments: &Compat, terminal: Terminal) -> Result<Outcome, Failure> {
    let (old, new) = (load(&arguments.old, arguments)?, load(&arguments.new, arguments)?);
    let mut comparison = Comparison::new(&new, arguments.mode);
    comparison.with_schemas(&old, arguments.level, Path::to_owned);
    let schemas = comparison.schema_count();
    if schemas == 0 {
        return Err(Failure::NothingInCommon { old: arguments.old.clone(), new: arguments.new.clone() });
    }
    let found = comparison.finish(&Levels::default());
    conclude(&found, schemas, Title::COMPAT, arguments.output, terminal)
}

fn load(path: &PathBuf, arguments: &Compat) -> Result<Loaded, Diagnostics> {
    let loader = Loader::new().path(path);
    arguments.include.iter().fold(loader, Loader::include).load()
}
