//! The tasks of this repository: `cargo xtask test`, `bench`, `chaos`, `corpus`, `fuzz`, `kafka`, `outbox-trial`, `registry`.

mod artefacts;
mod bench;
mod cargo;
mod chaos;
mod chromium;
mod corpus;
mod error;
mod folders;
mod fuzz;
mod fuzz_codec;
mod kafka;
mod machine;
mod maven;
mod npm;
mod outbox_trial;
mod packages;
mod ports;
mod postgres;
mod process_group;
mod python;
mod readme;
mod registry;
mod server;
mod sizes;
mod structure;
mod suites;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use error::Failure;

#[derive(Debug, Parser)]
#[command(about)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Run the test suites. `test --help` lists them.
    Test(suites::Selection),
    /// Generate, compile and round-trip every schema in a folder, each file on its own, and report what failed.
    Corpus {
        /// The folder. Its subfolders are searched too.
        folder: PathBuf,
    },
    /// One step of `corpus` on the first of some files, in a separate process.
    #[command(hide = true)]
    CorpusWorker { step: corpus::Step, files: Vec<PathBuf> },
    /// Run a benchmark against peers.
    Bench {
        #[command(subcommand)]
        target: BenchTarget,
    },
    /// Kill, stop and restart members, producers and brokers, and check what became of the records. Writes
    /// `tests/chaos/RESULTS.md`.
    Chaos(chaos::Options),
    /// Kill, stop or start one broker of a cluster, for `chaos`.
    #[command(hide = true)]
    Broker { folder: PathBuf, action: chaos::BrokerAction, number: usize },
    /// Store a million events while relays are killed, PostgreSQL restarts and brokers are bounced, and check what became of
    /// them. Writes `tests/outbox/RESULTS.md`.
    OutboxTrial(outbox_trial::Options),
    /// Fuzz the parsers and the codec.
    Fuzz {
        #[command(subcommand)]
        target: FuzzTarget,
    },
    /// Start and stop a local Apache Kafka cluster (`KRaft`) on free ports.
    Kafka {
        #[command(subcommand)]
        action: KafkaAction,
    },
    /// Start and stop a local Schema Registry (Apicurio) on a free port.
    Registry {
        #[command(subcommand)]
        action: RegistryAction,
    },
}

#[derive(Debug, Subcommand)]
enum BenchTarget {
    /// Measure what the derive adds to the build of an application. Writes `benches/DERIVE.md`.
    Derive,
    /// Measure `eventgen generate` on a thousand records. Writes `benches/GENERATE.md`.
    Generate,
    /// Measure `eventgen diff` in a git history of 1,000 schemas, Avro and Protobuf. Writes `benches/DIFF.md`.
    History,
    /// Measure the command on 5,000 events, with a broker for `topics plan`. Writes `benches/MANY.md`.
    Many,
    /// Measure the Avro codec on three events. Writes `benches/RESULTS.md`.
    Codec(bench::codec::Options),
    /// Measure compile time and program size of generated code and of serde's derives. Writes `benches/COMPILE.md`.
    Compile {
        /// Builds per crate.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
    /// Measure producers and consumers on a real broker. Writes `benches/DELIVERY.md`.
    Delivery(bench::delivery::Options),
    /// Measure an outbox beside bare inserts and a bare producer, on a real broker. Writes `benches/OUTBOX.md`.
    Outbox(bench::outbox::Options),
}

#[derive(Debug, Subcommand)]
enum FuzzTarget {
    /// Run the fuzz targets of the codec. Needs cargo-fuzz and a nightly compiler.
    Codec {
        /// Seconds per target.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Have the artefacts and catalogues of random contracts read by the tools that they are for: the long form of the suites
    /// `monitoring` and `catalogue`.
    Artefacts {
        /// Contracts.
        #[arg(long, default_value_t = 500)]
        contracts: u64,
    },
    /// Check mutated schema files and generate code from them.
    Schema {
        /// Minutes per file format.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// Fuzz this file format only.
        #[arg(long, value_parser = fuzz::FORMATS)]
        format: Option<String>,
    },
    /// Compare consumers of random schemas, and of random changes that the gate accepts, with Apache Avro in Java and with
    /// Protobuf in Python.
    Agreement {
        /// Minutes.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
    },
}

#[derive(Debug, Subcommand)]
enum KafkaAction {
    /// Start the cluster and print its addresses.
    Up {
        /// Number of brokers.
        #[arg(long, default_value_t = 1)]
        brokers: usize,
        /// With TLS, client certificates and passwords, and without rights but those that access control lists give.
        #[arg(long)]
        secure: bool,
    },
    /// Stop the cluster and delete its data.
    Down,
    /// Print the addresses of the cluster if it runs.
    Status,
}

#[derive(Debug, Subcommand)]
enum RegistryAction {
    /// Start the registry and print its address.
    Up,
    /// Stop the registry and delete its subjects.
    Down,
    /// Print the address of the registry if it runs.
    Status,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().task) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<ExitCode, Failure> {
    let (kafka, registry) = (kafka::folder("kafka"), registry::folder("registry"));
    match task {
        Task::Test(selection) => return suites::run(selection),
        Task::Corpus { folder } => return corpus::run(folder),
        Task::CorpusWorker { step, files } => println!("{}", corpus::work(*step, files)?),
        Task::Bench { target: BenchTarget::Generate } => return bench::generate::run(),
        Task::Bench { target: BenchTarget::History } => return bench::history::run(),
        Task::Bench { target: BenchTarget::Many } => return bench::many::run(),
        Task::Bench { target: BenchTarget::Derive } => return bench::derive::run(),
        Task::Bench { target: BenchTarget::Compile { rounds } } => {
            println!("{}", bench::compile::run(*rounds)?);
        }
        Task::Bench { target: BenchTarget::Outbox(options) } => bench::outbox::run(options)?,
        Task::Bench { target: BenchTarget::Codec(options) } => println!("{}", bench::codec::run(options)?),
        Task::Bench { target: BenchTarget::Delivery(options) } => {
            println!("{}", bench::delivery::run(options)?);
        }
        Task::Chaos(options) => chaos::run(options)?,
        Task::OutboxTrial(options) => outbox_trial::run(options)?,
        Task::Broker { folder, action, number } => chaos::broker(folder, *action, *number)?,
        Task::Fuzz { target: FuzzTarget::Schema { minutes, format } } => {
            return fuzz::schema(*minutes, format.as_deref());
        }
        Task::Fuzz { target: FuzzTarget::Agreement { minutes } } => return fuzz::agreement(*minutes),
        Task::Fuzz { target: FuzzTarget::Artefacts { contracts } } => {
            artefacts::judge(Some(*contracts))?;
            artefacts::judge_catalogue(Some(*contracts))?;
        }
        Task::Fuzz { target: FuzzTarget::Codec { seconds } } => println!("{}", fuzz_codec::run(*seconds)?),
        Task::Kafka { action: KafkaAction::Up { brokers, secure } } => {
            let access = if *secure { kafka::Access::Secured } else { kafka::Access::Open };
            println!("{}", kafka::up(&kafka, *brokers, access)?);
        }
        Task::Kafka { action: KafkaAction::Down } => println!("{}", server::down(&kafka)?),
        Task::Kafka { action: KafkaAction::Status } => println!("{}", server::status(&kafka)),
        Task::Registry { action: RegistryAction::Up } => println!("{}", registry::up(&registry)?),
        Task::Registry { action: RegistryAction::Down } => println!("{}", server::down(&registry)?),
        Task::Registry { action: RegistryAction::Status } => println!("{}", server::status(&registry)),
    }
    Ok(ExitCode::SUCCESS)
}
