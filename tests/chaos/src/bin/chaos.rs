//! Runs scenarios on a real cluster, one after another, and reports a verdict for each. `cargo xtask chaos` starts the
//! cluster and this program.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use chaos_tests::Failure;
use chaos_tests::cluster::{Cluster, beside, control};
use chaos_tests::history::now;
use chaos_tests::protocol::Protocol;
use chaos_tests::report::{self, Row};
use chaos_tests::scenarios::{SCENARIOS, Scenario};
use chaos_tests::trial::{Setup, Trial};
use clap::{Parser, ValueEnum};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

/// The minutes of the long form with the usual sizes.
const USUAL_MINUTES: f64 = 25.0;

/// Runs scenarios.
#[derive(Debug, Parser)]
struct Arguments {
    /// Print the names of all scenarios.
    #[arg(long)]
    list: bool,
    /// Run these scenarios only, separated by commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Run all scenarios but these.
    #[arg(long, value_delimiter = ',')]
    skip: Vec<String>,
    /// Run scenarios with this protocol of the group only.
    #[arg(long)]
    protocol: Option<Name>,
    /// Records of each scenario.
    #[arg(long)]
    records: Option<u32>,
    /// Minutes of all scenarios together, about. Default: 25.
    #[arg(long)]
    minutes: Option<f64>,
    /// Run the short form.
    #[arg(long, conflicts_with = "minutes")]
    quick: bool,
    /// Scenarios at once. Those that kill brokers run alone in any case.
    #[arg(long, default_value_t = 1)]
    jobs: usize,
    /// Repeat a run with this seed.
    #[arg(long)]
    seed: Option<u64>,
    /// The addresses of the cluster.
    #[arg(long, env = "EVENTGEN_KAFKA", default_value = "")]
    bootstrap_servers: String,
    /// The address of the Schema Registry.
    #[arg(long, env = "EVENTGEN_REGISTRY", default_value = "")]
    schema_registry: String,
    /// The program that kills and starts brokers, and its first arguments, separated by line feeds.
    #[arg(long, env = "EVENTGEN_BROKER_CONTROL", default_value = "", hide_env_values = true)]
    broker_control: String,
    /// The folder for histories and logs. Those of runs that pass are deleted.
    #[arg(long, default_value = "target/chaos")]
    folder: PathBuf,
    /// A setting of all consumers by its name in librdkafka: `name=value`.
    #[arg(long)]
    set: Vec<String>,
    /// Keep the histories and logs of all runs.
    #[arg(long)]
    keep_histories: bool,
    /// Write the results to this file.
    #[arg(long)]
    results: Option<PathBuf>,
    /// What the results say of the machine.
    #[arg(long, default_value = "")]
    machine: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Name {
    Classic,
    Consumer,
}

impl Arguments {
    fn selected(&self) -> Result<Vec<(&'static Scenario, Protocol)>, Failure> {
        let names = || self.only.iter().chain(&self.skip);
        if let Some(unknown) = names().find(|name| !SCENARIOS.iter().any(|scenario| scenario.name == **name))
        {
            return Err(format!("no scenario has the name `{unknown}`; `--list` prints all names").into());
        }
        let protocol = self.protocol.map(|name| match name {
            Name::Classic => Protocol::Classic,
            Name::Consumer => Protocol::Consumer,
        });
        let contains = |names: &[String], scenario: &Scenario| names.iter().any(|name| name == scenario.name);
        let scenarios = SCENARIOS
            .iter()
            .filter(|scenario| self.only.is_empty() || contains(&self.only, scenario))
            .filter(|scenario| !contains(&self.skip, scenario));
        let runs = scenarios
            .flat_map(|scenario| scenario.protocols.iter().map(move |protocol| (scenario, *protocol)));
        Ok(runs.filter(|(_, of_run)| protocol.is_none_or(|wanted| wanted == *of_run)).collect())
    }

    async fn run(&self, scenario: &Scenario, protocol: Protocol, seed: u64) -> Result<Row, Failure> {
        let scale = self.minutes.map_or(1.0, |minutes| minutes / USUAL_MINUTES);
        let setup = Setup {
            cluster: Cluster {
                brokers: self.bootstrap_servers.clone(),
                registry: self.schema_registry.clone(),
                control: control(&self.broker_control),
            },
            name: scenario.name.to_owned(),
            protocol,
            seed,
            size: scenario.size(self.quick, scale, self.records),
            folder: self.folder.clone(),
            member: beside("chaos-member")?,
        };
        let mut trial = Trial::new(setup).await?;
        trial.members.consuming.settings.extend(self.set.iter().cloned());
        let happened = (scenario.run)(&mut trial).await;
        trial.keeps_histories = self.keep_histories;
        let outcome = trial.finish(happened).await;
        Ok(Row { scenario: scenario.name, protocol, seed, outcome })
    }

    async fn run_all(&self, runs: &[(&Scenario, Protocol)]) -> Result<ExitCode, Failure> {
        let seed = self.seed.unwrap_or_else(|| now() / 1_000 % 1_000_000);
        let begun = Instant::now();
        println!("seed {seed}");
        let run = async |(scenario, protocol): &(&Scenario, Protocol)| {
            println!("{} ({}): {}", scenario.name, protocol.name(), scenario.about);
            let row = self.run(scenario, *protocol, seed).await?;
            println!("{row}");
            Ok::<_, Failure>(row)
        };
        let (alone, together): (Vec<_>, Vec<_>) =
            runs.iter().partition(|(scenario, _)| scenario.kills_brokers);
        let mut rows: Vec<Row> =
            stream::iter(together).map(&run).buffered(self.jobs.max(1)).try_collect().await?;
        rows.extend(stream::iter(alone).then(&run).try_collect::<Vec<_>>().await?);
        println!("{}", report::table(&rows));
        println!("{} scenarios in {:.0} s, seed {seed}", rows.len(), begun.elapsed().as_secs_f64());
        if let Some(file) = &self.results {
            std::fs::write(file, report::page(&rows, &self.machine, begun.elapsed()))?;
        }
        Ok(if rows.iter().all(Row::is_passed) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Ends this program when its parent ends, which closes the pipe.
async fn parent_ends() {
    let (sender, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(sender);
    });
    let _ = ended.await;
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<ExitCode, Failure> {
    let arguments = Arguments::parse();
    let runs = arguments.selected()?;
    if arguments.list {
        for scenario in SCENARIOS {
            let protocols: Vec<&str> = scenario.protocols.iter().map(|protocol| protocol.name()).collect();
            println!("{:<20} {:<18} {}", scenario.name, protocols.join(", "), scenario.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    // Dropping a run ends its members.
    let code = tokio::select! {
        code = arguments.run_all(&runs) => return code,
        () = eventgen::shutdown_signal() => 130,
        () = parent_ends() => {
            eprintln!("standard input was closed, which says that the program that started this one has ended");
            3
        }
    };
    // Returning would wait for threads that talk to the cluster.
    std::process::exit(code)
}
