//! The tables of `benches/DELIVERY.md`.

use std::fmt::Write as _;

use super::cases::Table;
use super::measure::{Measured, Taken};
use crate::machine;

/// What parallel-consumer publishes: seconds by the number of keys, ordered by key.
const PARALLEL_CONSUMER: [(&str, &str); 5] =
    [("1", "26.74"), ("20", "2.24"), ("100", "2.18"), ("1,000", "2.06"), ("10,000", "2.13")];

const CONSUME: &str = "## Consuming\n\n\
    The same records for all of them, from the first offset to the last one, by a new group. Handlers do nothing. \
    `BaseConsumer` commits automatically, ruststream by `Commit::Tracked`. eventgen decodes each record and keeps the order of \
    each key. Peers have librdkafka's defaults. With these, a client that is fast runs dry: a full queue of fetched records is \
    looked at again after `fetch.queue.backoff.ms`, one second. Two rows look sooner.\n\n\
    | | records/s | of the loop | CPU, µs per record | of the loop | received, bytes per record |\n\
    |---|---:|---:|---:|---:|---:|\n";

const OBSERVE: &str = "## Metrics and traces\n\n\
    The consumer of above with its metrics and traces, set up as `docs/metrics.md` says. Prometheus is \
    `metrics-exporter-prometheus` with the boundaries of the conventions and an upkeep each second. OpenTelemetry's SDK has a \
    reader each second and a batch exporter that drops all spans; spans that its queue has no room for are dropped before. The \
    last column is to the same concurrency without either feature, whose records carry no context of a trace.\n\n\
    | | records/s | CPU, µs per record | of the plain consumer |\n|---|---:|---:|---:|\n";

const PRODUCE: &str = "## Producing\n\n\
    12 partitions, idempotent, `acks=all`, lz4. All but Kafka's own encode an event for each record and set key and header. The \
    awaited sends are a quarter of the records.\n\n\
    | | records/s | of the first | CPU, µs per record | of the first |\n|---|---:|---:|---:|---:|\n";

const COPY: &str = "## Handlers that write to another topic\n\n\
    One record for each that is consumed, idempotent, `acks=all`, lz4, 12 partitions. The time is that from the first record to \
    the end of the consumer, when all is written and committed. eventgen decodes, encodes and keeps the order of each key. \
    Transactions have eventgen's defaults; their producer and that of the other rows are the same. \
    `TransactionalMessageCopier` is the program of Kafka's own tests of transactions. It copies bytes, one record after another, \
    and starts a transaction when the one before it is committed. Rows that wait copy a part of the records.\n\n\
    | | records/s | of the first | CPU, µs per record | of the first |\n|---|---:|---:|---:|---:|\n";

const WAIT: &str = "## Handlers that wait 10 ms\n\n\
    Nearly every record has a key of its own. The ideal is as many handlers at once as the concurrency allows, each for 10 ms. \
    The handlers alone are as many tasks that wait in turn, without a consumer. All wait by the timer of `async-io`, because \
    tokio's counts in milliseconds and rounds up.\n\n\
    | | records/s | of the ideal | of the handlers alone | CPU, µs per record |\n|---|---:|---:|---:|---:|\n";

const KEYS: &str = "## Few keys and many\n\n\
    10,000 records on one partition, handlers that wait a random number of milliseconds from 0 to 5, concurrency 100: the \
    parameters and the published seconds of parallel-consumer, which were measured on another machine.\n\n\
    | keys | parallel-consumer, published | handlers alone | **eventgen** | ruststream by record key |\n\
    |---:|---:|---:|---:|---:|\n";

/// The whole report.
pub(super) fn text(measured: &[Measured], records: usize, rounds: usize) -> String {
    let plural = if rounds == 1 { "" } else { "s" };
    let mut text = format!(
        "# Producers and consumers beside their peers\n\n\
         Written by `cargo xtask bench delivery`. One broker (Apache Kafka 4.3.1) on the same machine; {records} records: \
         values of 107 bytes in Avro behind the registry's frame, one header, 10,000 keys, 12 partitions, lz4. Each \
         case is a process of its own, the cases take turns, medians of {rounds} round{plural}. CPU is user and system time \
         of the whole process, its start included. The programs are one binary of cargo's release profile on one librdkafka. \
         The broker takes its share of the same cores: compare within one run only.\n\n{}; {}.\n\n",
        machine::description(),
        versions()
    );
    for (table, head) in [
        (Table::Consume, CONSUME),
        (Table::Observe, OBSERVE),
        (Table::Produce, PRODUCE),
        (Table::Copy, COPY),
        (Table::Wait, WAIT),
        (Table::Keys, KEYS),
    ] {
        let rows: Vec<&Measured> = measured.iter().filter(|measured| measured.case.table == table).collect();
        if !rows.is_empty() {
            text += head;
            match table {
                Table::Consume => beside_first(&rows, true, &mut text),
                Table::Observe => observed(&rows, measured, &mut text),
                Table::Produce | Table::Copy => beside_first(&rows, false, &mut text),
                Table::Wait => waiting(&rows, &mut text),
                Table::Keys => by_keys(&rows, &mut text),
            }
            text.push('\n');
        }
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// The versions of the peers, from the lock file.
fn versions() -> String {
    const LOCK: &str = include_str!("../../../../benches/delivery/Cargo.lock");
    let version = |name: &str| {
        let found = LOCK.split("[[package]]\n").find_map(|package| {
            let package = package.strip_prefix(&format!("name = \"{name}\"\nversion = \""))?;
            package.split('"').next()
        });
        format!("{name} {}", found.unwrap_or("?"))
    };
    ["rdkafka", "rdkafka-sys", "ruststream", "ruststream-rdkafka", "tokio", "async-io"]
        .map(version)
        .join(", ")
}

/// The median of one figure.
fn median(taken: &[Taken], figure: impl Fn(&Taken) -> f64) -> f64 {
    let mut figures: Vec<f64> = taken.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    if figures.len() % 2 == 1 { figures[middle] } else { f64::midpoint(figures[middle - 1], figures[middle]) }
}

/// The median over the rounds of the ratio to another case in the same round.
fn ratio(taken: &[Taken], other: &[Taken], figure: impl Fn(&Taken) -> f64) -> f64 {
    let mut ratios: Vec<f64> =
        taken.iter().zip(other).map(|(taken, other)| figure(taken) / figure(other)).collect();
    ratios.sort_by(f64::total_cmp);
    ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN)
}

/// A table with ratios to its first row.
fn beside_first(rows: &[&Measured], received: bool, text: &mut String) {
    let first = &rows[0].taken;
    for Measured { case, taken } in rows {
        let _ = write!(
            text,
            "| {} | {} | {:.2} | {:.2} | {:.2} |",
            case.title,
            thousands(median(taken, |taken| taken.per_second)),
            ratio(taken, first, |taken| taken.per_second),
            median(taken, |taken| taken.cpu),
            ratio(taken, first, |taken| taken.cpu),
        );
        if received {
            let bytes = median(taken, |taken| taken.received.unwrap_or(f64::NAN));
            let _ =
                write!(text, " {} |", if bytes.is_nan() { "—".to_owned() } else { format!("{bytes:.0}") });
        }
        text.push('\n');
    }
}

fn observed(rows: &[&Measured], all: &[Measured], text: &mut String) {
    for Measured { case, taken } in rows {
        let concurrency = case.name.rsplit_once('-').map_or("", |(_, concurrency)| concurrency);
        let plain = format!("consume-eventgen-{concurrency}");
        let plain = all.iter().find(|measured| measured.case.name == plain);
        let of_plain = plain.map(|plain| ratio(taken, &plain.taken, |taken| taken.cpu));
        let _ = writeln!(
            text,
            "| {} | {} | {:.2} | {} |",
            case.title,
            thousands(median(taken, |taken| taken.per_second)),
            median(taken, |taken| taken.cpu),
            of_plain.map_or("—".to_owned(), |ratio| format!("{ratio:.2}")),
        );
    }
}

fn waiting(rows: &[&Measured], text: &mut String) {
    for Measured { case, taken } in rows {
        let place = case.name.rsplit_once('-').map_or("", |(place, _)| place);
        let alone = rows.iter().find(|row| row.case.name == format!("{place}-handlers"));
        let per_second = median(taken, |taken| taken.per_second);
        let ideal = place.rsplit_once('x').and_then(|(_, handlers)| handlers.parse::<f64>().ok());
        let of_ideal = ideal.map_or(f64::NAN, |handlers| per_second / (handlers * 100.0));
        let of_alone = alone.map(|alone| ratio(taken, &alone.taken, |taken| taken.per_second));
        let of_alone = of_alone.map_or("—".to_owned(), |ratio| format!("{:.0} %", ratio * 100.0));
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} % | {of_alone} | {:.2} |",
            case.title,
            thousands(per_second),
            of_ideal * 100.0,
            median(taken, |taken| taken.cpu),
        );
    }
}

fn by_keys(rows: &[&Measured], text: &mut String) {
    let mut titles: Vec<&str> = Vec::new();
    for row in rows {
        if !titles.contains(&row.case.title) {
            titles.push(row.case.title);
        }
    }
    for title in titles {
        let published =
            PARALLEL_CONSUMER.iter().find(|(keys, _)| *keys == title).map_or("—", |found| found.1);
        let seconds = |client: &str| {
            let row = rows.iter().find(|row| row.case.title == title && row.case.name.ends_with(client));
            row.map_or("—".to_owned(), |row| format!("{:.2}", median(&row.taken, |taken| taken.seconds)))
        };
        let (alone, ours, theirs) = (seconds("-handlers"), seconds("-eventgen"), seconds("-ruststream"));
        let _ = writeln!(text, "| {title} | {published} | {alone} | {ours} | {theirs} |");
    }
}

/// A number with commas.
fn thousands(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
