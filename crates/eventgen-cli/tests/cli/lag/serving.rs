//! `--listen`: metrics and the health check.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::Duration;

use eventgen_testkit::TestCluster;

use super::{TOPIC, cluster, golden, project};
use crate::support::Project;

/// A run that serves metrics.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(project: &Project) -> Self {
        let mut command =
            project.command(&["lag", "--listen", "127.0.0.1:0", "--watch", "1", "--format", "json"]);
        let mut child =
            command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the command runs");
        let mut line = String::new();
        let mut lines = BufReader::new(child.stderr.take().expect("a pipe"));
        lines.read_line(&mut line).expect("UTF-8");
        let address = line.strip_prefix("serving http://").and_then(|rest| rest.split_once('/'));
        let address = address.unwrap_or_else(|| panic!("no address in {line}")).0.to_owned();
        // The pipe is read to its end, or the command would wait for it.
        std::thread::spawn(move || lines.lines().count());
        Self { child, address }
    }

    /// Head and body of an answer.
    fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("UTF-8");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        (head.to_owned(), body.to_owned())
    }

    /// The metrics, once they contain a text.
    fn metrics_with(&self, text: &str) -> String {
        for _ in 0..300 {
            let (head, body) = self.get("/metrics");
            if body.contains(text) {
                assert!(head.starts_with("HTTP/1.1 200"), "{head}");
                assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
                return body;
            }
            sleep(Duration::from_millis(200));
        }
        panic!("`{text}` is not in the metrics");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Metrics without what differs from run to run.
fn masked(metrics: &str) -> String {
    let masked = metrics.lines().map(|line| match line.rsplit_once(' ') {
        Some((series, value)) if !line.starts_with('#') && series.contains("seconds") && value.len() > 1 => {
            format!("{series} 1.5")
        }
        _ => line.to_owned(),
    });
    masked.collect::<Vec<_>>().join("\n") + "\n"
}

#[test]
fn metrics_have_the_names_that_the_rules_for_kafka_exporter_read() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("warehouse", TOPIC, 0, 2);
    let serving = Serving::start(&project);
    let metrics = serving.metrics_with("eventgen_lag_up 1");
    assert_eq!(serving.get("/health").1, "ok\n");
    assert!(serving.get("/other").0.starts_with("HTTP/1.1 404"));
    golden("lag.metrics", &masked(&metrics));

    project.run(&["generate", "prometheus", "--exporter", "kafka-exporter"]).fails(0, &[]);
    let rules = project.read("monitoring/prometheus/kafka.rules.yml");
    let is_name = |char: char| char.is_ascii_lowercase() || char == '_';
    let read: BTreeSet<&str> = rules
        .split(|char| !is_name(char))
        .filter(|word| word.starts_with("kafka_") && *word != "kafka_exporter")
        .collect();
    assert!(read.len() >= 4, "{read:?}");
    // The mock does not list groups, so that nobody knows the members.
    for name in read.into_iter().filter(|name| *name != "kafka_consumergroup_members") {
        assert!(metrics.contains(&format!("\n{name}{{")), "{name} is not in {metrics}");
    }
}

#[test]
fn a_cluster_that_goes_away_is_a_metric() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("search", TOPIC, 0, 5);
    let serving = Serving::start(&project);
    serving.metrics_with("kafka_consumergroup_lag_sum");
    cluster.broker_down(1).expect("a broker");
    let metrics = serving.metrics_with("eventgen_lag_up 0");
    assert!(!metrics.contains("kafka_"), "series of a cluster that does not answer are absent: {metrics}");
    assert!(serving.get("/health").0.starts_with("HTTP/1.1 200"));
    cluster.broker_up(1).expect("a broker");
    serving.metrics_with("eventgen_lag_up 1");
}

#[test]
fn one_broker_of_three_that_goes_away_takes_only_its_partitions_along() {
    let cluster = TestCluster::start().expect("a cluster");
    let (project, _) = project(&cluster);
    let serving = Serving::start(&project);
    let offset = |partition: usize| {
        format!("kafka_topic_partition_current_offset{{topic=\"{TOPIC}\",partition=\"{partition}\"}}")
    };
    let metrics = serving.metrics_with(&offset(0));
    // The mock draws the leaders.
    let leaders: Vec<i32> = (0..4)
        .map(|partition| {
            let series =
                format!("kafka_topic_partition_leader{{topic=\"{TOPIC}\",partition=\"{partition}\"}} ");
            let line = metrics.lines().find_map(|line| line.strip_prefix(&*series));
            line.and_then(|leader| leader.parse().ok()).unwrap_or_else(|| panic!("no leader in {metrics}"))
        })
        .collect();
    cluster.broker_down(leaders[0]).expect("a broker");
    let is_gone = |partition: &usize| leaders[*partition] == leaders[0];
    let (gone, kept): (Vec<usize>, Vec<usize>) = (0..4).partition(is_gone);
    // The mock has no new leader for a partition of a broker that is away.
    for _ in 0..300 {
        let (_, metrics) = serving.get("/metrics");
        let has = |partition: &usize| metrics.contains(&offset(*partition));
        if metrics.contains("eventgen_lag_up 1") && !gone.iter().any(has) {
            assert!(kept.iter().all(has), "{metrics}");
            return;
        }
        sleep(Duration::from_millis(200));
    }
    panic!("the offsets of the broker are still there: {}", serving.get("/metrics").1);
}

#[test]
fn an_address_that_is_taken_is_an_error() {
    let cluster = cluster();
    let (project, _) = project(&cluster);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    project
        .run(&["lag", "--listen", &address])
        .fails(1, &[&format!("error: {address} cannot be listened on")]);
}
