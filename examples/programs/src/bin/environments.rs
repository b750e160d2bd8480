//! `eventgen.toml`: the contract of each environment, as `eventgen check --env` and `eventgen register --env` see it.

use std::path::Path;

use eventgen_schema::{Loader, Manifest};
use programs::events::com::example::shop::shop_orders_v1;

const PACKAGE: &str = env!("CARGO_MANIFEST_DIR");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A build script generates the contract without an environment.
    let generated = shop_orders_v1::TOPIC;
    println!("generated: {} partitions", generated.partitions.unwrap_or_default());

    for environment in ["dev", "prod"] {
        let manifest = Manifest::discover(Path::new(PACKAGE))?;
        let loaded = Loader::new()
            .path(Path::new(PACKAGE).join("schemas"))
            .manifest(manifest)
            .environment(Some(environment))
            .load()?;
        let topic = &loaded.contract.topics[generated.name];
        println!(
            "{environment}: {} partitions, {} replicas, {:?}",
            topic.partitions.unwrap_or_default(),
            topic.replication_factor.unwrap_or_default(),
            topic.config
        );
    }
    Ok(())
}
