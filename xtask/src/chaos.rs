//! `cargo xtask chaos`: scenarios of failures on three real brokers and a real registry.
//!
//! The program `chaos` of `tests/chaos` runs them. This task builds it, starts the servers, and kills and starts brokers for
//! it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use crate::error::{Context as _, Failure};
use crate::folders::{repository, target};
use crate::machine;
use crate::{cargo, kafka, registry, server};

/// The options of `cargo xtask chaos`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(crate) struct Options {
    /// Print the names of all scenarios.
    #[arg(long)]
    list: bool,
    /// Run these scenarios only, separated by commas. Writes no file.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// Run all scenarios but these. Writes no file.
    #[arg(long, value_name = "NAME")]
    skip: Option<String>,
    /// Run scenarios with this protocol of the group only: classic or consumer. Writes no file.
    #[arg(long)]
    protocol: Option<String>,
    /// Records of each scenario. Default: by scenario, 20,000 to 400,000.
    #[arg(long)]
    records: Option<u32>,
    /// Minutes of all scenarios together, about. Default: 25.
    #[arg(long)]
    minutes: Option<f64>,
    /// Run the short form. Writes no file.
    #[arg(long)]
    quick: bool,
    /// Scenarios at once. Those that kill brokers run alone in any case. Default: 1.
    #[arg(long)]
    jobs: Option<usize>,
    /// Repeat a run with this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// A setting of all consumers by its name in librdkafka: `name=value`, such as `debug=cgrp`.
    #[arg(long)]
    set: Vec<String>,
    /// Keep the histories and logs of all runs, not only of those that are not valid.
    #[arg(long)]
    keep_histories: bool,
    /// Build the programs with optimizations.
    #[arg(long)]
    release: bool,
    /// Keep the servers for the next run. `cargo xtask chaos --down` stops them.
    #[arg(long)]
    keep: bool,
    /// Stop servers that were kept, and run nothing.
    #[arg(long)]
    down: bool,
}

/// What happens to a broker.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum BrokerAction {
    /// Kill it.
    Kill,
    /// Stop it, and wait until it has handed over what it leads.
    Stop,
    /// Start it again, on the same data.
    Start,
}

/// Kills, stops or starts one broker of a cluster.
pub(crate) fn broker(folder: &Path, action: BrokerAction, number: usize) -> Result<(), Failure> {
    match action {
        BrokerAction::Kill => kafka::kill_broker(folder, number),
        BrokerAction::Stop => kafka::stop_broker(folder, number),
        BrokerAction::Start => kafka::start_broker(folder, number),
    }
}

/// The variable with the program that kills, stops and starts brokers of a cluster, and its value.
fn broker_control(folder: &Path) -> Result<(String, String), Failure> {
    let program = std::env::current_exe().context("this program")?;
    let words = [program.display().to_string(), "broker".to_owned(), folder.display().to_string()];
    Ok(("EVENTGEN_BROKER_CONTROL".to_owned(), words.join("\n")))
}

/// Runs scenarios.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let (kafka_folder, registry_folder) = (kafka::folder("chaos-kafka"), registry::folder("chaos-registry"));
    if options.down {
        server::down(&kafka_folder)?;
        return server::down(&registry_folder).map(drop);
    }
    let program = build(options.release)?;
    if options.list {
        return finished(Command::new(&program).arg("--list"));
    }
    let servers = Servers::start(&kafka_folder, &registry_folder, options.keep)?;
    let mut command = Command::new(&program);
    command.envs(servers.environment()?);
    command.arg("--folder").arg(target().join("chaos"));
    let texts = [
        ("--only", options.only.clone()),
        ("--skip", options.skip.clone()),
        ("--protocol", options.protocol.clone()),
        ("--records", options.records.map(|records| records.to_string())),
        ("--minutes", options.minutes.map(|minutes| minutes.to_string())),
        ("--jobs", options.jobs.map(|jobs| jobs.to_string())),
        ("--seed", options.seed.map(|seed| seed.to_string())),
    ];
    for (name, value) in texts.into_iter().filter_map(|(name, value)| Some((name, value?))) {
        command.args([name, &value]);
    }
    for (name, is_set) in [("--quick", options.quick), ("--keep-histories", options.keep_histories)] {
        command.args(is_set.then_some(name));
    }
    for setting in &options.set {
        command.args(["--set", setting]);
    }
    let is_whole = options.only.is_none() && options.skip.is_none() && options.protocol.is_none();
    if is_whole && !options.quick {
        command.arg("--results").arg(repository().join("tests/chaos/RESULTS.md"));
        let build = if options.release { "release build" } else { "debug build" };
        command.args(["--machine", &format!("{}, {build}", machine::description())]);
    }
    finished(&mut command)
}

/// The scenarios that kill brokers, which disturbs other tests.
const KILL_BROKERS: &str = "kill-brokers,copy,copy-retries";
/// Those of them in the short form. `copy-retries` does all that `copy` does, which the planted bugs run, too.
const KILL_BROKERS_SHORT: &str = "kill-brokers,copy-retries";

/// Runs the short form on servers that run, without the scenarios that kill brokers.
pub(crate) fn short_form(environment: &[(String, String)]) -> Result<(), Failure> {
    let mut command = short(environment);
    finished(command.args(["--skip", KILL_BROKERS, "--jobs", "2"]))
}

/// Runs the short form of the scenarios that kill brokers, on servers that run.
pub(crate) fn kill_brokers(environment: &[(String, String)], folder: &Path) -> Result<(), Failure> {
    let mut command = short(environment);
    finished(command.args(["--only", KILL_BROKERS_SHORT]).envs([broker_control(folder)?]))
}

fn short(environment: &[(String, String)]) -> Command {
    let mut command = Command::new(target().join("debug").join("chaos"));
    command.arg("--quick").arg("--folder").arg(target().join("chaos"));
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    command
}

/// Builds the programs of `tests/chaos`. Returns the path of the one that runs scenarios.
pub(crate) fn build(release: bool) -> Result<PathBuf, Failure> {
    let arguments: &[&str] = &["build", "--locked", "-p", "chaos-tests", "--bins"];
    cargo::run(&[arguments, if release { &["--release"] } else { &[] }].concat(), &[])?;
    Ok(target().join(if release { "release" } else { "debug" }).join("chaos"))
}

/// Runs a program to its end. It ends when this process does, because its standard input is closed then.
pub(crate) fn finished(command: &mut Command) -> Result<(), Failure> {
    let mut child = command.stdin(Stdio::piped()).spawn().context("chaos")?;
    // Waiting would close it.
    let input = child.stdin.take();
    let status = child.wait().context("chaos")?;
    drop(input);
    if status.success() { Ok(()) } else { Err("a scenario is not valid, or could not run".into()) }
}

/// Folders of the servers that this run stops, however it ends.
static STARTED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Three brokers and a registry, which are stopped when it is dropped, also by a panic or a signal.
pub(crate) struct Servers {
    folder: PathBuf,
    brokers: server::State,
    registry: server::State,
    _stop: StopServers,
}

impl Servers {
    /// Starts them, or uses those that run. With `keep` they are not stopped.
    pub(crate) fn start(kafka_folder: &Path, registry_folder: &Path, keep: bool) -> Result<Self, Failure> {
        ctrlc::set_handler(|| {
            stop_servers();
            std::process::exit(130);
        })
        .context("catching signals")?;
        let stop = StopServers;
        if !keep {
            *STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
                vec![kafka_folder.to_owned(), registry_folder.to_owned()];
        }
        let (brokers, registry) =
            (kafka::up(kafka_folder, 3, kafka::Access::Open)?, registry::up(registry_folder)?);
        Ok(Self { folder: kafka_folder.to_owned(), brokers, registry, _stop: stop })
    }

    /// The variables of a program that uses them.
    pub(crate) fn environment(&self) -> Result<[(String, String); 3], Failure> {
        Ok([
            ("EVENTGEN_KAFKA".to_owned(), self.brokers.address("KAFKA_BOOTSTRAP_SERVERS")),
            ("EVENTGEN_REGISTRY".to_owned(), self.registry.address("SCHEMA_REGISTRY_URL")),
            broker_control(&self.folder)?,
        ])
    }
}

/// Stops the servers when it is dropped, also by a panic.
struct StopServers;

impl Drop for StopServers {
    fn drop(&mut self) {
        stop_servers();
    }
}

fn stop_servers() {
    let started = std::mem::take(&mut *STARTED.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
    for folder in started {
        if let Err(failure) = server::down(&folder) {
            eprintln!("error: {failure}");
        }
    }
}
