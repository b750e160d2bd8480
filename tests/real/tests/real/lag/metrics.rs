//! The metrics of `--listen`.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Instant;

use super::{Fixture, PATIENCE, SHORT};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn every_series_that_the_rules_read_is_served() {
    let fixture = Fixture::new("metrics", r#"{ "group": "lag.metrics", "maxLag": "5m" }"#).await;
    fixture.send(0, 3);
    fixture.commit("lag.metrics", 0, 1);
    let mut running = fixture.start(&["--listen", "127.0.0.1:0", "--watch", "1", "--format", "json"]);
    let message = running.first_message();
    let address = message.strip_prefix("serving http://").and_then(|rest| rest.split('/').next());
    let address = address.unwrap_or_else(|| panic!("no address: {message}"));
    let begun = Instant::now();
    let metrics = loop {
        let mut stream = TcpStream::connect(address).expect("it listens");
        write!(stream, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        if answer.contains("eventgen_lag_up 1") {
            break answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer}");
        std::thread::sleep(SHORT);
    };
    let topic = &fixture.topic;
    for line in [
        format!(r#"kafka_consumergroup_lag{{consumergroup="lag.metrics",topic="{topic}",partition="0"}} 2"#),
        format!(r#"kafka_consumergroup_lag{{consumergroup="lag.metrics",topic="{topic}",partition="1"}} -1"#),
        format!(r#"kafka_topic_partition_in_sync_replica{{topic="{topic}",partition="0"}} 3"#),
        r#"kafka_consumergroup_members{consumergroup="lag.metrics"} 0"#.to_owned(),
    ] {
        assert!(metrics.lines().any(|found| found == line), "{line} is not in {metrics}");
    }
    let contract = eventgen_schema::Loader::new().path(&fixture.folder).load().expect("a contract").contract;
    let settings = eventgen_artifacts::Settings::new(eventgen_artifacts::Exporter::KafkaExporter);
    let rules = eventgen_artifacts::prometheus::rules(&contract, &settings).expect("rules").text;
    let is_name = |char: char| char.is_ascii_lowercase() || char == '_';
    let read: BTreeSet<&str> = rules
        .split(|char| !is_name(char))
        .filter(|word| word.starts_with("kafka_") && *word != "kafka_exporter")
        .collect();
    assert!(read.contains("kafka_consumergroup_members"), "{read:?}");
    for name in read {
        assert!(metrics.contains(&format!("\n{name}{{")), "{name} is not in {metrics}");
    }
}
