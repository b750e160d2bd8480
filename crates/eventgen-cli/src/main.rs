//! The `eventgen` command: what can be done with a contract outside a build.
//!
//! Each command is a file in `commands` and returns its [`Outcome`]. Results go to standard output, a summary of one line
//! goes to standard error.
#![forbid(unsafe_code)]

mod arguments;
mod bytes;
mod cluster;
mod code;
mod commands;
mod compatibility;
mod confirm;
mod count;
mod exposition;
mod failure;
mod files;
mod gate;
mod git;
mod instant;
mod interrupt;
mod key;
mod load;
mod lock;
mod names;
mod outcome;
mod parallel;
mod printable;
mod progress;
mod registered_keys;
mod registry;
mod report;
mod server;
mod signal;
mod subject;
mod table;
mod terminal;
mod word;

use std::env;
use std::process::ExitCode;

use clap::Parser as _;

use arguments::{Arguments, Command};
use commands::{
    check, compat, completions, diff, dlq, docs, explain, generate, import, lag, man, new, outbox, register,
    send, show, tail, topics,
};
use failure::Failure;
use outcome::Outcome;
use terminal::{Terminal, outlive_reader};

/// Generating code makes and frees millions of small tokens: with the system's allocator that is 40 % of all instructions.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let terminal = Terminal::new(arguments.color, arguments.quiet);
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
    if arguments.command.is_change() {
        outlive_reader();
    }
    match &arguments.command {
        Command::New(arguments) => new::new(arguments),
        Command::Check(arguments) => check::check(arguments, terminal),
        Command::Diff(arguments) => diff::diff(arguments, terminal),
        Command::Compat(arguments) => compat::compat(arguments, terminal),
        Command::Generate(arguments) => generate::generate(arguments, terminal),
        Command::Register(arguments) => register::register(arguments, terminal),
        Command::Import(arguments) => import::import(arguments),
        Command::Lag(arguments) => lag::lag(arguments, terminal),
        Command::Show(arguments) => show::show(arguments, terminal),
        Command::Topics(arguments) => topics::topics(arguments, terminal),
        Command::Dlq(arguments) => dlq::dlq(arguments, terminal),
        Command::Outbox(arguments) => outbox::outbox(arguments, terminal),
        Command::Docs(arguments) => docs::docs(arguments, terminal),
        Command::Send(arguments) => send::send(arguments, terminal),
        Command::Tail(arguments) => tail::tail(arguments, terminal),
        Command::Explain(arguments) => explain::explain(arguments),
        Command::Completions(arguments) => completions::completions(arguments),
        Command::Man(arguments) => man::man(arguments),
    }
}
