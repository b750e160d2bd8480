//! Every chore of this repository, in Rust: `cargo xtask test`, `cargo xtask kafka up`, `cargo xtask registry up`.

mod bench;
mod cargo;
mod corpus;
mod error;
mod folders;
mod fuzz;
mod fuzz_codec;
mod kafka;
mod kafka_protocol;
mod maven;
mod packages;
mod ports;
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
    chore: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Run the test suites. `test --help` lists them.
    Test(suites::Selection),
    /// Generates, compiles and round-trips every schema under a folder, each file by itself, and says why not.
    Corpus {
        /// The folder.
        folder: PathBuf,
    },
    /// Measures, beside named peers.
    Bench {
        #[command(subcommand)]
        target: BenchTarget,
    },
    /// Feeds spoilt files to what reads them.
    Fuzz {
        #[command(subcommand)]
        target: FuzzTarget,
    },
    /// A real Apache Kafka (`KRaft`) on free ports of this machine.
    Kafka {
        #[command(subcommand)]
        action: KafkaAction,
    },
    /// A real Schema Registry (Apicurio) on a free port of this machine.
    Registry {
        #[command(subcommand)]
        action: RegistryAction,
    },
}

#[derive(Debug, Subcommand)]
enum BenchTarget {
    /// What the derive costs to compile; writes `benches/DERIVE.md`.
    Derive,
    /// `eventgen generate` on a thousand records, whole process.
    Generate,
    /// The Avro codec on three events; writes `benches/RESULTS.md`.
    Codec(bench::codec::Options),
    /// Generated code in the compiler and in a program, beside serde's derives; writes `benches/COMPILE.md`.
    Compile {
        /// How often every crate is built.
        #[arg(long, default_value_t = 3)]
        rounds: usize,
    },
}

#[derive(Debug, Subcommand)]
enum FuzzTarget {
    /// The codec's fuzz targets, with cargo-fuzz and a nightly compiler.
    Codec {
        /// How long each target runs.
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// Schema files: check and generate.
    Schema {
        /// How long each front end is tried.
        #[arg(long, default_value_t = 10)]
        minutes: u64,
        /// Only the front end of these files: avsc, avpr or avdl.
        #[arg(long)]
        format: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum KafkaAction {
    /// Starts it and prints its addresses.
    Up {
        /// How many brokers.
        #[arg(long, default_value_t = 1)]
        brokers: usize,
    },
    /// Stops it. Its data is gone.
    Down,
    /// Says whether it runs, and where.
    Status,
}

#[derive(Debug, Subcommand)]
enum RegistryAction {
    /// Starts it and prints its address.
    Up,
    /// Stops it. What was registered is gone.
    Down,
    /// Says whether it runs, and where.
    Status,
}

fn main() -> ExitCode {
    match run(&Arguments::parse().chore) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(chore: &Chore) -> Result<ExitCode, Failure> {
    let (kafka, registry) = (kafka::folder("kafka"), registry::folder("registry"));
    match chore {
        Chore::Test(selection) => return suites::run(selection),
        Chore::Corpus { folder } => return corpus::run(folder),
        Chore::Bench { target: BenchTarget::Generate } => return bench::generate::run(),
        Chore::Bench { target: BenchTarget::Derive } => return bench::derive::run(),
        Chore::Bench { target: BenchTarget::Compile { rounds } } => {
            println!("{}", bench::compile::run(*rounds)?);
        }
        Chore::Bench { target: BenchTarget::Codec(options) } => println!("{}", bench::codec::run(options)?),
        Chore::Fuzz { target: FuzzTarget::Schema { minutes, format } } => {
            return fuzz::schema(*minutes, format.as_deref());
        }
        Chore::Fuzz { target: FuzzTarget::Codec { seconds } } => println!("{}", fuzz_codec::run(*seconds)?),
        Chore::Kafka { action: KafkaAction::Up { brokers } } => println!("{}", kafka::up(&kafka, *brokers)?),
        Chore::Kafka { action: KafkaAction::Down } => println!("{}", server::down(&kafka)?),
        Chore::Kafka { action: KafkaAction::Status } => println!("{}", server::status(&kafka)),
        Chore::Registry { action: RegistryAction::Up } => println!("{}", registry::up(&registry)?),
        Chore::Registry { action: RegistryAction::Down } => println!("{}", server::down(&registry)?),
        Chore::Registry { action: RegistryAction::Status } => println!("{}", server::status(&registry)),
    }
    Ok(ExitCode::SUCCESS)
}
