//! `eventgen lag`: how far the groups of a contract are behind, once, again and again, or as metrics for Prometheus.

mod exposition;
mod json;
mod report;
mod text;

use std::time::Duration;

use eventgen_admin::{AdminError, LagHistory, LagMonitor};

use crate::arguments::{self, Format};
use crate::cluster::Settings;
use crate::failure::Failure;
use crate::load::{Read, load};
use crate::outcome::Outcome;
use crate::printable;
use crate::server::Server;
use crate::signal::Signals;
use crate::terminal::{Terminal, line, output, summary};
use report::{Expected, Report};

/// How often `--listen` samples without `--watch`: as often as Prometheus scrapes at most.
const LISTEN_INTERVAL: Duration = Duration::from_secs(15);

pub(crate) fn lag(arguments: &arguments::Lag, terminal: Terminal) -> Result<Outcome, Failure> {
    let environment = arguments.env.as_deref();
    let Read { loaded, manifest } = load(&arguments.schemas, environment, terminal)?;
    let settings = Settings::new(&arguments.cluster, environment, manifest.as_ref())?;
    let cluster = settings.bootstrap_servers();
    let expected = Expected::of(&loaded.contract, &arguments.group);
    let monitor = LagMonitor::new(settings.into_inner(), expected.query());
    let command = Command { arguments, cluster, expected, monitor };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(command.run());
    // A sample that was interrupted waits for the cluster at most some seconds, and nobody waits for it.
    runtime.shutdown_background();
    outcome
}

/// A run of the command.
struct Command<'a> {
    arguments: &'a arguments::Lag,
    cluster: String,
    expected: Expected,
    monitor: LagMonitor,
}

impl Command<'_> {
    async fn run(&self) -> Result<Outcome, Failure> {
        let interval = match (self.arguments.watch, &self.arguments.listen) {
            (Some(seconds), _) => Duration::from_secs(seconds.get()),
            (None, Some(_)) => LISTEN_INTERVAL,
            (None, None) => return self.once().await,
        };
        let mut signals = Signals::new()?;
        let server = match &self.arguments.listen {
            Some(address) => Some(Server::start(address, interval).await?),
            None => None,
        };
        let mut outcome = Outcome::Fine;
        tokio::select! {
            () = signals.received() => {}
            failure = self.watch(interval, server.as_ref(), &mut outcome) => return Err(failure),
        }
        Ok(outcome)
    }

    async fn once(&self) -> Result<Outcome, Failure> {
        let mut history = LagHistory::new(1);
        let sample = self.monitor.sample().await?;
        if let Some((group, near)) = self.expected.unknown(&sample) {
            return Err(Failure::UnknownGroup { group, near });
        }
        history.push(sample);
        let report = Report::new(&history, &self.expected, &self.cluster);
        self.print(&report)?;
        for problem in &report.problems {
            summary(&format!("warning: {}", printable::text(problem)));
        }
        summary(&report.summary());
        Ok(report.outcome())
    }

    /// Samples until an error ends the command.
    async fn watch(&self, interval: Duration, server: Option<&Server>, outcome: &mut Outcome) -> Failure {
        let mut history = LagHistory::new(LagHistory::WINDOW);
        let mut ticks = tokio::time::interval(interval);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut said = Vec::new();
        loop {
            ticks.tick().await;
            let begun = tokio::time::Instant::now();
            let sampled = self.monitor.sample().await;
            let took = begun.elapsed();
            let problems = match sampled {
                Ok(sample) => {
                    history.push(sample);
                    let report = Report::new(&history, &self.expected, &self.cluster);
                    if let Some(server) = server {
                        server.publish(exposition::metrics(&history, &report, took));
                    }
                    if self.arguments.watch.is_some()
                        && let Err(failure) = self.print_sample(&report)
                    {
                        return failure;
                    }
                    *outcome = report.outcome();
                    report.problems
                }
                Err(error @ AdminError::InvalidSettings { .. }) => return error.into(),
                Err(error) => {
                    if let Some(server) = server {
                        server.publish(exposition::down(took));
                    }
                    if self.arguments.watch.is_some()
                        && self.arguments.output == Format::Json
                        && let Err(failure) = json::error(&error).and_then(|text| output(&text))
                    {
                        return failure;
                    }
                    *outcome = Failure::from(error.clone()).outcome();
                    vec![error.to_string()]
                }
            };
            // What repeats is told once.
            if problems != said {
                for problem in &problems {
                    summary(&format!("warning: {}", printable::text(problem)));
                }
                if problems.is_empty() {
                    summary("the cluster answers again");
                }
                said = problems;
            }
        }
    }

    fn print(&self, report: &Report) -> Result<(), Failure> {
        match self.arguments.output {
            Format::Human => line(&text::table(report, self.arguments.partitions)),
            Format::Json => output(&json::pretty(report)?),
        }
    }

    /// Prints one sample of many: JSON in one line, a table with its time.
    fn print_sample(&self, report: &Report) -> Result<(), Failure> {
        match self.arguments.output {
            Format::Human => line(&format!(
                "{}\n{}\n",
                text::time(report.at),
                text::table(report, self.arguments.partitions)
            )),
            Format::Json => output(&json::line(report)?),
        }
    }
}
