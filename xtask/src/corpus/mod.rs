//! `cargo xtask corpus DIR`: takes every schema in a folder on its own through all steps: load, generate, compile, and
//! round-trip random values between generated code and apache-avro.

mod case;
mod compile;
mod find;
mod report;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use eventgen_schema::{Diagnostics, Loaded, Loader, Severity};

use crate::error::{Context as _, Failure};
use case::{Case, State};
use find::Finder;

/// Runs all files of a folder.
pub(crate) fn run(folder: &Path) -> Result<ExitCode, Failure> {
    let folder = folder.canonicalize().context(folder.display())?;
    let mut finder = Finder::new(&folder);
    let mut cases: Vec<Case> =
        finder.files().into_iter().enumerate().map(|(index, path)| read(index, path, &mut finder)).collect();
    eprintln!("{} files read; compiling …", cases.len());
    let package = compile::Package::new()?;
    package.compile(&mut cases)?;
    eprintln!("compiled; random values …");
    package.round_trip(&mut cases)?;
    let report = report::report(&folder, &cases);
    let path = package.folder().join("report.txt");
    fs::write(&path, &report.all).context(path.display())?;
    println!("{}\nevery file: {}", report.summary, path.display());
    Ok(if report.is_fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(index: usize, path: PathBuf, finder: &mut Finder) -> Case {
    let module = format!("f{index:05}");
    let mut case = Case { module, path, types: BTreeMap::new(), code: String::new(), state: State::Done };
    let files = finder.needed(&case.path);
    let loaded = match files.into_iter().fold(Loader::new(), Loader::path).load() {
        Ok(loaded) => loaded,
        Err(diagnostics) => {
            case.state = State::Refused(first(&diagnostics));
            return case;
        }
    };
    let paths = eventgen_codegen::type_paths(&loaded.contract);
    match eventgen_codegen::generate(&loaded.contract).and_then(|code| Ok((code, paths?))) {
        Ok((code, paths)) => {
            case.types = types(&loaded, paths, finder.defines(&case.path));
            case.code = code;
        }
        Err(error) => case.state = State::NotGenerated(error.to_string().replace('\n', " ")),
    }
    case
}

/// The types that a file itself defines.
fn types(
    loaded: &Loaded,
    paths: BTreeMap<String, String>,
    defines: &BTreeSet<String>,
) -> BTreeMap<String, (String, String)> {
    let mut schemas = loaded.schemas();
    let own = paths.into_iter().filter(|(name, _)| defines.contains(name));
    own.filter_map(|(name, path)| Some((name.clone(), (path, schemas.remove(&name)?)))).collect()
}

/// The first diagnostic, on one line.
fn first(diagnostics: &Diagnostics) -> String {
    let diagnostic = diagnostics.iter().find(|diagnostic| diagnostic.severity == Severity::Error);
    let report = diagnostic.map(|diagnostic| {
        let remark =
            diagnostic.labels.first().map(|(_, remark)| remark.as_str()).filter(|remark| !remark.is_empty());
        let remark = remark.map(|remark| format!(" ({remark})")).unwrap_or_default();
        format!("{} {}{remark}", diagnostic.code.id, diagnostic.message)
    });
    report.unwrap_or_default().replace('\n', " ")
}
