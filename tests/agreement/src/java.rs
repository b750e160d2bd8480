//! Asks Apache Avro in Java, one process for all questions.

use std::path::Path;

use avro_tests::java;

use crate::table::Answer;

/// Questions to Java, answered together.
#[derive(Debug, Default)]
pub struct Questions(Vec<String>);

impl Questions {
    /// Adds a question; `oracles/Agreement.java` has the kinds. Returns the index of its answer.
    pub fn add(&mut self, question: &[&str]) -> usize {
        self.0.push(serde_json::to_string(question).expect("JSON"));
        self.0.len() - 1
    }

    /// Asks.
    pub fn answers(&self) -> Vec<String> {
        let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/Agreement.java");
        java::oracle_lines(&oracle, "judge", &self.0)
    }
}

/// Java's `+`, or `!` and why not.
pub fn verdict(line: &str) -> Answer {
    match line.strip_prefix('!') {
        Some(reason) => Answer::no(reason),
        None => Answer::yes(),
    }
}

/// A value that Java wrote.
#[derive(Debug)]
pub struct Value<'a> {
    /// What Java wrote.
    pub payload: Vec<u8>,
    /// The payload that Java writes for the reader.
    pub resolved: Result<Vec<u8>, &'a str>,
}

impl<'a> Value<'a> {
    /// Reads a column of the answer about a pair.
    pub fn new(column: &'a str) -> Self {
        let (payload, resolved) = column.split_once(':').expect("two payloads");
        let resolved = resolved.strip_prefix('!').map_or_else(|| Ok(bytes(resolved)), Err);
        Self { payload: bytes(payload), resolved }
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}
