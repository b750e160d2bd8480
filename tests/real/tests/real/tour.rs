//! The README's tour on the real cluster, as a program of its own.

use std::path::Path;
use std::process::Command;

use crate::variable;

#[test]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
fn the_orders_example_runs_on_a_real_cluster() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let output = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--locked", "-p", "orders", "--", "--bootstrap-servers"])
        .args([&variable("EVENTGEN_KAFKA"), "--schema-registry", &variable("EVENTGEN_REGISTRY")])
        .current_dir(repository)
        .output()
        .expect("cargo");
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
    assert!(printed.contains("dead letters  5 in orders.events.v1.dlq"));
    assert!(printed.contains("lag           0"));
}
