//! Groups that stop, start, are rewound, have no offsets, or are not in the contract.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use rdkafka::admin::{AdminClient, AdminOptions};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use serde_json::json;

use super::command::BEHIND;
use super::{Fixture, SHORT, config};

/// A consumer that commits what it reads, until it is stopped.
struct Member {
    stop: Arc<AtomicBool>,
    polling: Option<JoinHandle<()>>,
}

impl Member {
    fn start(fixture: &Fixture, group: &str, protocol: &str) -> Self {
        let consumer: BaseConsumer = config(&[
            ("group.id", group),
            ("group.protocol", protocol),
            ("client.id", "lag-test"),
            ("auto.offset.reset", "earliest"),
            ("auto.commit.interval.ms", "200"),
        ])
        .create()
        .expect("a consumer");
        consumer.subscribe(&[&fixture.topic]).expect("subscribed");
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let polling = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                // An error passes, or the test times out.
                let _ = consumer.poll(SHORT);
            }
        });
        Self { stop, polling: Some(polling) }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(polling) = self.polling.take() {
            let _ = polling.join();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn the_lag_of_a_group_rises_while_it_is_stopped_and_falls_when_it_is_started() {
    let fixture = Fixture::new("stopped", "").await;
    for protocol in ["classic", "consumer"] {
        let group = fixture.group(protocol);
        fixture.send(0, 10);
        let member = Member::start(&fixture, &group, protocol);
        let (code, found) = fixture.look_until(&group, |found| found["lag"] == 0);
        assert_eq!(
            (code, &found["state"], &found["inContract"]),
            (0, &json!("OK"), &json!(false)),
            "{found}"
        );
        if protocol == "classic" {
            assert_eq!(found["members"], 1, "{found}");
            assert_eq!(found["partitions"][0]["owner"]["clientId"], "lag-test", "{found}");
        } else {
            assert_eq!(found["members"], json!(null), "brokers do not tell: {found}");
        }
        drop(member);
        fixture.send(0, 7);
        let (_, found) = fixture.look_until(&group, |found| found["lag"] == 7);
        assert!(found["lagSeconds"].as_f64().is_some_and(|age| age < 80.0), "{found}");
        if protocol == "classic" {
            assert_eq!((&found["members"], &found["reasons"][0]["code"]), (&json!(0), &json!("no-members")));
        }
        let _member = Member::start(&fixture, &group, protocol);
        fixture.look_until(&group, |found| found["lag"] == 0 && found["lagSeconds"] == 0.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_group_that_is_rewound_or_does_not_move_says_so_while_it_is_watched() {
    let fixture = Fixture::new("rewound", "").await;
    let group = fixture.group("rewound");
    fixture.send(0, 20);
    fixture.commit(&group, 0, 15);
    let mut running = fixture.start(&["--format", "json", "--watch", "1"]);
    let found = running.until(&group, "STOP");
    assert_eq!(found["reasons"][0]["code"], "not-moving", "{found}");
    fixture.commit(&group, 0, 4);
    let found = running.until(&group, "REWIND");
    assert_eq!(
        found["partitions"][0]["reason"]["message"], "the committed offset went back by 11",
        "{found}"
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_group_and_a_topic_that_are_deleted_while_they_are_watched_are_not_found() {
    let fixture = Fixture::new("vanishing", r#"{ "group": "lag.vanishing" }"#).await;
    let group = "lag.vanishing";
    fixture.send(0, 3);
    fixture.commit(group, 0, 3);
    let mut running = fixture.start(&["--format", "json", "--watch", "1"]);
    running.until(group, "OK");
    let admin: AdminClient<DefaultClientContext> = config(&[]).create().expect("an admin client");
    let options = AdminOptions::new();
    admin.delete_groups(&[group], &options).await.expect("an answer")[0].as_ref().expect("deleted");
    let found = running.until(group, "NOTFOUND");
    assert_eq!(found["reasons"][0]["code"], "no-offsets", "{found}");
    fixture.commit(group, 0, 1);
    running.until(group, "REWIND");
    admin.delete_topics(&[&fixture.topic], &options).await.expect("an answer")[0].as_ref().expect("deleted");
    let found = running.until(group, "NOTFOUND");
    assert_eq!((&found["reasons"][0]["code"], &found["lag"]), (&json!("no-topic"), &json!(null)), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_group_of_the_contract_without_offsets_is_not_found() {
    let fixture = Fixture::new("without-offsets", r#"{ "group": "lag.never" }"#).await;
    let (code, found) = fixture.look("lag.never");
    assert_eq!((code, &found["state"]), (0, &json!("OK")), "there is nothing to read: {found}");
    fixture.send(1, 3);
    let (code, found) = fixture.look("lag.never");
    assert_eq!((code, &found["state"], &found["lag"]), (BEHIND, &json!("NOTFOUND"), &json!(null)), "{found}");
}
