//! The steps on one file that may exceed limits. Each runs in a separate process: this program, with a hidden task.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use eventgen_schema::{Diagnostics, Loaded, Loader, Outline, Severity};
use serde_json::{Value, json};

use super::bounded::{self, End, Limits};
use super::case::State;
use crate::error::{Context as _, Failure};

/// Far more than any schema takes.
pub(super) const LIMITS: Limits = Limits { time: Duration::from_secs(30), memory: 4096 };

/// A step on a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Step {
    /// Find the names that it defines and lacks
    Outline,
    /// Load it with the files that follow it, and generate code
    Generate,
}

/// Starts processes.
#[derive(Debug)]
pub(super) struct Workers {
    /// The command of a step.
    pub(super) command: fn(Step, &[PathBuf]) -> Result<Command, Failure>,
    pub(super) limits: Limits,
}

/// What was generated from a file.
pub(super) struct Generated {
    /// Its types by full name: the Rust path and the self-contained schema.
    pub(super) types: BTreeMap<String, (String, String)>,
    pub(super) code: String,
}

impl Workers {
    /// Processes of this program.
    pub(super) fn new() -> Self {
        Self { command, limits: LIMITS }
    }

    /// The outline of a file, or how the process ended.
    pub(super) fn outline(&self, file: &Path) -> Result<Result<Outline, String>, Failure> {
        Ok(self.answer(Step::Outline, &[file.to_owned()])?.map(|answer| {
            let lacks = answer["lacks"].as_array().into_iter().flatten();
            Outline { defines: strings(&answer["defines"]), lacks: lacks.map(strings::<Vec<_>>).collect() }
        }))
    }

    /// The code of the first file, with the others that it needs, or the state that it ends in.
    pub(super) fn generate(&self, files: &[PathBuf]) -> Result<Result<Generated, State>, Failure> {
        let answer = match self.answer(Step::Generate, files)? {
            Ok(answer) => answer,
            Err(end) => return Ok(Err(State::Ended(end))),
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        if let Some(why) = answer.get("refused") {
            return Ok(Err(State::Refused(text(why))));
        }
        if let Some(why) = answer.get("not generated") {
            return Ok(Err(State::NotGenerated(text(why))));
        }
        let types = answer["types"].as_object().into_iter().flatten();
        let types = types.map(|(name, of)| (name.clone(), (text(&of[0]), text(&of[1])))).collect();
        Ok(Ok(Generated { types, code: text(&answer["code"]) }))
    }

    /// The answer of a process, or how it ended without one.
    fn answer(&self, step: Step, files: &[PathBuf]) -> Result<Result<Value, String>, Failure> {
        let ran = bounded::run(&(self.command)(step, files)?, self.limits)?;
        match ran.end {
            // The answer is one line of the output.
            End::Success => match ran.stdout.lines().find_map(|line| serde_json::from_str(line).ok()) {
                Some(answer) => Ok(Ok(answer)),
                None => Err("a worker gave no answer".into()),
            },
            end => Ok(Err(end.to_string())),
        }
    }
}

fn command(step: Step, files: &[PathBuf]) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe().context("this program")?);
    let step = if step == Step::Outline { "outline" } else { "generate" };
    command.args(["corpus-worker", step]).args(files);
    Ok(command)
}

fn strings<C: FromIterator<String>>(value: &Value) -> C {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The work of a process: the answer on one line.
pub(crate) fn work(step: Step, files: &[PathBuf]) -> Result<String, Failure> {
    let file = files.first().ok_or("no file")?;
    let outline = Outline::read(file).unwrap_or_default();
    let answer = match step {
        Step::Outline => json!({ "defines": outline.defines, "lacks": outline.lacks }),
        Step::Generate => generate(files, &outline.defines),
    };
    Ok(answer.to_string())
}

fn generate(files: &[PathBuf], defines: &BTreeSet<String>) -> Value {
    let loaded = match files.iter().fold(Loader::new(), Loader::path).load() {
        Ok(loaded) => loaded,
        Err(diagnostics) => return json!({ "refused": first(&diagnostics) }),
    };
    let paths = eventgen_codegen::type_paths(&loaded.contract);
    match eventgen_codegen::generate(&loaded.contract).and_then(|code| Ok((code, paths?))) {
        Ok((code, paths)) => json!({ "types": types(&loaded, paths, defines), "code": code }),
        Err(error) => json!({ "not generated": error.to_string().replace('\n', " ") }),
    }
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
