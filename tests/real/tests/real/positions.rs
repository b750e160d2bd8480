//! Where a new group starts, by time, and where an operator sends it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Utc};
use eventgen::{Consumer, Error, StartFrom, TopicEvents as _};
use eventgen_testkit::{caught_up, records, send_bytes};
use tokio::time::sleep;

use crate::faults::topics::{Order, POSITIONS, Scripted, prepared, value};

const PATIENCE: Duration = Duration::from_secs(90);

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_new_group_starts_at_a_time_and_is_sent_to_another() {
    let client = prepared::<POSITIONS>().await;
    let topic = Order::<POSITIONS>::TOPIC.name;
    let send = async |count| {
        for number in 0..count {
            let event = value(&client, number).await;
            send_bytes(&client, topic, b"ada", &event).await.expect("sent");
        }
    };
    send(3).await;
    sleep(Duration::from_millis(50)).await;
    let between = Utc::now();
    sleep(Duration::from_millis(50)).await;
    send(4).await;
    let all = records(&client, topic).await.expect("records");
    let partition = all[0].partition;
    let end = all.last().expect("a record").offset + 1;
    let run = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
    let handled = async |name: &str, start: StartFrom, expected: u64| {
        let group = format!("positions.{name}.{run}");
        let accepting = Scripted::<POSITIONS, _>(async |_, _| Ok(()));
        let consumer = Consumer::new(&client, &group).subscribe(accepting).start_from(start);
        let shutdown = async {
            assert_eq!(caught_up(&client, &group, topic, PATIENCE).await.expect("lag"), 0, "{name}");
        };
        let report = consumer.run_until(shutdown).await.expect("no error");
        assert_eq!(report.handled, expected, "{name}");
    };
    handled("time", StartFrom::Time(between), 4).await;
    handled("future", StartFrom::Time(between + chrono::TimeDelta::hours(1)), 0).await;
    handled("past", StartFrom::Time(DateTime::UNIX_EPOCH), end.cast_unsigned()).await;
    handled("before-1970", StartFrom::Time(DateTime::<Utc>::MIN_UTC), end.cast_unsigned()).await;
    handled("now", StartFrom::Now, 0).await;
    // A group that has committed is not affected.
    handled("time", StartFrom::Time(DateTime::UNIX_EPOCH), 0).await;

    let group = format!("positions.seek.{run}");
    for protocol in ["classic", "consumer"] {
        let accepting = Scripted::<POSITIONS, _>(async |_, _| Ok(()));
        let consumer = Consumer::new(&client, format!("{group}.{protocol}")).subscribe(accepting);
        let consumer = consumer.set("group.protocol", protocol).start_from(StartFrom::Now);
        let handle = consumer.handle();
        let sought = async {
            let handled = async |count| {
                let wait = async {
                    while handle.report().handled < count {
                        sleep(Duration::from_millis(50)).await;
                    }
                };
                tokio::time::timeout(PATIENCE, wait)
                    .await
                    .unwrap_or_else(|_| panic!("{protocol}: handled {} of {count}", handle.report().handled));
            };
            let assigned = async {
                while !handle.is_ready() || handle.partitions().is_empty() {
                    sleep(Duration::from_millis(50)).await;
                }
            };
            tokio::time::timeout(PATIENCE, assigned).await.expect("it joins");
            let offset = handle.seek_to_time(topic, partition, between).await.expect("sought");
            assert_eq!(offset, end - 4);
            handled(4).await;
            let later = between + chrono::TimeDelta::hours(1);
            assert_eq!(handle.seek_to_time(topic, partition, later).await.expect("sought"), end);
            assert_eq!(handle.seek(topic, partition, end - 1).await.expect("sought"), end - 1);
            handled(5).await;
            let error = handle.seek(topic, partition, end + 1).await.expect_err("behind the end");
            assert!(matches!(error, Error::NotSought { .. }), "{error}");
        };
        let report = consumer.run_until(sought).await.expect("no error");
        assert_eq!(report.handled, 5, "{protocol}");
        let lag = client.lag(&format!("{group}.{protocol}"), topic).await.expect("lag");
        assert!(lag.iter().all(|lag| lag.records == 0), "{protocol}: the replay is committed: {lag:?}");
    }
}
