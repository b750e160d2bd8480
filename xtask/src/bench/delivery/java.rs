//! Kafka's own tools. They print the throughput or the time themselves. Their CPU includes the start of the JVM.

use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use super::cases::{Case, Run, Topic};
use super::measure::{Cluster, Taken, as_f64, group, output};
use crate::bench::timing;
use crate::error::{Context as _, Failure};

/// Runs a tool once.
pub(super) fn case(cluster: &Cluster, case: &Case, topic: &Topic, count: usize) -> Result<Taken, Failure> {
    let mut command = Command::new("java");
    command.args(["-Xmx512m", "-XX:+UseSerialGC", "-cp", &cluster.class_path]);
    let (name, number) = (topic.name(), count.to_string());
    let servers = format!("bootstrap.servers={}", cluster.brokers);
    let seconds: fn(&str, usize) -> Option<f64> = match case.run {
        Run::JavaConsume => {
            command.args(["org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server"]);
            command.args([&cluster.brokers, "--topic", &name, "--num-records", &number]);
            command.args(["--group", &group(), "--hide-header"]);
            fetched
        }
        Run::JavaCopy(size) => {
            let id = group();
            command.args(["org.apache.kafka.tools.TransactionalMessageCopier", "--broker-list"]);
            command.args([&cluster.brokers, "--input-topic", &name, "--output-topic", &topic.copies()]);
            command.args(["--consumer-group", &id, "--transactional-id", &id, "--transaction-size", size]);
            // With a group it reads all partitions.
            command.args(["--input-partition", "0", "--group-mode", "--use-group-metadata"]);
            copied
        }
        _ => {
            command.args(["org.apache.kafka.tools.ProducerPerformance", "--topic", &name]);
            command.args(["--throughput", "-1", "--num-records", &number, "--record-size", "112"]);
            // All properties behind one option: of several options the last one counts.
            command.args(["--command-property", &servers, "acks=all", "compression.type=lz4"]);
            sent
        }
    };
    let before = timing::processor_time();
    let printed = output(&mut command).context(case.name)?;
    let cpu = timing::processor_time().saturating_sub(before);
    let seconds = seconds(&printed, count).ok_or_else(|| format!("{}: it printed {printed}", case.name))?;
    let per_second = as_f64(count) / seconds;
    Ok(Taken { per_second, cpu: cpu.as_secs_f64() * 1e6 / as_f64(count), received: None, seconds })
}

/// The milliseconds of fetching, without those of joining the group, are its eighth column.
fn fetched(printed: &str, _: usize) -> Option<f64> {
    let line = printed.lines().rfind(|line| line.split(',').count() >= 10)?;
    Some(line.split(',').nth(7)?.trim().parse::<f64>().ok()? / 1e3)
}

fn sent(printed: &str, count: usize) -> Option<f64> {
    let line = printed.lines().rfind(|line| line.contains("records sent"))?;
    let rate: f64 = line.split(", ").nth(1)?.split(' ').next()?.parse().ok()?;
    Some(as_f64(count) / rate)
}

/// The time from the assignment to the end. Every line has its time of day.
fn copied(printed: &str, count: usize) -> Option<f64> {
    let lines: Vec<Value> = printed.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of_stage = |stage: &str| lines.iter().rfind(|line| line["stage"] == stage);
    let (begun, ended) = (of_stage("RebalanceComplete")?, of_stage("ShutdownComplete")?);
    if ended["consumed"].as_u64()? != u64::try_from(count).ok()? {
        return None;
    }
    let (begun, ended) = (time_of_day(begun)?, time_of_day(ended)?);
    // It may be past midnight.
    let day = Duration::from_secs(86_400);
    let taken = ended.checked_sub(begun).or_else(|| (ended + day).checked_sub(begun))?;
    Some(taken.as_secs_f64())
}

/// The time of day in `2026/11/27 21:38:12:766`.
fn time_of_day(line: &Value) -> Option<Duration> {
    let parts: Vec<u64> =
        line["time"].as_str()?.split_once(' ')?.1.split(':').filter_map(|part| part.parse().ok()).collect();
    let [hours, minutes, seconds, millis] = parts[..] else { return None };
    Some(Duration::from_millis(((hours * 60 + minutes) * 60 + seconds) * 1_000 + millis))
}
