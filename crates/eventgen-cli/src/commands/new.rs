//! `eventgen new`: a project in a folder.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use eventgen_artifacts::project::{self, Settings};

use crate::arguments::{self, Format};
use crate::failure::Failure;
use crate::files::{Files, Wanted, Written, save};
use crate::outcome::Outcome;
use crate::terminal::{document, line, summary};

pub(crate) fn new(arguments: &arguments::New) -> Result<Outcome, Failure> {
    let name = &arguments.name;
    let folder = arguments.folder.clone().unwrap_or_else(|| PathBuf::from(name.as_str()));
    let mut settings = Settings::new(name.clone(), arguments.contract);
    if let Some(checkout) = &arguments.checkout {
        settings = settings.checkout(path_of_crates(checkout)?);
    }
    let files = project::files(&settings)?;
    refuse_files(&folder)?;
    let mut written = Vec::with_capacity(files.len());
    for file in files {
        let wanted = Wanted { path: folder.join(file.path), text: file.text };
        save(&wanted)?;
        if arguments.output == Format::Human {
            line(&wanted.path.display().to_string())?;
        }
        written.push(Written::new(&wanted.path));
    }
    if arguments.output == Format::Json {
        document(&Files::new(written))?;
    }
    summary(&format!(
        "{} is a project that runs: `cargo run --example demo` in it; its README.md says more",
        folder.display()
    ));
    Ok(Outcome::Fine)
}

/// The absolute path of a checkout of the repository.
fn path_of_crates(checkout: &Path) -> Result<String, Failure> {
    let read = |source| Failure::Read { path: checkout.to_owned(), source };
    let found = fs::canonicalize(checkout).map_err(read)?;
    if !found.join("crates/eventgen/Cargo.toml").is_file() {
        let reason = "it has no crates/eventgen/Cargo.toml";
        return Err(read(io::Error::new(ErrorKind::NotFound, reason)));
    }
    let path = found.to_str().ok_or_else(|| read(io::Error::other("its path is not UTF-8")))?;
    Ok(path.to_owned())
}

/// Refuses a folder that has anything in it: nothing of a user is overwritten.
fn refuse_files(folder: &Path) -> Result<(), Failure> {
    match fs::read_dir(folder) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(Failure::NotEmpty { path: folder.to_owned() }),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(source) => Err(Failure::Write { path: folder.to_owned(), source }),
    }
}
