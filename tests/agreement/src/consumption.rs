//! Consumes foreign payloads with generated code: registration, an embedded cluster and a running consumer.

use std::fmt::Write as _;

use avro_tests::java::hex;
use eventgen_codegen::{Settings, generate_with};
use eventgen_schema::Loaded;

use crate::batch::Batch;

/// The program. The subscriptions replace a line of it.
const PROGRAM: &str = include_str!("../programs/consume.rs");
const SUBSCRIPTIONS: &str = "    // SUBSCRIPTIONS\n";

/// The generated code of an event that is the only one of its topic.
#[derive(Debug, Clone)]
pub struct Event {
    /// The module in the batch.
    pub module: String,
    /// The path of the type in the module.
    path: String,
    /// The name of the event in the enum of its topic.
    variant: String,
}

impl Event {
    /// Adds the code of a contract to a batch. The event is the type at a path.
    ///
    /// # Errors
    /// Why there is no code.
    pub fn add(path: &str, loaded: &Loaded, batch: &mut Batch) -> Result<Self, String> {
        let code =
            generate_with(&loaded.contract, &Settings::default()).map_err(|error| error.to_string())?;
        // `0 => KafkaEvent::read_payload_with(payload, options).map(Self::NAME),`
        let read = code.split("KafkaEvent::read_payload_with(").nth(1);
        let variant = read.and_then(|read| read.split(".map(Self::").nth(1)?.split(')').next());
        let variant = variant.ok_or_else(|| format!("no topic of {path}"))?.to_owned();
        Ok(Self { module: batch.add(code), path: path.to_owned(), variant })
    }

    fn path(&self) -> String {
        format!("batch::{}::{}", self.module, self.path)
    }
}

/// Subscriptions of one consumer.
#[derive(Debug, Default)]
pub struct Consumption {
    payloads: Vec<Vec<String>>,
    subscriptions: String,
}

impl Consumption {
    /// Subscribes to the topic of `reader`, which has payloads of `writer`. Returns the index of the subscription.
    pub fn subscribe(&mut self, writer: &Event, reader: &Event, payloads: &[Vec<u8>]) -> usize {
        let index = self.payloads.len();
        let (variant, writer, reader) = (&reader.variant, writer.path(), reader.path());
        let _ =
            writeln!(self.subscriptions, "    subscribe!(service, {index}, {writer}, {reader}, {variant});");
        self.payloads.push(payloads.iter().map(|payload| hex(payload)).collect());
        index
    }

    /// Runs the consumer: for each subscription the outcomes of its payloads. An outcome is the payload that the event of
    /// the handler writes, in hexadecimal, or an error after `!`.
    pub fn run(&self, batch: &Batch) -> Vec<Vec<String>> {
        let mut outcomes: Vec<Vec<String>> =
            self.payloads.iter().map(|payloads| vec!["!not consumed".to_owned(); payloads.len()]).collect();
        if self.payloads.is_empty() {
            return outcomes;
        }
        let input = serde_json::to_string(&self.payloads).expect("JSON");
        for line in batch.run(&PROGRAM.replace(SUBSCRIPTIONS, &self.subscriptions), &input) {
            let mut columns = line.splitn(3, '\t');
            let mut number = || columns.next()?.parse::<usize>().ok();
            let (index, payload) = (number().expect("an index"), number().expect("a number"));
            columns.next().expect("an outcome").clone_into(&mut outcomes[index][payload]);
        }
        outcomes
    }
}
