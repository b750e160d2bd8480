//! `eventgen outbox relay`: publishes the rows of an outbox.

use std::time::Duration;

use eventgen_outbox::{Operator, OutboxStatus, Relay, Retention};
use serde::Serialize;
use tokio::time::{Instant, timeout};

use super::database::{Address, Database};
use super::exposition;
use crate::arguments::{Format, OutboxRelay, Table};
use crate::cluster::Settings;
use crate::count::count;
use crate::failure::Failure;
use crate::load::manifest;
use crate::outcome::Outcome;
use crate::server::Server;
use crate::signal::Signals;
use crate::terminal::{Terminal, document, summary};

/// How often `--listen` samples: as often as Prometheus scrapes at most.
const INTERVAL: Duration = Duration::from_secs(15);
/// How long a sample may take.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) async fn relay(arguments: &OutboxRelay, terminal: Terminal) -> Result<Outcome, Failure> {
    let address = Address::new(&arguments.table)?;
    let environment = arguments.env.as_deref();
    let manifest = if environment.is_some() { manifest(&[])? } else { None };
    if let (None, Some(environment)) = (&manifest, environment) {
        return Err(Failure::NoManifest { environment: environment.to_owned() });
    }
    let settings = Settings::new(&arguments.cluster, environment, manifest.as_ref())?;
    let cluster = settings.bootstrap_servers();
    let mut relay = Relay::with_properties(settings.into_inner(), address.database.clone())
        .table(&arguments.table.table)
        .batch(usize::from(arguments.batch))
        .poll_interval(arguments.poll);
    if let Some(keep) = arguments.keep {
        relay = relay.retention(Retention::Keep(keep));
    }
    terminal.log();
    let mut signals = Signals::new()?;
    let server = match &arguments.listen {
        Some(listen) => Some(Server::start(listen, INTERVAL).await?),
        None => None,
    };
    summary(&format!("publishing {} to {cluster}", address.shown));
    let sampling = async {
        match &server {
            Some(server) => sample(&address, &arguments.table, server).await,
            None => std::future::pending().await,
        }
    };
    let report = tokio::select! {
        ended = relay.run_until(signals.received()) => ended?,
        never = sampling => never,
    };
    if arguments.output == Format::Json {
        document(&Document { version: 1, published: report.published, parked: report.parked })?;
    }
    let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
    summary(&format!("{} published, {} parked", count(number(report.published), "row"), report.parked));
    Ok(Outcome::Fine)
}

/// What was done until the command was interrupted.
#[derive(Serialize)]
struct Document {
    version: u32,
    published: u64,
    parked: u64,
}

/// Publishes the state of the outbox again and again, by a session that is opened anew when it is lost.
async fn sample<T>(address: &Address, table: &Table, server: &Server) -> T {
    let mut operator: Option<Operator<Database>> = None;
    let mut said = None;
    let mut ticks = tokio::time::interval(INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let begun = Instant::now();
        let status = match timeout(PATIENCE, status(address, table, &mut operator)).await {
            Ok(status) => status.map_err(|failure| failure.to_string()),
            Err(_) => Err(format!("no answer within {} s", PATIENCE.as_secs())),
        };
        server.publish(exposition::metrics(&table.table, status.as_ref().ok(), begun.elapsed()));
        let problem = status.err();
        if problem.is_some() {
            operator = None;
        }
        // What repeats is told once.
        if problem != said {
            match &problem {
                Some(problem) => summary(&format!("warning: no metrics of the outbox: {problem}")),
                None => summary("metrics of the outbox are served again"),
            }
            said = problem;
        }
    }
}

async fn status(
    address: &Address,
    table: &Table,
    operator: &mut Option<Operator<Database>>,
) -> Result<OutboxStatus, Failure> {
    let open = match operator.take() {
        Some(open) => open,
        None => address.operator(table).await?,
    };
    Ok(operator.insert(open).status().await?)
}
