//! Runs one case in a process of its own.

use std::fmt;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::cases::{Case, Run, Topic, Wait};
use crate::bench::timing;
use crate::error::{Context as _, Failure};

/// How long a case may take. A consumer that stands still must not hold up the others.
const LONGEST: Duration = Duration::from_secs(300);

/// What runs cases: the program, the broker, and Kafka's own tools.
pub(super) struct Cluster {
    pub(super) program: PathBuf,
    pub(super) brokers: String,
    pub(super) class_path: String,
}

/// What one run of a case took.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Taken {
    /// Records in a second, from the first one to the last one.
    pub(super) per_second: f64,
    /// Microseconds of CPU of the whole process, user and system, for each record.
    pub(super) cpu: f64,
    /// Bytes that were received for each record, where the system reports them.
    pub(super) received: Option<f64>,
    /// Seconds from the first record to the last one.
    pub(super) seconds: f64,
}

/// A case and its measurements.
pub(super) struct Measured {
    pub(super) case: &'static Case,
    pub(super) taken: Vec<Taken>,
}

impl fmt::Display for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { per_second, cpu, seconds, .. } = self;
        write!(f, "{per_second:>9.0} records/s {cpu:>6.2} µs of CPU, {seconds:.2} s")?;
        self.received.map_or(Ok(()), |received| write!(f, ", {received:.0} bytes received per record"))
    }
}

impl Cluster {
    /// The program as it is built with a feature.
    fn with_feature(&self, feature: &str) -> PathBuf {
        self.program.with_file_name(format!("delivery-bench-{feature}"))
    }

    /// The program with a command and the options that name the topic.
    pub(super) fn program(&self, command: &str, topic: &Topic) -> Command {
        let mut program = Command::new(&self.program);
        program.args([command, "--brokers", &self.brokers, "--prefix", &topic.prefix()]);
        program
    }
}

/// Runs a case once.
pub(super) fn case(cluster: &Cluster, case: &Case, records: usize) -> Result<Taken, Failure> {
    let (topic, count) = (case.topic(records), case.records(records));
    let mut command = match &case.run {
        Run::Consume(arguments) => {
            let mut command = cluster.program("consume", &topic);
            command.args(*arguments).args(["--group", &group()]);
            command
        }
        Run::ConsumeWith(feature, arguments) => {
            let mut command = Command::new(cluster.with_feature(feature));
            command.args(["consume", "--brokers", &cluster.brokers, "--prefix", &topic.prefix()]);
            command.args(*arguments).args(["--group", &group()]);
            command
        }
        Run::Produce(arguments, _) => {
            let mut command = cluster.program("produce", &topic);
            command.args(*arguments);
            command
        }
        Run::Wait { arguments, keys, concurrency, wait, .. } => {
            let mut command = cluster.program("consume", &topic);
            command.args(*arguments).args(["--group", &group()]);
            // Without a consumer there are as many tasks as there can be records in work.
            let alone = arguments.first() == Some(&"handlers");
            let concurrency = if alone { (*concurrency).min(*keys) } else { *concurrency };
            command.args(["--concurrency", &concurrency.to_string()]);
            command.args(match wait {
                Wait::Ten => ["--least-wait", "10", "--most-wait", "10"],
                Wait::UpToFive => ["--least-wait", "0", "--most-wait", "5"],
            });
            command
        }
        Run::JavaConsume | Run::JavaProduce => return java(cluster, case, &topic, count),
    };
    command.args(["--records", &count.to_string()]);
    let printed = output(&mut command).context(case.name)?;
    let taken: Value = serde_json::from_str(&printed).context(case.name)?;
    let number = |name: &str| taken.get(name).and_then(Value::as_f64);
    let (Some(wall), Some(cpu)) = (number("wall_nanos"), number("cpu_nanos")) else {
        return Err(format!("{}: it printed {printed}", case.name).into());
    };
    let count = as_f64(count);
    Ok(Taken {
        per_second: count / wall * 1e9,
        cpu: cpu / count / 1e3,
        received: number("received").map(|bytes| bytes / count),
        seconds: wall / 1e9,
    })
}

/// Kafka's own tools print the throughput themselves. Their CPU includes the start of the JVM.
fn java(cluster: &Cluster, case: &Case, topic: &Topic, count: usize) -> Result<Taken, Failure> {
    let mut command = Command::new("java");
    command.args(["-Xmx512m", "-XX:+UseSerialGC", "-cp", &cluster.class_path]);
    let (name, number) = (topic.name(), count.to_string());
    let servers = format!("bootstrap.servers={}", cluster.brokers);
    if matches!(case.run, Run::JavaConsume) {
        command.args(["org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server", &cluster.brokers]);
        command.args(["--topic", &name, "--num-records", &number, "--group", &group(), "--hide-header"]);
    } else {
        command.args(["org.apache.kafka.tools.ProducerPerformance", "--topic", &name, "--throughput", "-1"]);
        command.args(["--num-records", &number, "--record-size", "112", "--command-property", &servers]);
        // All properties behind one option: of several options the last one counts.
        command.args(["acks=all", "compression.type=lz4"]);
    }
    let before = timing::processor_time();
    let printed = output(&mut command).context(case.name)?;
    let cpu = timing::processor_time().saturating_sub(before);
    let seconds = if matches!(case.run, Run::JavaConsume) {
        // Its eighth column: the milliseconds of fetching, without those of joining the group.
        let line = printed.lines().rfind(|line| line.split(',').count() >= 10);
        let fetched = line.and_then(|line| line.split(',').nth(7)?.trim().parse::<f64>().ok());
        fetched.map(|milliseconds| milliseconds / 1e3)
    } else {
        let line = printed.lines().rfind(|line| line.contains("records sent"));
        let rate = line.and_then(|line| line.split(", ").nth(1)?.split(' ').next()?.parse::<f64>().ok());
        rate.map(|rate| as_f64(count) / rate)
    };
    let seconds = seconds.ok_or_else(|| format!("{}: it printed {printed}", case.name))?;
    let per_second = as_f64(count) / seconds;
    Ok(Taken { per_second, cpu: cpu.as_secs_f64() * 1e6 / as_f64(count), received: None, seconds })
}

/// A group that has read nothing yet.
fn group() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    format!("bench-{now}-{}", NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// What a program printed. It is killed when it takes too long.
pub(super) fn output(command: &mut Command) -> Result<String, Failure> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().context(&name)?;
    let deadline = Instant::now() + LONGEST;
    while child.try_wait().context(&name)?.is_none() {
        if Instant::now() >= deadline {
            kill(&mut child);
            return Err(format!("{name} did not end within {} s", LONGEST.as_secs()).into());
        }
        sleep(Duration::from_millis(20));
    }
    let mut printed = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        stdout.read_to_string(&mut printed).context(&name)?;
    }
    if child.wait().context(&name)?.success() {
        Ok(printed)
    } else {
        Err(format!("{name} failed\n{printed}").into())
    }
}

fn kill(child: &mut Child) {
    // One that has just ended is fine.
    let _ = child.kill();
    let _ = child.wait();
}

pub(super) fn as_f64(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}
