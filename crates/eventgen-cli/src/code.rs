//! Generates the code of a contract for the commands that write it or check that it can be written.

use std::path::{Path, PathBuf};

use eventgen_codegen::{Error, Settings, generate_with};
use eventgen_schema::{Diagnostic, Diagnostics, Loaded, Sources, Span, code};

use crate::load::Read;

/// Generates the code with the settings of `eventgen.toml`. `paths` are the schemas of the command line.
pub(crate) fn generate(read: &Read, paths: &[PathBuf]) -> Result<String, Error> {
    let settings = read.manifest.iter().fold(Settings::default(), |settings, manifest| {
        settings.with_manifest(manifest).partial(!manifest.is_covered_by(paths))
    });
    generate_with(&read.loaded.contract, &settings)
}

/// Why there is no code, as diagnostics. The warnings about the schemas are among them.
pub(crate) fn diagnostics(error: Error, loaded: &Loaded) -> Diagnostics {
    let sources = loaded.warnings.sources();
    if let Error::Manifest(diagnostics) = error {
        // `eventgen.toml` is the first file of both, so that all locations are in the files of the warnings.
        let all = diagnostics.iter().chain(loaded.warnings.iter()).cloned();
        return Diagnostics::new(sources.clone(), all.collect());
    }
    let diagnostic = Diagnostic::error(code::NOT_SUPPORTED, error.to_string())
        .help("the schemas are not at fault; another way to write what they use here may help");
    let span = match &error {
        Error::Compiler { file, .. } => start_of(file, sources),
        _ => None,
    };
    let diagnostic = match span {
        Some(span) => diagnostic.at(&span, "this file"),
        None => diagnostic,
    };
    let warnings = loaded.warnings.iter().cloned();
    Diagnostics::new(sources.clone(), warnings.chain([diagnostic]).collect())
}

/// The start of the file that others import by a name.
fn start_of(name: &str, sources: &Sources) -> Option<Span> {
    let ends_with = sources.ids().filter(|id| sources.path(*id).ends_with(Path::new(name)));
    let source = ends_with.min_by_key(|id| sources.path(*id).components().count())?;
    Some(Span { source, range: 0..0 })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use eventgen_schema::Loader;

    use super::*;

    #[test]
    fn a_failure_of_the_generator_points_to_its_file() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["one.proto", "two.proto"] {
            let text = format!("syntax = \"proto3\"; package {};", name.replace(".proto", ""));
            fs::write(folder.path().join(name), text).expect("a file");
        }
        let loaded = Loader::new().path(folder.path()).load().expect("a contract");
        let error = Error::Compiler { file: "two.proto".to_owned(), cause: "names overlap".to_owned() };
        let diagnostics = diagnostics(error, &loaded);
        let [diagnostic] = diagnostics.iter().collect::<Vec<_>>()[..] else { panic!("{diagnostics}") };
        assert_eq!(diagnostic.code, code::NOT_SUPPORTED);
        assert!(diagnostic.message.contains("names overlap"), "{}", diagnostic.message);
        let path = diagnostics.sources().path(diagnostic.labels[0].0.source);
        assert_eq!(path, folder.path().join("two.proto"));
    }
}
