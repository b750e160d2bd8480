//! One measurement of `cargo xtask bench delivery`: a producer or a consumer in a process of its own.

mod cluster;
mod consume;
mod copy;
mod event;
mod exporters;
mod fill;
mod meter;
mod produce;

use clap::Parser;

use cluster::Failure;

#[derive(Debug, Parser)]
#[command(about)]
enum Command {
    /// Create a topic and write its records.
    Fill(fill::Fill),
    /// Consume the records of a topic. Prints what it took.
    Consume(consume::Consume),
    /// Write a record to another topic for each one that is consumed. Prints what it took.
    Copy(copy::Copy),
    /// Produce records to a topic. Prints what it took.
    Produce(produce::Produce),
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    match Command::parse() {
        Command::Fill(fill) => fill.run().await?,
        Command::Consume(consume) => println!("{}", consume.run().await?),
        Command::Copy(copy) => println!("{}", copy.run().await?),
        Command::Produce(produce) => println!("{}", produce.run().await?),
    }
    Ok(())
}
