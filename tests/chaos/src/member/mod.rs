//! One member of a consumer group, as a process that can be stopped, paused and killed. It writes a history of the calls of
//! its handler.
//!
//! The programs that include this module have a module `stream` beside it.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::exit;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use chaos_tests::delays::DELAYS;
use chaos_tests::history::{End, Key, Line, Writer, now};
use clap::Parser;
use eventgen::{
    Breaker, Client, Consumer, DecodeError, DecodeOptions, Delivery, EventKind, Handler, HandlerError, Retry,
    Topic, TopicEvents, TransactionOptions,
};

use crate::stream::com::example::chaos::{Chaos, ChaosCopies, ChaosHandler, Copied, Fate, Step};

/// One member of a consumer group.
#[derive(Debug, Parser)]
struct Arguments {
    /// The addresses of the cluster.
    #[arg(long)]
    bootstrap_servers: String,
    /// The address of the Schema Registry.
    #[arg(long)]
    schema_registry: String,
    /// The prefix of the topics.
    #[arg(long)]
    prefix: String,
    /// The run whose records it may handle.
    #[arg(long)]
    run: i64,
    /// The consumer group.
    #[arg(long)]
    group: String,
    /// The file for the history.
    #[arg(long)]
    history: PathBuf,
    /// How long the handler takes for a record, in milliseconds.
    #[arg(long)]
    millis: u64,
    /// Handlers at once.
    #[arg(long)]
    concurrency: usize,
    /// How long handlers may continue before a partition goes, in milliseconds.
    #[arg(long, default_value_t = 20_000)]
    drain: u64,
    /// How long a schema id may be unknown, in milliseconds.
    #[arg(long, default_value_t = 30_000)]
    grace: u64,
    /// A flood of poison becomes dead letters.
    #[arg(long)]
    without_breaker: bool,
    /// Handlers of records that block their thread do not.
    #[arg(long)]
    never_blocks: bool,
    /// Records that fail wait in retry topics, and those that fail once fail as often as there are delays.
    #[arg(long)]
    retry_topics: bool,
    /// The transactional id: for each record, a copy is sent.
    #[arg(long)]
    transactional_id: Option<String>,
    /// After how many records a transaction is committed.
    #[arg(long, default_value_t = 750)]
    transaction_records: usize,
    /// The process ends after this many seconds in any case.
    #[arg(long, default_value_t = 3_600)]
    seconds: u64,
    /// Settings of the consumer by their names in librdkafka: `name=value`.
    #[arg(long)]
    set: Vec<String>,
}

/// Writes down when it is called and when it ends.
struct Witness {
    history: Arc<History>,
    run: i64,
    pause: Duration,
    never_blocks: bool,
    copies: bool,
    /// How often a record fails that fails once.
    failures: u32,
}

/// The events of the topic, with delays for those that fail.
struct Delayed(Chaos);

impl TopicEvents for Delayed {
    const TOPIC: &'static Topic =
        &Chaos::TOPIC.with_retry(Retry::DEFAULT.with_attempts(0).with_delays(DELAYS));
    const EVENTS: &'static [EventKind] = Chaos::EVENTS;

    fn read_payload(kind: usize, payload: &[u8], options: DecodeOptions) -> Result<Self, DecodeError> {
        Chaos::read_payload(kind, payload, options).map(Self)
    }
}

/// The same witness of these events.
struct DelayedWitness(Witness);

impl Handler for DelayedWitness {
    type Events = Delayed;

    async fn handle(&self, Delayed(event): Delayed, delivery: &Delivery) -> Result<(), HandlerError> {
        let Chaos::Step(step) = event;
        self.0.step(step, delivery).await
    }
}

/// The history of this process. The numbers of calls are in the order of their lines.
struct History {
    writer: Writer,
    calls: Mutex<usize>,
    failed: AtomicUsize,
}

impl History {
    /// Each line is a single write before the record can be committed, so that everything that a killed process has
    /// committed is in its file.
    fn started(self: &Arc<Self>, line: impl FnOnce(usize) -> Line) -> Result<Call, HandlerError> {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        self.writer.write(&line(*calls)).map_err(HandlerError::fatal)?;
        let serial = *calls;
        *calls += 1;
        Ok(Call { history: Arc::clone(self), serial, end: End::Cancelled })
    }
}

/// A call of the handler, which ends when it is dropped, also by being cancelled.
struct Call {
    history: Arc<History>,
    serial: usize,
    end: End,
}

impl Drop for Call {
    fn drop(&mut self) {
        let line = Line::Ended { serial: self.serial, time: now(), end: self.end };
        if self.history.writer.write(&line).is_err() {
            self.history.failed.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ChaosHandler for Witness {
    async fn step(&self, event: Step, delivery: &Delivery) -> Result<(), HandlerError> {
        if event.run != self.run {
            return Err(HandlerError::fatal(format!("a record of run {}", event.run)));
        }
        let key: Key = event.key.parse().map_err(HandlerError::fatal::<String>)?;
        let sequence = u32::try_from(event.sequence).map_err(HandlerError::fatal)?;
        let &Delivery { partition, offset, attempt, .. } = delivery;
        let mut call = self.history.started(|serial| Line::Started {
            serial,
            time: now(),
            key,
            sequence,
            partition,
            offset,
            attempt,
        })?;
        if self.copies {
            // Before the handler fails: what an attempt has sent that fails must not be written.
            delivery.send(&Copied {
                run: event.run,
                key: event.key,
                sequence: event.sequence,
                partition,
                offset,
                attempt: i32::try_from(attempt).map_err(HandlerError::fatal)?,
            })?;
        }
        let pause = u64::try_from(event.millis).map_or(self.pause, Duration::from_millis);
        if event.fate == Fate::Blocks {
            thread::sleep(if self.never_blocks { self.pause } else { pause });
        } else if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        let (end, outcome) = match event.fate {
            Fate::FailsOnce if attempt <= self.failures => (End::Failed, Err(HandlerError::retry("not yet"))),
            Fate::FailsAlways => (End::Failed, Err(HandlerError::retry("never"))),
            Fate::Rejected => (End::Rejected, Err(HandlerError::reject("refused"))),
            _ => (End::Handled, Ok(())),
        };
        call.end = end;
        drop(call);
        if self.history.failed.load(Ordering::Relaxed) > 0 {
            return Err(HandlerError::fatal("the history cannot be written"));
        }
        outcome
    }
}

impl Arguments {
    async fn consume(self) -> Result<(), Box<dyn std::error::Error>> {
        // Signals are taken before the history exists: a signal during the start stops the consumer, and one before the
        // history exists ends a process that has done nothing.
        let mut stop = Box::pin(eventgen::shutdown_signal());
        tokio::select! {
            biased;
            () = &mut stop => return Ok(()),
            () = std::future::ready(()) => {}
        }
        let client = Client::builder(self.bootstrap_servers, self.schema_registry)
            .topic_prefix(self.prefix)
            .build()?;
        let history = Arc::new(History {
            writer: Writer::open(&self.history)?,
            calls: Mutex::new(0),
            failed: AtomicUsize::new(0),
        });
        let witness = Witness {
            history,
            run: self.run,
            pause: Duration::from_millis(self.millis),
            never_blocks: self.never_blocks,
            copies: self.transactional_id.is_some(),
            failures: if self.retry_topics { u32::try_from(DELAYS.len())? } else { 1 },
        };
        let consumer = if self.retry_topics {
            Consumer::new(&client, self.group).subscribe(DelayedWitness(witness))
        } else {
            Chaos::consumer(&client, self.group, witness)
        };
        let mut consumer = consumer
            .concurrency(self.concurrency)
            .drain_deadline(Duration::from_millis(self.drain))
            .unknown_schema_grace(Duration::from_millis(self.grace));
        if let Some(id) = self.transactional_id {
            let options = TransactionOptions::new(id).writes::<ChaosCopies>();
            // Long enough for a transaction to be full while there is a backlog.
            consumer = consumer.transactional(
                options.max_records(self.transaction_records).max_wait(Duration::from_secs(2)),
            );
        }
        if self.without_breaker {
            consumer = consumer.breaker(Breaker::OFF);
        }
        for setting in &self.set {
            let (name, value) = setting.split_once('=').ok_or("a setting is `name=value`")?;
            consumer = consumer.set(name, value);
        }
        let report = consumer.run_until(stop).await?;
        eprintln!("{report:?}");
        Ok(())
    }
}

/// Ends the process when its parent ends, which closes the pipe, and when its time is over.
fn end_with_parent(seconds: u64) {
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        eprintln!("the parent has ended");
        exit(3);
    });
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(seconds));
        eprintln!("not told to stop within {seconds} s");
        exit(4);
    });
}

/// Consumes until SIGTERM.
pub(crate) fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    // librdkafka logs what its setting `debug` selects at this level.
    let is_debugged = arguments.set.iter().any(|setting| setting.starts_with("debug="));
    let level = if is_debugged { tracing::Level::DEBUG } else { tracing::Level::INFO };
    tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false).init();
    end_with_parent(arguments.seconds);
    let threads = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    threads.block_on(arguments.consume())
}
