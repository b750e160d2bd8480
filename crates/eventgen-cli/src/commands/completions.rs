//! `eventgen completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;

use crate::arguments::{self, Arguments};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::line;

pub(crate) fn completions(arguments: &arguments::Completions) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), "eventgen", &mut script);
    line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Outcome::Fine)
}
