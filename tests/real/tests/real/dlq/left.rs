//! Letters that cannot go where they came from: they are left with the reason, and the others go.

use serde_json::json;

use super::families::Family;
use super::fixture::{Fixture, GROUP, sent_back};

/// Bytes that no compression makes fewer.
fn incompressible(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state.to_be_bytes()[0]
    };
    (0..count).map(|_| next()).collect()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_letter_that_its_topic_does_not_take_stays_and_the_others_go() {
    let fixture = Fixture::new("left", "").await;
    let (small, compacted) = (format!("{}.small", fixture.topic), format!("{}.compacted", fixture.topic));
    let missing = format!("{}.missing", fixture.topic);
    fixture.create_with(&small, Some(("max.message.bytes", "1000"))).await;
    fixture.create_with(&compacted, Some(("cleanup.policy", "compact"))).await;
    let large = incompressible(4_000);
    for (source, key, value) in [
        (&fixture.topic, Some("first"), &b"v"[..]),
        (&small, Some("large"), &large),
        (&compacted, None, b"v"),
        (&missing, Some("gone"), b"v"),
        (&fixture.letters, Some("loop"), b"v"),
        (&"a b".to_owned(), Some("wrong"), b"v"),
        (&small, Some("last"), b"v"),
    ] {
        fixture.write(&fixture.letters, 0, key, Some(value), &Family::Dlq.headers(source, 0, 0, GROUP));
    }
    fixture.flush();

    let plan = fixture.json(&["redrive", "--dry-run"]);
    let reasons: Vec<&serde_json::Value> =
        plan["letters"].as_array().expect("letters").iter().map(|letter| &letter["reason"]).collect();
    let (goes, gone, letters) = (&json!(null), &json!("no-such-topic"), &json!("dead-letter-topic"));
    assert_eq!(reasons, [goes, goes, goes, gone, letters, gone, goes]);

    let run = fixture.run(&["redrive", "--yes"]);
    assert!(run.code == 1 && run.err.contains("2 letters sent back, 5 left"), "{}", run.err);
    let large = format!("0:1 is left: a record of 4000 bytes was not written to `{small}`");
    let keyless = "0:2 is left: a record of";
    assert!(run.err.contains(&large) && run.err.contains(keyless), "{}", run.err);
    assert_eq!((sent_back(&fixture.topic).len(), sent_back(&small).len()), (1, 1));
    assert_eq!((fixture.count("redriven"), fixture.count("open")), (2, 5));
    // What is left is left again, and nothing is sent twice.
    let run = fixture.run(&["redrive", "--yes"]);
    assert!(run.code == 1 && run.err.contains("0 letters sent back, 5 left"), "{}", run.err);
    assert_eq!((sent_back(&fixture.topic).len(), sent_back(&small).len()), (1, 1));

    for to in [&fixture.letters, "", "a b"] {
        let run = fixture.run(&["redrive", "--topic", &fixture.letters, "--to", to, "--yes"]);
        assert_eq!(run.code, 2, "{to}: {}", run.err);
    }
    let to = ["redrive", "--topic", &fixture.letters, "--to", &missing, "--dry-run"];
    let run = fixture.run(&to);
    assert!(run.code == 1 && run.err.contains("does not exist"), "{}", run.err);
    assert_eq!(fixture.count("open"), 5);
}
