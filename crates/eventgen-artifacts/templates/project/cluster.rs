//! A cluster and a registry in this process, with the topic and its schema, until Ctrl-C. Nothing is kept.

use std::error::Error;

use eventgen_testkit::TestCluster;

use « p.package »::Orders;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let cluster = TestCluster::start()?;
    cluster.prepare::<Orders>().await?;
    println!(
        "export KAFKA_BOOTSTRAP_SERVERS={}",
        cluster.bootstrap_servers()
    );
    println!(
        "export SCHEMA_REGISTRY_URL={}",
        cluster.schema_registry().url()
    );
    eventgen::shutdown_signal().await;
    Ok(())
}
