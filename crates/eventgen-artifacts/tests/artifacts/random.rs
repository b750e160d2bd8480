//! Random contracts: names that other languages have to quote, limits at their ends, and topics without what others have.

use std::fs;

use eventgen_schema::{Contract, Loader};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

/// Names of groups, services and owners, and texts. Kafka allows every character but one in a group.
const NAMES: [&str; 16] = [
    "warehouse",
    "a.b-c_d",
    "2024",
    "true",
    "it's",
    "say \"hi\"",
    "back\\slash",
    "{{ $value }}",
    "two\nlines",
    "naïve 😀\u{200b}",
    "# no comment: yes",
    "«name»",
    "${HOME} $${a} %{if}",
    "`id` $(id) !x *",
    "- a: [b, {c}] & d",
    "\\u0041 \\n %s",
];
const PARTS: [&str; 8] = ["orders", "v1", "2024", "a-b", "x_y", "true", "e1", "0"];

/// Numbers that depend on the seed alone (`SplitMix64`).
struct Random(u64);

impl Random {
    fn number(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        let index = self.number(items.len() as u64);
        items[usize::try_from(index).expect("an index")].clone()
    }
}

/// The contract of a seed. A few have many topics.
pub(crate) fn contract(seed: u64) -> Contract {
    let mut random = Random(seed);
    let folder = TempDir::new().expect("a folder");
    let topics = if seed % 20 == 19 { 12 } else { 1 + random.number(3) };
    for index in 0..topics {
        let schema = schema(index, &mut random).to_string();
        fs::write(folder.path().join(format!("event{index}.avsc")), schema).expect("a file");
    }
    Loader::new().path(folder.path()).load().expect("a valid contract").contract
}

fn schema(index: u64, random: &mut Random) -> Value {
    let name = [random.of(&PARTS), random.of(&[".", "-", "_"]), random.of(&PARTS)].concat();
    let mut kafka = json!({ "topic": format!("{name}.{index}"), "key": "id", "config": config(random) });
    let properties = kafka.as_object_mut().expect("an object");
    match random.number(4) {
        0 => insert(properties, "deadLetter", json!(false)),
        1 => insert(properties, "deadLetter", json!({ "topic": "shared.dead-letters" })),
        _ => {}
    }
    if random.number(3) > 0 {
        insert(properties, "owner", json!(random.of(&NAMES)));
    }
    if random.number(2) == 0 {
        insert(properties, "partitions", json!(random.of(&[1, 12, 2_147_483_647])));
    }
    if random.number(2) == 0 {
        insert(properties, "replicationFactor", json!(random.of(&[3, 5])));
    }
    let producers = names(random);
    if !producers.is_empty() {
        insert(properties, "producers", json!(producers));
    }
    let groups = names(random);
    let is_plain =
        |group: &&str| group.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    // The names of retry topics have the name of the group.
    if !groups.is_empty() && groups.iter().all(is_plain) {
        let delays = json!(["10s", "90s", "1h"]);
        insert(properties, "retry", json!({ "mode": "topics", "delays": delays }));
    }
    let consumers: Vec<Value> = groups.into_iter().map(|group| consumer(group, random)).collect();
    if !consumers.is_empty() {
        insert(properties, "consumers", json!(consumers));
    }
    if index % 2 == 1 {
        insert(properties, "keyFormat", json!("avro"));
    }
    if index % 4 == 3 {
        insert(properties, "keyName", json!("com.example.keys.Id"));
    }
    json!({
        "type": "record", "name": format!("Event{index}"), "namespace": "com.example", "kafka": kafka,
        "doc": random.of(&NAMES),
        "fields": [
            { "name": "id", "type": "string", "doc": random.of(&NAMES) },
            { "name": "value", "type": value_type(index, random) },
        ],
    })
}

/// Up to two different names.
fn names(random: &mut Random) -> Vec<&'static str> {
    let mut names: Vec<&str> = (0..random.number(3)).map(|_| random.of(&NAMES)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn value_type(index: u64, random: &mut Random) -> Value {
    let decimal = json!({ "type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2 });
    let this = format!("com.example.Event{index}");
    random.of(&[
        json!("long"),
        json!(["null", { "type": "string", "logicalType": "uuid" }]),
        json!({ "type": "array", "items": decimal }),
        json!({ "type": "map", "values": ["null", this.clone()] }),
        json!(["null", { "type": "array", "items": this }]),
        json!({ "type": "fixed", "name": format!("Hash{index}"), "size": 4 }),
        json!({ "type": "enum", "name": format!("Kind{index}"), "symbols": ["A", "B"], "default": "B" }),
    ])
}

fn insert(properties: &mut Map<String, Value>, name: &str, value: Value) {
    properties.insert(name.to_owned(), value);
}

fn config(random: &mut Random) -> Value {
    let mut config = Map::new();
    if random.number(2) == 0 {
        insert(&mut config, "retention.ms", json!(random.of(&["1h", "90m", "7d", "3650d", "1s", "-1"])));
    }
    if random.number(4) == 0 {
        insert(&mut config, "retention.bytes", json!(random.of(&["1GiB", "-1"])));
    }
    if random.number(3) == 0 {
        let policies = ["compact", "delete", "compact,delete"];
        insert(&mut config, "cleanup.policy", json!(random.of(&policies)));
    }
    if random.number(3) == 0 {
        insert(&mut config, "min.insync.replicas", json!(random.of(&[1, 2, 3])));
    }
    if random.number(4) == 0 {
        insert(&mut config, "leader.replication.throttled.replicas", json!("0:1,1:2"));
        insert(&mut config, "vendor \"${x}\" = %{y}", json!(random.of(&NAMES)));
    }
    Value::Object(config)
}

fn consumer(group: &str, random: &mut Random) -> Value {
    let limits = [
        Value::Null,
        json!(0),
        json!(1),
        json!(10_000),
        json!(i64::MAX),
        json!("0s"),
        json!("250ms"),
        json!("90s"),
        json!("5m"),
        json!("45m"),
        json!("3650d"),
    ];
    match random.of(&limits) {
        Value::Null => json!({ "group": group }),
        limit => json!({ "group": group, "maxLag": limit }),
    }
}
