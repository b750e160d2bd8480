//! A thousand annotated records, made up, but as long and as varied as real ones.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::error::{Context as _, Failure};

/// What events are about, and what happens to it; the records are the product of both, over several services.
const SUBJECTS: [&str; 20] = [
    "Order", "Payment", "Shipment", "Customer", "Invoice", "Cart", "Refund", "Stock", "Price", "Product",
    "Session", "Account", "Address", "Parcel", "Return", "Voucher", "Review", "Supplier", "Contract",
    "Meter",
];
const HAPPENINGS: [&str; 10] = [
    "Created",
    "Updated",
    "Cancelled",
    "Confirmed",
    "Rejected",
    "Archived",
    "Assigned",
    "Expired",
    "Measured",
    "Merged",
];
const SERVICES: [&str; 5] = ["shop", "billing", "warehouse", "support", "partner"];

/// Writes a file for each record and returns how many there are, with the bytes in them. Each number gives another thousand.
pub(super) fn write(folder: &Path, thousand: usize) -> Result<(usize, usize), Failure> {
    let (mut count, mut bytes) = (0, 0);
    for [service, subject, happening] in names() {
        let service = &if thousand == 0 { service.to_owned() } else { format!("{service}{thousand}") };
        let path = folder.join(format!("{service}_{subject}_{happening}.avsc"));
        let text = serde_json::to_string_pretty(&record(service, subject, happening))?;
        bytes += text.len();
        count += 1;
        fs::write(&path, text).context(path.display())?;
    }
    Ok((count, bytes))
}

/// The service, the subject and the happening of a thousand events.
pub(super) fn names() -> impl Iterator<Item = [&'static str; 3]> {
    let subjects = SERVICES.into_iter().flat_map(|service| SUBJECTS.map(|subject| (service, subject)));
    subjects.flat_map(|(service, subject)| HAPPENINGS.map(|happening| [service, subject, happening]))
}

/// One annotated record.
pub(super) fn record(service: &str, subject: &str, happening: &str) -> Value {
    let lower = subject.to_lowercase();
    let name = format!("{subject}{happening}");
    let field = |name: &str, doc: &str, ty: Value| json!({ "name": name, "type": ty, "doc": doc });
    let optional = |name: &str, doc: &str, ty: Value| json!({ "name": name, "type": ["null", ty], "default": null, "doc": doc });
    json!({
        "type": "record",
        "name": name,
        "namespace": format!("com.example.{service}.{lower}"),
        "doc": format!("{subject} {happening}: what the service {service} tells the others."),
        "kafka": {
            "topic": format!("{service}.{lower}.{}.v1", happening.to_lowercase()),
            "key": format!("{lower}Id"),
            "partitions": 12,
            "replicationFactor": 3,
            "config": { "retention.ms": "7d", "cleanup.policy": "delete" },
            "headers": { "correlation-id": "correlationId", "source": { "literal": service } },
            "retry": { "attempts": 5 },
            "consumers": [{ "group": format!("{service}-{lower}-projector"), "maxLag": "5m" }]
        },
        "fields": [
            field(&format!("{lower}Id"), "Identifies it.", json!("string")),
            field("correlationId", "The request that caused it.", json!({ "type": "string", "logicalType": "uuid" })),
            field("occurredAt", "When it happened, UTC.", json!({ "type": "long", "logicalType": "timestamp-millis" })),
            field("version", "Counts the changes.", json!("long")),
            field("amount", "What it is worth.", json!({ "type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 4 })),
            field("active", "Whether it is in use.", json!("boolean")),
            field("state", "The status.", json!({
                "type": "enum", "name": format!("{name}State"), "symbols": ["OPEN", "PENDING", "CLOSED", "FAILED"]
            })),
            field("lines", "What it consists of.", json!({ "type": "array", "items": {
                "type": "record", "name": format!("{name}Line"), "doc": "One part.", "fields": [
                    field("article", "The article number.", json!("string")),
                    field("quantity", "How many.", json!("int")),
                    field("price", "For one, in cents.", json!("long")),
                    optional("note", "What the customer wrote.", json!("string"))
                ]
            } })),
            field("labels", "Free labels.", json!({ "type": "map", "values": "string" })),
            field("weight", "In kilogrammes.", json!("double")),
            optional("reason", "Why.", json!("string")),
            optional("dueOn", "Until when.", json!({ "type": "int", "logicalType": "date" })),
            optional("previousState", "How it stood before.", json!(format!("{name}State"))),
            optional("payload", "As the partner sent it.", json!("bytes"))
        ]
    })
}
