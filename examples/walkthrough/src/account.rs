//! What a walkthrough prints.

use std::time::Duration;

use eventgen::{Headers, dead_letter};
use eventgen_testkit::Record;

/// One line: what, and its figures.
pub fn line(what: &str, figures: &str) {
    println!("  {what:<13} {figures}");
}

/// Dead letters with their reasons; `what` is what the header `correlation-id` names.
pub fn dead_letters(what: &str, records: &[&Record]) {
    println!("\n    {what:<18} {:<11} {:<9} {:<16} reason", "why", "attempts", "from");
    for record in records {
        let text = |name: &str| record.headers.text(name).unwrap_or("-");
        println!(
            "    {:<18} {:<11} {:<9} {:<16} {}",
            text("correlation-id"),
            text(dead_letter::DISPOSITION),
            text(dead_letter::DELIVERY_COUNT),
            format!("partition {}/{}", text(dead_letter::PARTITION), text(dead_letter::OFFSET)),
            text(dead_letter::MESSAGE),
        );
    }
    println!();
}

/// The dead letters of a run that started then. A topic of yours may hold those of earlier runs.
pub fn since(started: Duration, records: &[Record]) -> Vec<&Record> {
    records.iter().filter(|record| written_at(&record.headers) >= started.as_millis()).collect()
}

/// When a dead letter was written, milliseconds since the Unix epoch.
fn written_at(headers: &Headers) -> u128 {
    headers.text(dead_letter::TIMESTAMP).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// What to try next: commands, and what they do.
pub fn next(package: &str, schemas: &str) {
    println!("\nTry next:");
    let on_yours = format!(
        "cargo run -p {package} -- --bootstrap-servers HOST:PORT --schema-registry URL --replication-factor 1"
    );
    for (command, what) in [
        (
            "cargo xtask kafka up && cargo xtask registry up".to_owned(),
            "a real Kafka and a real registry on this machine",
        ),
        (on_yours, "the same walkthrough on them"),
        (format!("cargo run -p eventgen-cli -- check {schemas}"), "break a word in the schema first"),
        (format!("cargo test -p {package}"), "how a service tests its handler without a broker"),
    ] {
        println!("  {command}\n      {what}");
    }
}
