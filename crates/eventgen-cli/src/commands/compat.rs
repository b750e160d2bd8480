//! `eventgen compat`: compares two versions of anybody's schemas, with or without an annotation.

use std::path::{Path, PathBuf};

use eventgen_schema::Loader;
use eventgen_schema::comparison::Comparison;
use eventgen_schema::lint::Levels;

use crate::arguments::Compat;
use crate::failure::Failure;
use crate::gate::{LeftOut, conclude, reported};
use crate::outcome::Outcome;
use crate::report::Title;
use crate::terminal::Terminal;

pub(crate) fn compat(arguments: &Compat, terminal: Terminal) -> Result<Outcome, Failure> {
    compare(arguments, terminal).or_else(|failure| reported(failure, arguments.output, Title::COMPAT))
}

fn compare(arguments: &Compat, terminal: Terminal) -> Result<Outcome, Failure> {
    let old = load(&arguments.old, arguments).without_lints().load()?;
    let new = load(&arguments.new, arguments).load()?;
    let mut comparison = Comparison::new(&new, arguments.mode);
    comparison.with_schemas(&old, arguments.level, Path::to_owned);
    let schemas = comparison.schema_count();
    if schemas == 0 {
        return Err(Failure::NothingInCommon { old: arguments.old.clone(), new: arguments.new.clone() });
    }
    let found = comparison.finish(&Levels::default());
    conclude(&found, (schemas, &LeftOut::default()), Title::COMPAT, arguments.output, terminal)
}

fn load(path: &PathBuf, arguments: &Compat) -> Loader {
    let loader = Loader::new().path(path);
    arguments.include.iter().fold(loader, Loader::include)
}
