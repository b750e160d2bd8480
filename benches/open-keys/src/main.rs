//! What keys cost that are out on retry, on a real broker: the memory of a consumer, and the time from its start until it
//! handles a record, for which it rebuilds the table of open keys.
//!
//! Each start is a process of its own. Its topics stay in the cluster.

mod cluster;
mod event;
mod fill;
mod start;

use std::process::Command as Process;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Parser;
use cluster::{Cluster, Failure};

#[derive(Debug, Parser)]
#[command(about)]
struct Command {
    /// The addresses of the cluster.
    #[arg(long)]
    brokers: String,
    /// The numbers of open keys, ascending.
    #[arg(long, value_delimiter = ',', default_value = "0,100000,400000")]
    keys: Vec<usize>,
    /// How often a consumer is started with each number.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Start a consumer and print what it takes. The program calls itself with it.
    #[arg(long, hide = true)]
    start: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let command = Command::parse();
    if let Some(prefix) = &command.start {
        let cluster = Cluster::connect(&command.brokers, prefix).await?;
        println!("{}", start::start(&cluster).await?);
        return Ok(());
    }
    let run = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let prefix = format!("open-keys-{run}.");
    let cluster = Cluster::connect(&command.brokers, &prefix).await?;
    fill::create(&cluster).await?;
    let mut open = 0;
    println!("| open keys | from the start to a record | resident memory |\n|---|---|---|");
    for keys in command.keys {
        fill::open(&cluster, open..keys).await?;
        open = open.max(keys);
        for _ in 0..command.rounds {
            let mut start = Process::new(std::env::current_exe()?);
            let output = start.args(["--brokers", &command.brokers, "--start", &prefix]).output()?;
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
            }
            println!("| {keys} | {} |", String::from_utf8_lossy(&output.stdout).trim());
        }
    }
    Ok(())
}
