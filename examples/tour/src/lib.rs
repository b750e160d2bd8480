//! What the walking tours have in common: where they run, how they consume, and how they tell of it.

pub mod account;
mod cluster;

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use eventgen::{Client, Consumer, Error, Report, TopicEvents};
use eventgen_testkit::caught_up;
use tokio::sync::oneshot;

pub use cluster::{Arguments, Cluster};

/// Whatever ends a tour early.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// How long a group may take to catch up.
const WITHIN: Duration = Duration::from_secs(60);

/// Takes the tour and says why it ended early, if it did.
pub async fn take(tour: impl Future<Output = Result<(), Failure>>) -> ExitCode {
    match tour.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// Time since the Unix epoch: what tells this tour's records from those of earlier ones.
///
/// # Errors
/// A clock before 1970.
pub fn now() -> Result<Duration, Failure> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?)
}

/// Runs a consumer until its group has caught up; gives the remaining lag and what the consumer did.
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
    let report: Result<Report, Error> = consuming.await?;
    Ok((lag, report?))
}

/// Ends a tour whose group has not caught up.
///
/// # Errors
/// A lag, in records.
pub fn no_lag(group: &str, lag: u64) -> Result<(), Failure> {
    if lag > 0 { Err(format!("group {group} is still {lag} records behind").into()) } else { Ok(()) }
}
