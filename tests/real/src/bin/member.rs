//! One member of a consumer group, as a process that tests can stop, pause and kill. It writes a line for each record
//! that it has handled.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::PathBuf;
use std::process::exit;
use std::thread;
use std::time::{Duration, SystemTime};

use clap::Parser;
use eventgen::{Client, Consumer, Delivery, Error, Handler, HandlerError, Report};
use real_tests::backlog::{Backlog, LARGE, SMALL};

/// One member of a consumer group over a backlog.
#[derive(Debug, Parser)]
struct Arguments {
    /// The addresses of the cluster.
    #[arg(long, env = "EVENTGEN_KAFKA")]
    bootstrap_servers: String,
    /// The address of the Schema Registry.
    #[arg(long, env = "EVENTGEN_REGISTRY")]
    schema_registry: String,
    /// The number of records in the backlog, which selects it.
    #[arg(long)]
    records: usize,
    /// The consumer group.
    #[arg(long)]
    group: String,
    /// The file to which a line is written for each record: time in nanoseconds, customer, sequence number, partition and
    /// offset.
    #[arg(long)]
    file: PathBuf,
    /// How long the handler takes for a record, in milliseconds.
    #[arg(long)]
    milliseconds: u64,
    /// The process ends after this many seconds in any case.
    #[arg(long, default_value_t = 900)]
    seconds: u64,
    /// Settings of the consumer by their names in librdkafka: `name=value`.
    #[arg(long)]
    set: Vec<String>,
}

/// Writes a line for each record that it handles.
struct Witness<const RECORDS: usize> {
    file: File,
    pause: Duration,
}

impl<const RECORDS: usize> Handler for Witness<RECORDS> {
    type Events = Backlog<RECORDS>;

    async fn handle(&self, event: Backlog<RECORDS>, delivery: &Delivery) -> Result<(), HandlerError> {
        tokio::time::sleep(self.pause).await;
        let (customer, sequence) = event.position();
        let now = SystemTime::UNIX_EPOCH.elapsed()?.as_nanos();
        let line = format!("{now} {customer} {sequence} {} {}\n", delivery.partition, delivery.offset);
        // A single write before the record is committed, so that every record that a killed process has committed is in its
        // file.
        (&self.file).write_all(line.as_bytes()).map_err(HandlerError::fatal)
    }
}

impl Arguments {
    async fn consume<const RECORDS: usize>(self) -> Result<Report, Error> {
        // Waits for signals before the consumer starts, so that a signal during the start stops it too.
        let stop = tokio::spawn(eventgen::shutdown_signal());
        let client = Client::builder(self.bootstrap_servers, self.schema_registry).build()?;
        let file = OpenOptions::new().create(true).append(true).open(&self.file).expect("the file opens");
        let witness = Witness::<RECORDS> { file, pause: Duration::from_millis(self.milliseconds) };
        let mut consumer = Consumer::new(&client, self.group).subscribe(witness).concurrency(16);
        for setting in &self.set {
            let (name, value) = setting.split_once('=').expect("name=value");
            consumer = consumer.set(name, value);
        }
        Ok(consumer.run_until(async { stop.await.expect("no panic") }).await?)
    }
}

/// Ends the process when its parent ends, which closes the pipe, and when its time is over.
fn end_with_parent(seconds: u64) {
    thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        eprintln!("member {}: its parent has ended", std::process::id());
        exit(3);
    });
    thread::spawn(move || {
        thread::sleep(Duration::from_secs(seconds));
        eprintln!("member {}: not told to stop within {seconds} s", std::process::id());
        exit(4);
    });
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Error> {
    let arguments = Arguments::parse();
    end_with_parent(arguments.seconds);
    let report = match arguments.records {
        LARGE => arguments.consume::<LARGE>().await?,
        SMALL => arguments.consume::<SMALL>().await?,
        other => panic!("no backlog holds {other} records"),
    };
    eprintln!("member {}: {report:?}", std::process::id());
    Ok(())
}
