//! What is sent back, what is left and why, and what is discarded.

use serde_json::json;

use super::families::Family;
use super::fixture::{Fixture, GROUP, sent_back};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn records_go_back_as_they_were_and_letters_without_a_group_stay() {
    let fixture = Fixture::new("sent", "").await;
    fixture.fill(25);
    let plan = fixture.json(&["redrive", "--dry-run"]);
    let letters = plan["letters"].as_array().expect("letters");
    let by_route = |route: &str| letters.iter().filter(|letter| letter["route"] == json!(route)).count();
    assert_eq!((by_route("source"), by_route("none")), (15, 10), "{plan}");
    assert_eq!(sent_back(&fixture.topic).len(), 0, "a dry run changes nothing");

    let run = fixture.run(&["redrive", "--yes", "--limit", "4"]);
    assert!(run.err.contains("4 letters sent back"), "{}", run.err);
    let run = fixture.run(&["redrive", "--yes"]);
    assert!(run.code == 1 && run.err.contains("11 letters sent back, 10 left"), "{}", run.err);
    assert!(run.out.contains("10 letters left") && run.out.contains("pass --to"), "{}", run.out);
    let sent = sent_back(&fixture.topic);
    assert_eq!(sent.len(), 15);
    for found in &sent {
        let number = found.header("number").expect("its own header");
        let value = format!("value-{number}");
        assert_eq!(found.key.as_deref(), Some(&*format!("key-{number}")));
        assert_eq!(found.value.as_deref(), Some(value.as_bytes()));
        assert_eq!(found.partition, number.parse::<i32>().expect("a number") % 3);
        assert_eq!(
            (found.header("__dlq.redrive.group"), found.header("__dlq.redrive.count")),
            (Some(GROUP), Some("1"))
        );
        let of_letter = ["__dlq.errors.", "kafka_dlt-", "__connect.errors."];
        assert!(
            found.headers.iter().all(|(name, _)| !of_letter.iter().any(|prefix| name.starts_with(prefix)))
        );
    }

    // The others go where they are sent.
    let to = format!("{}.fixed", fixture.topic);
    fixture.create(&to).await;
    let run = fixture.run(&["redrive", "--topic", &fixture.letters, "--to", &to, "--yes"]);
    assert!(run.code == 0 && run.err.contains("10 letters sent back, 0 left"), "{}", run.err);
    assert_eq!(sent_back(&to).len(), 10);
    assert_eq!((fixture.count("redriven"), fixture.count("open")), (25, 0));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_newer_record_of_the_same_key_is_a_warning_or_a_reason_to_stay() {
    let fixture = Fixture::new("stale", "").await;
    for number in 0..3 {
        fixture.letter(Family::Dlq, number, 0);
    }
    fixture.flush();
    fixture.write(&fixture.topic, 1, "key-1", Some(b"newer"), &Vec::new());
    fixture.flush();
    let plan = fixture.json(&["redrive", "--dry-run"]);
    let newer = |plan: &serde_json::Value| -> Vec<Option<i64>> {
        plan["letters"].as_array().expect("letters").iter().map(|letter| letter["newer"].as_i64()).collect()
    };
    assert_eq!(newer(&plan), [None, Some(1), None]);
    let skipped = fixture.json(&["redrive", "--dry-run", "--skip-stale-check"]);
    assert_eq!(newer(&skipped), [None, None, None]);
    let run = fixture.run(&["redrive", "--refuse-stale", "--yes"]);
    assert!(run.code == 1 && run.err.contains("2 letters sent back, 1 left"), "{}", run.err);
    assert!(run.out.contains("a newer record of its key exists"), "{}", run.out);
    let run = fixture.run(&["redrive", "--yes"]);
    assert!(run.code == 0 && run.out.contains("warning: 1 of these have a newer record"), "{}", run.out);
    assert_eq!(sent_back(&fixture.topic).len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn what_was_sent_is_recognised_when_the_offsets_of_the_group_are_lost() {
    let fixture = Fixture::new("expired", "").await;
    for number in 0..6 {
        fixture.letter(Family::Dlq, number, i64::try_from(number / 3).expect("few"));
    }
    fixture.flush();
    assert_eq!(fixture.run(&["redrive", "--yes", "--limit", "4"]).code, 0);
    // As if `offsets.retention.minutes` were over.
    let offsets: rdkafka::consumer::BaseConsumer =
        super::fixture::config(&[("group.id", "eventgen-dlq")]).create().expect("a consumer");
    let mut list = rdkafka::TopicPartitionList::new();
    for partition in 0..super::fixture::PARTITIONS {
        let at = rdkafka::Offset::Offset(0);
        list.add_partition_offset(&fixture.letters, partition, at).expect("an offset");
    }
    rdkafka::consumer::Consumer::commit(&offsets, &list, rdkafka::consumer::CommitMode::Sync)
        .expect("committed");
    let run = fixture.run(&["redrive", "--yes"]);
    assert!(run.err.contains("2 letters sent back, 4 left"), "{}", run.err);
    assert!(run.out.contains("its topic has it already"), "{}", run.out);
    assert_eq!(sent_back(&fixture.topic).len(), 6, "each once");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn values_that_letters_lack_come_from_the_source() {
    let fixture = Fixture::new("omitted", "").await;
    fixture.write(&fixture.topic, 0, "ada", Some(b"large"), &vec![("own".to_owned(), b"x".to_vec())]);
    fixture.flush();
    let mut headers = Family::Dlq.headers(&fixture.topic, 0, 0, GROUP);
    headers.push(("__dlq.errors.omitted".to_owned(), b"value,headers".to_vec()));
    fixture.write(&fixture.letters, 0, "ada", None, &headers);
    let mut gone = Family::Dlq.headers(&fixture.topic, 0, 99, GROUP);
    gone.push(("__dlq.errors.omitted".to_owned(), b"value".to_vec()));
    fixture.write(&fixture.letters, 0, "ada", None, &gone);
    fixture.flush();
    let run = fixture.run(&["redrive", "--yes"]);
    assert!(run.code == 1 && run.err.contains("1 letter sent back, 1 left"), "{}", run.err);
    assert!(run.out.contains("1 letter left (0:1): it has no value, and its record is gone"), "{}", run.out);
    let sent = sent_back(&fixture.topic);
    assert_eq!((sent[0].value.as_deref(), sent[0].header("own")), (Some(&b"large"[..]), Some("x")));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn discarded_letters_are_done_and_their_reason_is_shown() {
    let fixture = Fixture::new("discarded", "").await;
    fixture.fill(15);
    let run = fixture.run(&["discard", "--reason", "test data", "--key", "key-0", "--dry-run"]);
    assert!(run.code == 0 && run.err.contains("1 letter would be discarded"), "{}", run.err);
    assert_eq!(fixture.count("discarded"), 0);
    let run = fixture.run(&["discard", "--reason", "test data", "--key", "key-0", "--key", "key-7", "--yes"]);
    assert!(run.code == 0 && run.err.contains("2 letters discarded"), "{}", run.err);
    assert_eq!((fixture.count("discarded"), fixture.count("open")), (2, 13));
    let shown = fixture.json(&["show", "--all", "--key", "key-7"]);
    let discarded = &shown["letters"][0]["discarded"];
    assert_eq!((&discarded["reason"], &discarded["by"]), (&json!("test data"), &json!("ada")));
    let sent = fixture.run(&["redrive", "--yes", "--to", &fixture.topic, "--topic", &fixture.letters]);
    assert!(sent.err.contains("13 letters sent back, 0 left"), "{}", sent.err);
    let keys: Vec<_> = sent_back(&fixture.topic).into_iter().filter_map(|found| found.key).collect();
    assert!(!keys.contains(&"key-0".to_owned()) && !keys.contains(&"key-7".to_owned()), "{keys:?}");
    assert_eq!((fixture.count("discarded"), fixture.count("redriven")), (2, 13));
}
