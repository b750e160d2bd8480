//! Runs several consumers as one: they start together and stop together.

use std::fmt;
use std::sync::OnceLock;

use futures_util::future::join_all;
use tokio::sync::watch;

use super::{Consumer, Report};
use crate::Error;

/// Runs consumers of several groups, or several members of one, until `shutdown` resolves. If one of them ends with an
/// error, the others stop too: they let running handlers finish, commit and leave their groups, as after a shutdown.
///
/// All of them are polled by the calling task. Their handlers run on tasks of their own. Dropping the future stops all of
/// them as it stops one: see [`Consumer::run_until`].
///
/// ```no_run
/// # use eventgen::{Client, Consumer, Error, Handler};
/// # async fn run<A: Handler, B: Handler>(orders: A, audit: B) -> Result<(), Error> {
/// let client = Client::from_env()?;
/// let fulfilment = Consumer::new(&client, "fulfilment").subscribe(orders);
/// let audit = Consumer::new(&client, "audit").subscribe(audit);
/// for run in eventgen::run_all([fulfilment, audit], eventgen::shutdown_signal()).await? {
///     println!("{}: {:?}", run.group, run.report);
/// }
/// # Ok(())
/// # }
/// ```
///
/// Returns the runs in the order of the consumers. Without a consumer it returns at once.
///
/// # Errors
/// [`RunAllError`] if any of them ended with an error. It names the group that ended first, and has the counts of all.
pub async fn run_all(
    consumers: impl IntoIterator<Item = Consumer>,
    shutdown: impl Future<Output = ()>,
) -> Result<Vec<GroupRun>, RunAllError> {
    let stop = watch::Sender::new(false);
    // The index of the consumer that failed first.
    let first = OnceLock::new();
    let runs = consumers.into_iter().enumerate().map(|(index, consumer)| {
        let mut stopped = stop.subscribe();
        let (stop, first) = (&stop, &first);
        async move {
            let group = consumer.group().to_owned();
            let ended =
                consumer.run_until(async move { drop(stopped.wait_for(|stopped| *stopped).await) }).await;
            match ended {
                Ok(report) => GroupRun { group, report, error: None },
                Err(failed) => {
                    let _ = first.set(index);
                    stop.send_replace(true);
                    GroupRun { group, report: failed.report, error: Some(failed.error) }
                }
            }
        }
    });
    let mut runs = std::pin::pin!(join_all(runs));
    let runs = tokio::select! {
        runs = &mut runs => runs,
        () = shutdown => {
            stop.send_replace(true);
            runs.await
        }
    };
    match first.get().copied() {
        None => Ok(runs),
        Some(first) => Err(RunAllError { first, runs }),
    }
}

/// The run of one consumer among those of [`run_all`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct GroupRun {
    /// The group of the consumer.
    pub group: String,
    /// The counts of its run.
    pub report: Report,
    /// Why it ended before it was stopped; `None` if it was stopped by the shutdown, or because another one failed.
    pub error: Option<Error>,
}

/// Why [`run_all`] ended before its shutdown, and what all consumers did.
///
/// It displays the group that failed first and its error, and so does its `Debug`. `?` converts it into that [`Error`],
/// which drops the rest.
#[derive(Clone)]
pub struct RunAllError {
    /// The index of the run that failed first.
    first: usize,
    runs: Vec<GroupRun>,
}

impl RunAllError {
    /// The group whose consumer failed first.
    pub fn group(&self) -> &str {
        &self.runs[self.first].group
    }

    /// The error that it ended with.
    pub fn error(&self) -> &Error {
        self.runs[self.first].error.as_ref().expect("this run has failed")
    }

    /// The runs of all consumers, in their order. Others may have failed too.
    pub fn runs(&self) -> &[GroupRun] {
        &self.runs
    }
}

impl fmt::Display for RunAllError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the consumer of group `{}` failed and the others were stopped: {}",
            self.group(),
            self.error()
        )
    }
}

impl fmt::Debug for RunAllError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for RunAllError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(self.error())
    }
}

impl From<RunAllError> for Error {
    fn from(mut failed: RunAllError) -> Self {
        failed.runs.swap_remove(failed.first).error.expect("this run has failed")
    }
}
