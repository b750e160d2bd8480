//! The cases, in the order of the tables.

/// The tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Consume,
    /// eventgen with its metrics and traces.
    Observe,
    Produce,
    /// Handlers that write to another topic.
    Copy,
    /// Handlers that wait 10 ms.
    Wait,
    /// The table of parallel-consumer.
    Keys,
}

/// One row of a table.
pub(super) struct Case {
    /// What `--only` calls it.
    pub(super) name: &'static str,
    /// What the table calls it.
    pub(super) title: &'static str,
    pub(super) table: Table,
    pub(super) run: Run,
}

/// How a case is run.
pub(super) enum Run {
    /// By the benchmark's program, with these arguments.
    Consume(&'static [&'static str]),
    /// By the benchmark's program as it is built with a feature, with these arguments.
    ConsumeWith(&'static str, &'static [&'static str]),
    /// By the benchmark's program, with these arguments and this fraction of the records: 3 is a third.
    Produce(&'static [&'static str], usize),
    /// By the benchmark's program, with these arguments and this fraction of the records.
    Copy(&'static [&'static str], usize),
    /// By the benchmark's program, with handlers that wait.
    Wait { arguments: &'static [&'static str], partitions: u32, keys: usize, concurrency: usize, wait: Wait },
    /// By Kafka's own `ConsumerPerformance`.
    JavaConsume,
    /// By Kafka's own `ProducerPerformance`.
    JavaProduce,
    /// By Kafka's own `TransactionalMessageCopier`, with transactions of this many records.
    JavaCopy(&'static str),
}

/// How long handlers wait, and how many there are.
pub(super) enum Wait {
    /// 10 ms, for as many records as take five seconds.
    Ten,
    /// A random number of milliseconds from 0 to 5, for 10,000 records: what parallel-consumer publishes.
    UpToFive,
}

/// A topic that a case needs.
pub(super) struct Topic {
    pub(super) records: usize,
    pub(super) partitions: u32,
    pub(super) keys: usize,
    /// What distinguishes a topic that is written to from one that is read.
    kind: &'static str,
}

impl Topic {
    /// The prefix of the topic's name.
    pub(super) fn prefix(&self) -> String {
        let Self { kind, records, partitions, keys } = self;
        format!("{kind}-{records}-{partitions}-{keys}.")
    }

    /// The name of the topic.
    pub(super) fn name(&self) -> String {
        format!("{}bench.orders.v1", self.prefix())
    }

    /// The name of the topic for copies of its records. eventgen creates it.
    pub(super) fn copies(&self) -> String {
        format!("{}bench.copies.v1", self.prefix())
    }
}

impl Case {
    /// The number of records of one run, with `records` for a fast case.
    pub(super) fn records(&self, records: usize) -> usize {
        match self.run {
            Run::Consume(_)
            | Run::ConsumeWith(..)
            | Run::JavaConsume
            | Run::JavaProduce
            | Run::JavaCopy(_) => records,
            Run::Produce(_, share) | Run::Copy(_, share) => records / share,
            Run::Wait { wait: Wait::UpToFive, .. } => 10_000,
            // Five seconds, or one.
            Run::Wait { wait: Wait::Ten, concurrency, .. } => {
                concurrency * if records >= 1_000_000 { 500 } else { 100 }
            }
        }
    }

    /// The feature that the program needs.
    pub(super) fn feature(&self) -> Option<&'static str> {
        match self.run {
            Run::ConsumeWith(feature, _) => Some(feature),
            _ => None,
        }
    }

    /// The topic that it needs.
    pub(super) fn topic(&self, records: usize) -> Topic {
        match self.run {
            Run::Consume(_) | Run::ConsumeWith(..) | Run::JavaConsume | Run::Copy(..) | Run::JavaCopy(_) => {
                Topic { records, partitions: 12, keys: 10_000, kind: "read" }
            }
            Run::Wait { partitions, keys, .. } => {
                Topic { records: self.records(records), partitions, keys, kind: "read" }
            }
            Run::Produce(..) | Run::JavaProduce => {
                Topic { records: 0, partitions: 12, keys: 10_000, kind: "written" }
            }
        }
    }
}

const fn consume(name: &'static str, title: &'static str, arguments: &'static [&'static str]) -> Case {
    Case { name, title, table: Table::Consume, run: Run::Consume(arguments) }
}

const fn with(
    name: &'static str,
    title: &'static str,
    feature: &'static str,
    arguments: &'static [&'static str],
) -> Case {
    Case { name, title, table: Table::Observe, run: Run::ConsumeWith(feature, arguments) }
}

const fn produce(
    name: &'static str,
    title: &'static str,
    arguments: &'static [&'static str],
    share: usize,
) -> Case {
    Case { name, title, table: Table::Produce, run: Run::Produce(arguments, share) }
}

const fn copy(
    name: &'static str,
    title: &'static str,
    arguments: &'static [&'static str],
    share: usize,
) -> Case {
    Case { name, title, table: Table::Copy, run: Run::Copy(arguments, share) }
}

const fn java_copy(name: &'static str, title: &'static str, size: &'static str) -> Case {
    Case { name, title, table: Table::Copy, run: Run::JavaCopy(size) }
}

/// A handler that waits 10 ms. Nearly every record of what is in flight at once has a key of its own.
const fn ten(
    name: &'static str,
    title: &'static str,
    arguments: &'static [&'static str],
    partitions: u32,
    concurrency: usize,
) -> Case {
    let run = Run::Wait { arguments, partitions, keys: 1_000_000, concurrency, wait: Wait::Ten };
    Case { name, title, table: Table::Wait, run }
}

const fn keys(
    name: &'static str,
    title: &'static str,
    arguments: &'static [&'static str],
    keys: usize,
) -> Case {
    let run = Run::Wait { arguments, partitions: 1, keys, concurrency: 100, wait: Wait::UpToFive };
    Case { name, title, table: Table::Keys, run }
}

/// By default librdkafka waits a second once 100,000 records of a partition are queued, and fast loops run dry meanwhile.
const EAGER: &str = "fetch.queue.backoff.ms=10";

const EVENTGEN: &[&str] = &["eventgen"];
const AT_1: &[&str] = EVENTGEN;
const AT_64: &[&str] = &["eventgen", "--concurrency", "64"];
/// Without an exporter.
const NOTHING: &[&str] = &["eventgen", "--export", "nothing"];
const BY_KEY: &[&str] = &["ruststream-by-key"];
const HANDLERS: &[&str] = &["handlers"];

/// All cases.
pub(super) const CASES: [Case; 60] = [
    consume("consume-bare", "rdkafka, a `BaseConsumer` loop that decodes", &["bare", "--decode"]),
    consume("consume-bare-bytes", "the same loop without decoding", &["bare"]),
    consume(
        "consume-bare-eager",
        "the loop that decodes, `fetch.queue.backoff.ms=10`",
        &["bare", "--decode", "--set", EAGER],
    ),
    consume("consume-eventgen-1", "**eventgen**, concurrency 1", AT_1),
    consume("consume-eventgen-64", "**eventgen**, concurrency 64", AT_64),
    consume("consume-ruststream-1", "ruststream, one worker, bytes", &["ruststream"]),
    consume(
        "consume-ruststream-64",
        "ruststream, `workers(64)`, bytes, no order",
        &["ruststream", "--concurrency", "64"],
    ),
    consume(
        "consume-ruststream-key",
        "ruststream, `workers(64, by_key)`, bytes, by record key",
        &["ruststream-by-key", "--concurrency", "64"],
    ),
    consume(
        "consume-ruststream-partition",
        "ruststream, `workers(64, by_key)`, bytes, by partition",
        &["ruststream-by-partition", "--concurrency", "64"],
    ),
    consume(
        "consume-ruststream-key-decode",
        "ruststream, `workers(64, by_key)`, decodes, by record key",
        &["ruststream-by-key", "--concurrency", "64", "--decode"],
    ),
    consume(
        "consume-ruststream-eager",
        "the same, `fetch.queue.backoff.ms=10`",
        &["ruststream-by-key", "--concurrency", "64", "--decode", "--set", EAGER],
    ),
    Case {
        name: "consume-java",
        title: "Kafka's `ConsumerPerformance`, bytes",
        table: Table::Consume,
        run: Run::JavaConsume,
    },
    with("consume-eventgen-metrics-1", "feature `metrics`, Prometheus, concurrency 1", "metrics", AT_1),
    with("consume-eventgen-metrics-64", "the same at 64", "metrics", AT_64),
    with("consume-eventgen-metrics-off-1", "feature `metrics`, no recorder, at 1", "metrics", NOTHING),
    with(
        "consume-eventgen-otel-metrics-1",
        "feature `otel`, metrics only, at 1",
        "otel",
        &["eventgen", "--export", "metrics"],
    ),
    with(
        "consume-eventgen-otel-metrics-64",
        "the same at 64",
        "otel",
        &["eventgen", "--export", "metrics", "--concurrency", "64"],
    ),
    with("consume-eventgen-otel-off-1", "feature `otel`, no provider, at 1", "otel", NOTHING),
    with(
        "consume-eventgen-otel-unsampled-1",
        "feature `otel`, metrics, and spans of which none is sampled, at 1",
        "otel",
        &["eventgen", "--export", "unsampled"],
    ),
    with("consume-eventgen-otel-1", "feature `otel`, metrics and all spans, at 1", "otel", AT_1),
    with("consume-eventgen-otel-64", "the same at 64", "otel", AT_64),
    produce("produce-bare", "rdkafka, `ThreadedProducer`", &["bare"], 1),
    produce("produce-future", "rdkafka, `FutureProducer`, 100,000 open", &["future"], 1),
    produce("produce-eventgen", "**eventgen**, `enqueue` and `flush`", &["eventgen"], 1),
    produce(
        "produce-future-256",
        "rdkafka, `FutureProducer`, awaited in 256 tasks",
        &["future", "--tasks", "256"],
        4,
    ),
    produce(
        "produce-eventgen-256",
        "**eventgen**, `send` awaited in 256 tasks",
        &["eventgen", "--tasks", "256"],
        4,
    ),
    Case {
        name: "produce-java",
        title: "Kafka's `ProducerPerformance`, no key, no header",
        table: Table::Produce,
        run: Run::JavaProduce,
    },
    copy(
        "copy-awaited-1024",
        "at least once: `Producer::send` awaited, concurrency 1,024",
        &["awaited", "--concurrency", "1024"],
        2,
    ),
    copy("copy-awaited-64", "the same at 64", &["awaited"], 4),
    copy("copy-enqueued-64", "`Producer::enqueue`, not awaited: a crash loses records", &["enqueued"], 1),
    copy("copy-transactions-64", "**exactly once**: `Delivery::send`, concurrency 64", &["transactions"], 1),
    copy("copy-transactions-1024", "the same at 1,024", &["transactions", "--concurrency", "1024"], 1),
    java_copy("copy-java-5000", "Kafka's `TransactionalMessageCopier`, bytes, transactions of 5,000", "5000"),
    java_copy("copy-java-750", "the same, transactions of 750", "750"),
    ten("wait-1x128-handlers", "one partition, 128: the handlers alone", HANDLERS, 1, 128),
    ten("wait-1x128-eventgen", "one partition, 128: **eventgen**", EVENTGEN, 1, 128),
    ten("wait-1x128-ruststream", "one partition, 128: ruststream by record key", BY_KEY, 1, 128),
    ten("wait-1x1024-handlers", "one partition, 1,024: the handlers alone", HANDLERS, 1, 1_024),
    ten("wait-1x1024-eventgen", "one partition, 1,024: **eventgen**", EVENTGEN, 1, 1_024),
    ten("wait-1x1024-ruststream", "one partition, 1,024: ruststream by record key", BY_KEY, 1, 1_024),
    ten("wait-12x128-handlers", "12 partitions, 128: the handlers alone", HANDLERS, 12, 128),
    ten("wait-12x128-eventgen", "12 partitions, 128: **eventgen**", EVENTGEN, 12, 128),
    ten("wait-12x128-ruststream", "12 partitions, 128: ruststream by record key", BY_KEY, 12, 128),
    ten("wait-12x1024-handlers", "12 partitions, 1,024: the handlers alone", HANDLERS, 12, 1_024),
    ten("wait-12x1024-eventgen", "12 partitions, 1,024: **eventgen**", EVENTGEN, 12, 1_024),
    ten("wait-12x1024-ruststream", "12 partitions, 1,024: ruststream by record key", BY_KEY, 12, 1_024),
    keys("keys-1-handlers", "1", HANDLERS, 1),
    keys("keys-1-eventgen", "1", EVENTGEN, 1),
    keys("keys-20-handlers", "20", HANDLERS, 20),
    keys("keys-20-eventgen", "20", EVENTGEN, 20),
    keys("keys-100-handlers", "100", HANDLERS, 100),
    keys("keys-100-eventgen", "100", EVENTGEN, 100),
    keys("keys-500-handlers", "500", HANDLERS, 500),
    keys("keys-500-eventgen", "500", EVENTGEN, 500),
    keys("keys-1000-handlers", "1,000", HANDLERS, 1_000),
    keys("keys-1000-eventgen", "1,000", EVENTGEN, 1_000),
    keys("keys-10000-handlers", "10,000", HANDLERS, 10_000),
    keys("keys-10000-eventgen", "10,000", EVENTGEN, 10_000),
    keys("keys-100-ruststream", "100", BY_KEY, 100),
    keys("keys-10000-ruststream", "10,000", BY_KEY, 10_000),
];
