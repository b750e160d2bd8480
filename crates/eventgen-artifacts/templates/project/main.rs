//! Handles orders until it is told to stop.

use std::error::Error;
use std::process::ExitCode;

use eventgen::Client;
use tracing_subscriber::filter::LevelFilter;

use « p.package »::{GROUP, Orders, Service};

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_max_level(LevelFilter::INFO)
        .init();
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Box<dyn Error>> {
    // The variables KAFKA_… and SCHEMA_REGISTRY_… say where.
    let client = Client::from_env()?;
    let consumer = Orders::consumer(&client, GROUP, Service).concurrency(64);
    // Ends after the events that are being handled, and commits them.
    consumer.run_until(eventgen::shutdown_signal()).await?;
    Ok(())
}
