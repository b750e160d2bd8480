//! What the tour prints.

use eventgen::{Headers, dead_letter};
use eventgen_testkit::Record;
use orders::fulfilment::Book;

/// One line: what, and its figures.
pub(crate) fn line(what: &str, figures: &str) {
    println!("  {what:<13} {figures}");
}

/// Whether each customer's orders were handled with rising ids.
pub(crate) fn is_in_order(book: &Book) -> bool {
    book.by_customer.values().all(|orders| orders.is_sorted())
}

/// Dead letters with their reasons.
pub(crate) fn dead_letters(records: &[&Record]) {
    println!("\n    {:<18} {:<11} {:<9} {:<16} reason", "order", "why", "attempts", "from");
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

/// When a dead letter was written, milliseconds since the Unix epoch.
pub(crate) fn written_at(headers: &Headers) -> u128 {
    headers.text(dead_letter::TIMESTAMP).and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// What to try now.
pub(crate) fn next() {
    println!("\nTry next:");
    for (command, what) in [
        (
            "cargo xtask kafka up && cargo xtask registry up",
            "a real Kafka and a real registry on this machine",
        ),
        (
            "cargo run -p orders -- --bootstrap-servers HOST:PORT --schema-registry URL --replication-factor 1",
            "the same tour on them",
        ),
        ("cargo run -p eventgen-cli -- check schemas/orders", "break a word in the schema first"),
        ("cargo test -p orders", "how a service tests its handler without a broker"),
    ] {
        println!("  {command}\n      {what}");
    }
}
