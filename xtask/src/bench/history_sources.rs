//! The schemas of a repository as they are after each change, half of them Avro and half Protobuf.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::json;

use super::records;
use crate::error::{Context as _, Failure};

const MANIFEST: &str = "schemas = [\"schemas\"]\n";

/// What all Protobuf events import.
const COMMON: &str = r#"syntax = "proto3";

package com.example.common;

import "google/protobuf/timestamp.proto";

// Who caused an event, and when.
message Cause {
  string correlation_id = 1;
  google.protobuf.Timestamp occurred_at = 2;
}

// An amount of money.
message Money {
  string currency = 1;
  // In thousandths of the smallest unit.
  int64 amount = 2;
}
"#;

/// How a version differs from the first one.
#[derive(Debug, Clone, Copy)]
pub(super) enum Version {
    /// This many fields were added.
    Grown(usize),
    /// Every type of a field `version` is another.
    Broken,
}

/// Writes everything that is not a schema of an event.
pub(super) fn write_common(repository: &Path) -> Result<(), Failure> {
    let common = repository.join("schemas").join("common");
    fs::create_dir_all(&common).context(common.display())?;
    let path = repository.join("eventgen.toml");
    fs::write(&path, MANIFEST).context(path.display())?;
    let path = common.join("common.proto");
    fs::write(&path, COMMON).context(path.display())
}

/// Writes the schema with this number below a thousand. Odd ones are Protobuf.
pub(super) fn write(repository: &Path, number: usize, version: Version) -> Result<(), Failure> {
    let [service, subject, happening] =
        records::names().nth(number).ok_or_else(|| format!("no schema {number}"))?;
    let folder = repository.join("schemas").join(service);
    fs::create_dir_all(&folder).context(folder.display())?;
    let (extension, text) = if number.is_multiple_of(2) {
        ("avsc", avro([service, subject, happening], version)?)
    } else {
        ("proto", protobuf([service, subject, happening], version)?)
    };
    let path = folder.join(format!("{subject}_{happening}.{extension}"));
    fs::write(&path, text).context(path.display())
}

fn avro([service, subject, happening]: [&str; 3], version: Version) -> Result<String, Failure> {
    let mut record = records::record(service, subject, happening);
    let fields = record["fields"].as_array_mut().ok_or("a record has fields")?;
    match version {
        Version::Grown(count) => fields.extend((0..count).map(|index| {
            json!({ "name": format!("added{index}"), "type": ["null", "string"], "default": null, "doc": "Later." })
        })),
        Version::Broken => fields[3]["type"] = "string".into(),
    }
    Ok(serde_json::to_string_pretty(&record)?)
}

fn protobuf([service, subject, happening]: [&str; 3], version: Version) -> Result<String, Failure> {
    let (lower, what) = (subject.to_lowercase(), happening.to_lowercase());
    let version_type = if matches!(version, Version::Broken) { "string" } else { "int64" };
    let mut text = format!(
        r#"syntax = "proto3";

package com.example.{service}.{lower}.{what};

import "common/common.proto";
import "eventgen/kafka.proto";

// {subject} {happening}: what the service {service} tells the others.
message {subject}{happening} {{
  option (eventgen.kafka) = {{
    topic: "{service}.{lower}.{what}.v1"
    key: "{lower}_id"
    partitions: 12
    replication_factor: 3
    config: {{ key: "retention.ms" value: "7d" }}
    headers: {{ key: "correlation-id" value: "cause.correlation_id" }}
    headers: {{ key: "source" literal: "{service}" }}
    retry: {{ attempts: 5 }}
    consumers: {{ group: "{service}-{lower}-projector" max_lag: "5m" }}
  }};

  // Identifies it.
  string {lower}_id = 1;
  com.example.common.Cause cause = 2;
  // Counts the changes.
  {version_type} version = 3;
  com.example.common.Money amount = 4;
  bool active = 5;
  State state = 6;
  repeated Line lines = 7;
  map<string, string> labels = 8;
  double weight = 9;
  optional string reason = 10;
  oneof source {{
    string partner = 11;
    bytes payload = 12;
  }}

  // The status.
  enum State {{
    STATE_UNSPECIFIED = 0;
    STATE_OPEN = 1;
    STATE_PENDING = 2;
    STATE_CLOSED = 3;
  }}

  // One part.
  message Line {{
    string article = 1;
    int32 quantity = 2;
    com.example.common.Money price = 3;
    optional string note = 4;
  }}
"#
    );
    if let Version::Grown(count) = version {
        for index in 0..count {
            writeln!(text, "  // Later.\n  optional string added_{index} = {};", 20 + index)?;
        }
    }
    text.push_str("}\n");
    Ok(text)
}
