//! What the walkthroughs have in common: where they run, how they consume, and what they print.

pub mod account;
mod cluster;
#[cfg(unix)]
mod postgres;

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen::{Client, Consumer, Report, RunError, TopicEvents};
use eventgen_testkit::caught_up;
use tokio::sync::oneshot;

pub use cluster::{Arguments, Cluster};
#[cfg(unix)]
pub use postgres::Postgres;

/// An error that ends a walkthrough early.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long a group may take to catch up.
const WITHIN: Duration = Duration::from_secs(60);

/// Runs a walkthrough and prints the error that ends it early.
pub async fn run(walkthrough: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    match walkthrough.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Time since the Unix epoch. It distinguishes the records of this run from those of earlier ones.
///
/// # Errors
/// A clock before 1970.
pub fn now() -> Result<Duration, Failure> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}

/// Runs a consumer until its group has caught up; returns the remaining lag and the report.
///
/// # Errors
/// What stops the consumer, a cluster that does not answer.
pub async fn run_until_caught_up<T: TopicEvents>(
    client: &Client,
    group: &str,
    consumer: Consumer,
) -> Result<(u64, Report), Failure> {
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        tokio::select! {
            _ = stopped => {}
            () = eventgen::shutdown_signal() => {}
        }
    };
    let consuming = tokio::spawn(consumer.run_until(shutdown));
    let lag = caught_up(client, group, T::TOPIC.name, WITHIN).await?;
    drop(stop);
    let report: Result<Report, RunError> = consuming.await?;
    Ok((lag, report?))
}

/// Fails where a group has not caught up.
///
/// # Errors
/// A lag, in records.
pub fn no_lag(group: &str, lag: u64) -> Result<(), Failure> {
    if lag > 0 { Err(format!("group {group} is still {lag} records behind").into()) } else { Ok(()) }
}
