//! A producer as a process, which can be killed.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::Arc;

use chaos_tests::Failure;
use chaos_tests::feed::Feed;
use chaos_tests::history::Writer;
use clap::Parser;
use eventgen::Client;

/// A producer.
#[derive(Debug, Parser)]
struct Arguments {
    /// The addresses of the cluster.
    #[arg(long)]
    bootstrap_servers: String,
    /// The address of the Schema Registry.
    #[arg(long)]
    schema_registry: String,
    /// The prefix of the topics.
    #[arg(long)]
    prefix: String,
    /// The file for the history.
    #[arg(long)]
    history: PathBuf,
    #[command(flatten)]
    feed: Feed,
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failure> {
    let Arguments { bootstrap_servers, schema_registry, prefix, history, feed } = Arguments::parse();
    // Ends with its parent, which closes the pipe.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(3);
    });
    let client = Client::builder(bootstrap_servers, schema_registry).topic_prefix(prefix).build()?;
    feed.produce(&client, Arc::new(Writer::open(&history)?)).await
}
