//! Asks protoc and Python's Protobuf, one process for all questions.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use avro_tests::java::variable;
use serde_json::Value;

use crate::table::Answer;

/// Answers questions, one for each; `oracles/agreement.py` describes both.
pub fn answers(questions: &[Value]) -> Vec<Value> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(variable("EVENTGEN_PYTHON"));
    command.arg(package.join("oracles/agreement.py")).arg(package.join("../../schemas"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python");
    let mut input = child.stdin.take().expect("standard input");
    let lines = questions.iter().fold(String::new(), |lines, question| lines + &format!("{question}\n"));
    // Written while the output is read: the pipes have a limited capacity.
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output().expect("python");
    writing.join().expect("a thread").expect("python reads");
    assert!(output.status.success(), "the oracle failed");
    let answers: Vec<Value> = String::from_utf8(output.stdout)
        .expect("UTF-8")
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), questions.len(), "an answer for each question");
    answers
}

/// `yes`, or `no` with the error of an answer.
pub fn verdict(answer: &Value) -> Answer {
    answer["error"].as_str().map_or_else(Answer::yes, Answer::no)
}
