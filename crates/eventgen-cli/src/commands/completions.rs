//! `eventgen completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;
use serde::Serialize;

use crate::arguments::{self, Arguments, Format};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{document, output};

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    shell: String,
    script: &'a str,
}

pub(crate) fn completions(arguments: &arguments::Completions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "eventgen", &mut script);
    let script = String::from_utf8_lossy(&script);
    match arguments.output {
        Format::Human => output(script.trim_end())?,
        Format::Json => {
            document(&Document { version: 1, shell: arguments.shell.to_string(), script: &script })?;
        }
    }
    Ok(Outcome::Fine)
}
