//! Runs one case in a process of its own.

use std::process::Command;

use serde_json::Value;

use super::cases::{Case, Run, Wait};
use super::java;
use super::measure::{Cluster, Taken, as_f64, group, output};
use crate::error::{Context as _, Failure};

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
        Run::Copy(arguments, _) => {
            let mut command = cluster.program("copy", &topic);
            command.args(*arguments).args(["--group", &group()]);
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
        Run::JavaConsume | Run::JavaProduce | Run::JavaCopy(_) => {
            return java::case(cluster, case, &topic, count);
        }
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
