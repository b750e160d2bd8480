//! The `eventgen` command: what can be done with a contract outside a build.
//!
//! Arguments are read here, each command has a file of its own and returns how it ended. What a command is asked for goes
//! to standard output, one line that sums it up to standard error.
#![forbid(unsafe_code)]

mod arguments;
mod check;
mod explain;
mod failure;
mod generate;
mod load;
mod offline;
mod outcome;
mod register;
mod registry;
mod report;
mod terminal;

use std::env;
use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use failure::Failure;
use outcome::Outcome;
use terminal::Terminal;

/// Generating code makes and frees millions of small tokens: with the system's allocator that is 40 % of all instructions.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color);
    match run(&arguments, terminal) {
        Ok(outcome) => outcome.into(),
        Err(failure) => {
            terminal.failure(&failure);
            failure.outcome().into()
        }
    }
}

fn run(arguments: &Arguments, terminal: Terminal) -> Result<Outcome, Failure> {
    if let Some(folder) = &arguments.directory {
        env::set_current_dir(folder).map_err(|source| Failure::Folder { path: folder.clone(), source })?;
    }
    match &arguments.command {
        Command::Check(arguments) => check::check(arguments, terminal),
        Command::Generate(arguments) => generate::generate(arguments, terminal),
        Command::Register(arguments) => register::register(arguments, terminal),
        Command::Explain(arguments) => explain::explain(arguments),
    }
}
