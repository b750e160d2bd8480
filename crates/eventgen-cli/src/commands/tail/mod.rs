//! `eventgen tail`: the records of a topic, decoded.

mod bounds;
mod filter;
mod json;
mod last;
mod printer;
mod text;
mod values;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use eventgen_admin::{NextRecord, RecordReader};
use eventgen_schema::Manifest;
use tokio::task::JoinError;

use crate::arguments::{self, Schemas};
use crate::cluster::Settings;
use crate::failure::Failure;
use crate::load::{manifest, read};
use crate::names::Names;
use crate::outcome::Outcome;
use crate::signal::Signals;
use crate::terminal::{Terminal, summary};
use bounds::Bounds;
use last::Last;
use printer::Printer;
use values::Values;

/// How long a record is waited for before the command looks whether it was interrupted.
const WAIT: Duration = Duration::from_millis(100);

pub(crate) fn tail(arguments: &arguments::Tail, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    let manifest = manifest(&[])?;
    if let (None, Some(environment)) = (&manifest, environment) {
        return Err(Failure::NoManifest { environment: environment.to_owned() });
    }
    let settings = Settings::new(&arguments.cluster, environment, manifest.as_ref())?;
    let topic = &topic(&arguments.topic, manifest.as_ref(), environment)?;
    let Bounds { query, last } = Bounds::of(arguments, topic)?;
    let values = Values::new(arguments, topic, manifest.as_ref(), terminal)?;
    let reader = RecordReader::open(settings.into_inner(), &query)?;
    let printer = Printer::new(arguments, topic, values);
    let (follows, is_stopped) = (arguments.follow, Arc::new(AtomicBool::new(false)));
    Run { reader, printer, last, follows, is_stopped }.until_interrupted()
}

/// The name of a topic in the cluster. The contract is asked only where an environment has a prefix: topics of others have no contract.
fn topic(name: &str, manifest: Option<&Manifest>, environment: Option<&str>) -> Result<String, Failure> {
    let has_prefix = |manifest: &&Manifest| {
        manifest.topic_prefixes().any(|(of, prefix)| Some(of) == environment && !prefix.is_empty())
    };
    let Some(manifest) = manifest.filter(has_prefix) else { return Ok(name.to_owned()) };
    let schemas = Schemas { paths: Vec::new(), include: Vec::new() };
    let contract = read(&schemas, environment)?.loaded.contract;
    Ok(Names::new(&contract, Some(manifest), environment).of(name))
}

/// A run of the command.
struct Run {
    reader: RecordReader,
    printer: Printer,
    /// The newest records so far, where only these are shown.
    last: Option<Last>,
    /// Whether there is no other end than an interruption.
    follows: bool,
    is_stopped: Arc<AtomicBool>,
}

impl Run {
    /// Reads on a thread of its own, and ends in order when a signal arrives.
    fn until_interrupted(mut self) -> Result<Outcome, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (follows, is_stopped) = (self.follows, Arc::clone(&self.is_stopped));
        runtime.block_on(async {
            let mut signals = Signals::new()?;
            let mut reading = tokio::task::spawn_blocking(move || {
                let outcome = self.read();
                let summarized = self.printer.summarize();
                outcome.map(|()| summarized)
            });
            tokio::select! {
                () = signals.received() => is_stopped.store(true, Ordering::Relaxed),
                outcome = &mut reading => return joined(outcome),
            }
            let outcome = joined(reading.await)?;
            if follows {
                return Ok(outcome);
            }
            summary("interrupted: there may be more records");
            Ok(Outcome::Failure)
        })
    }

    fn read(&mut self) -> Result<(), Failure> {
        while !self.is_stopped.load(Ordering::Relaxed) && !self.printer.is_full() {
            let record = match self.reader.next(WAIT)? {
                NextRecord::End => break,
                NextRecord::Nothing => continue,
                NextRecord::Record(record) => record,
            };
            let Some(decoded) = self.printer.decode(&record)? else { continue };
            match &mut self.last {
                None => self.printer.print(&record, &decoded)?,
                Some(last) => last.push(record, decoded),
            }
        }
        for (record, decoded) in self.last.take().into_iter().flat_map(Last::into_records) {
            self.printer.print(&record, &decoded)?;
        }
        Ok(())
    }
}

fn joined(outcome: Result<Result<Outcome, Failure>, JoinError>) -> Result<Outcome, Failure> {
    outcome.unwrap_or_else(|failure| std::panic::resume_unwind(failure.into_panic()))
}
