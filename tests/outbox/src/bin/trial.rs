//! The long form of the trial of the outbox, on brokers that run. `cargo xtask outbox-trial` starts them and this program.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use chaos_tests::cluster::{Cluster, beside, control};
use clap::Parser;
use orders::events::com::example::orders::orders_events_v1::TOPIC;
use outbox_tests::Failure;
use outbox_tests::trial::{Run, page};

/// Runs the trial.
#[derive(Debug, Parser)]
struct Arguments {
    /// The events to be committed.
    #[arg(long)]
    events: usize,
    /// The minutes after which no more events are stored.
    #[arg(long)]
    minutes: u64,
    /// The number of keys.
    #[arg(long)]
    keys: u64,
    /// What determines the random numbers.
    #[arg(long)]
    seed: u64,
    /// The seconds between two faults, on average.
    #[arg(long)]
    pause: u64,
    /// The addresses of the cluster.
    #[arg(long, env = "EVENTGEN_KAFKA")]
    bootstrap_servers: String,
    /// The address of the Schema Registry.
    #[arg(long, env = "EVENTGEN_REGISTRY")]
    schema_registry: String,
    /// The program that kills and starts brokers, and its first arguments, separated by line feeds.
    #[arg(long, env = "EVENTGEN_BROKER_CONTROL", hide_env_values = true)]
    broker_control: String,
    /// Write the results to this file.
    #[arg(long)]
    results: Option<PathBuf>,
    /// What the results say of the machine.
    #[arg(long, default_value = "")]
    machine: String,
}

impl Arguments {
    async fn run(&self) -> Result<ExitCode, Failure> {
        let cluster = Cluster {
            brokers: self.bootstrap_servers.clone(),
            registry: self.schema_registry.clone(),
            control: control(&self.broker_control),
        };
        let partitions = i32::try_from(TOPIC.partitions.unwrap_or(1))?;
        for name in [Some(TOPIC.name), TOPIC.dead_letter.map(|letters| letters.name)].into_iter().flatten() {
            cluster.create_topic(name, partitions).await?;
        }
        let run = Run {
            cluster,
            relay: beside("outbox-relay")?,
            events: self.events,
            lasting: Duration::from_secs(self.minutes * 60),
            keys: self.keys,
            pause: Duration::from_secs(self.pause),
            seed: self.seed,
        };
        let outcome = run.run().await?;
        println!("{outcome}");
        if let Some(file) = &self.results {
            std::fs::write(file, page(&outcome, &self.machine))?;
        }
        Ok(if outcome.is_valid() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// Resolves when the parent of this program ends, which closes the pipe.
async fn parent_ends() {
    let (sender, ended) = tokio::sync::oneshot::channel::<()>();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(sender);
    });
    let _ = ended.await;
}

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let arguments = Arguments::parse();
    println!("seed {}", arguments.seed);
    // Dropping a run ends its relays and its PostgreSQL.
    tokio::select! {
        code = arguments.run() => code,
        () = eventgen::shutdown_signal() => Ok(ExitCode::from(130)),
        () = parent_ends() => Err("standard input was closed: the program that started this one has ended".into()),
    }
}
