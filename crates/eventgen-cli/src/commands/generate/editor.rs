//! `eventgen generate editor`: schemas and settings for editors.

use std::path::Path;

use eventgen_artifacts::editor;

use super::monitoring::wanted;
use crate::arguments;
use crate::failure::Failure;
use crate::files::{Request, Wanted, write};
use crate::outcome::Outcome;
use crate::terminal::summary;

/// What the settings of an editor name when they know the schemas.
const FOLDER: &str = ".eventgen/";

pub(super) fn generate(arguments: &arguments::Editor) -> Result<Outcome, Failure> {
    // Without `./` before the paths.
    let folder = if arguments.out == Path::new(".") { Path::new("") } else { &arguments.out };
    let mut files = wanted(editor::schemas()?, folder);
    let settings = wanted(editor::settings(), folder);
    let (kept, missing): (Vec<Wanted>, Vec<Wanted>) =
        settings.into_iter().partition(|file| file.path.exists());
    // Projects need not keep the settings of editors.
    if !arguments.check {
        files.extend(missing);
    }
    let request = Request {
        check: arguments.check,
        content: "schemas of Avro files and eventgen.toml, options of Protobuf".to_owned(),
        command: "eventgen generate editor",
    };
    let outcome = write(&files, &request, arguments.output)?;
    for file in kept {
        let names_it = std::fs::read_to_string(&file.path).is_ok_and(|text| text.contains(FOLDER));
        if file.text.contains(FOLDER) && !names_it {
            let path = file.path.display();
            summary(&format!(
                "warning: {path} is yours and stays as it is: add to it\n{}",
                file.text.trim_end()
            ));
        }
    }
    Ok(outcome)
}
