//! What is accepted works, in Protobuf: `check` accepts the random files that protoc accepts, their code compiles and
//! reads what Python writes with them, the registry takes their registered form, and a random change that the gate accepts
//! reads every payload of before.
//!
//! The files are the same in every run; `EVENTGEN_RANDOM_SEED` tries others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use agreement_tests::batch::Batch;
use agreement_tests::check::{check, generate};
use agreement_tests::protoc;
use agreement_tests::random_protobuf;
use agreement_tests::registry::Registry;
use agreement_tests::table::Answer;
use avro_tests::mutations::Random;
use eventgen_registry::SchemaType;
use eventgen_schema::SchemaVersion;
use serde_json::{Value, json};

/// Files of a run, unless `EVENTGEN_RANDOM_SCHEMAS` has another number.
const FILES: usize = 60;

/// The name of every file.
const NAME: &str = "schema.proto";

/// A random file and a change of it.
struct Asked {
    text: String,
    changed: String,
    /// The answer of `check`.
    check: Answer,
    /// The modules of the code of both. The change has one if the gate accepts it.
    modules: [Option<String>; 2],
}

#[test]
#[ignore = "needs protoc"]
fn what_is_accepted_works() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let count =
        number("EVENTGEN_RANDOM_SCHEMAS").map_or(FILES, |count| usize::try_from(count).expect("a count"));
    let seed = number("EVENTGEN_RANDOM_SEED").unwrap_or(1);
    let mut random = Random::new(seed);
    let registry = Registry::start(SchemaType::PROTOBUF);
    let (mut batch, mut wrong) = (Batch::new("random-protobuf"), Vec::new());
    let asked: Vec<Asked> = (0..count)
        .map(|_| {
            let file = random_protobuf::file(&mut random);
            let mut changed = file.clone();
            changed.change(&mut random);
            ask(file.text(), changed.text(), &registry, &mut batch, &mut wrong)
        })
        .collect();

    let mut questions: Vec<Value> =
        asked.iter().map(|file| json!(["pair", file.text, file.text, []])).collect();
    questions.extend(asked.iter().map(|file| json!(["pair", file.text, file.changed, []])));
    let answers = protoc::answers(&questions);
    let (same, other) = answers.split_at(asked.len());
    for (file, answer) in asked.iter().zip(same) {
        let protoc = protoc::verdict(answer);
        if file.check.is_yes() != protoc.is_yes() {
            let (ours, theirs) = (&file.check.reason, &protoc.reason);
            wrong.push(format!("check: {ours:?}, protoc: {theirs:?}\n{}", file.text));
        }
    }

    let read = decode(&batch, &asked, [same, other], &mut wrong);
    let compiled = asked.iter().filter(|file| file.modules[0].is_some()).count();
    let kept = asked.iter().filter(|file| file.modules[1].is_some()).count();
    println!(
        "seed {seed}: {compiled} of {count} files accepted, {kept} changes accepted, {read} payloads read"
    );
    assert!(compiled * 2 > count && kept * 5 > count, "too few are accepted");
    wrong.sort_by_key(String::len);
    let shown = wrong.len().min(10);
    assert!(wrong.is_empty(), "{} wrong, seed {seed}:\n{}", wrong.len(), wrong[..shown].join("\n"));
}

fn ask(
    text: String,
    changed: String,
    registry: &Registry,
    batch: &mut Batch,
    wrong: &mut Vec<String>,
) -> Asked {
    let mut module = |text: &str, batch: &mut Batch| match check(&[(NAME.to_owned(), text.to_owned())]) {
        Ok(loaded) => {
            let files = loaded.contract.protobuf().files;
            let form = files.get(NAME).map(|file| file.text.clone()).unwrap_or_default();
            match generate(&loaded) {
                Ok(code) => (Answer::yes(), Some(form), Some(batch.add(code))),
                Err(answer) => {
                    wrong.push(format!("no code: {} {}\n{text}", answer.word, answer.reason));
                    (Answer::yes(), Some(form), None)
                }
            }
        }
        Err(answer) => (answer, None, None),
    };
    let (answer, form, first) = module(&text, batch);
    let mut second = None;
    if let Some(form) = &form
        && let (_, Some(changed_form), changed_module) = module(&changed, batch)
        && gate(form, &changed_form)
    {
        second = changed_module;
        let registered = registry.accepts_change(form, &changed_form, &[]);
        if !registered.is_yes() {
            wrong.push(format!("the registry: {}\n{form}\n{changed_form}", registered.reason));
        }
    } else if let Some(form) = &form {
        let registered = registry.registers(form, &[]);
        if !registered.is_yes() {
            wrong.push(format!("the registry: {}\n{form}", registered.reason));
        }
    }
    Asked { text, changed, check: answer, modules: [first, second] }
}

fn gate(writer: &str, reader: &str) -> bool {
    let parse = |text| SchemaVersion::parse("PROTOBUF", text, &BTreeMap::new());
    match (parse(writer), parse(reader)) {
        (Ok(writer), Ok(reader)) => reader.incompatibilities(&writer).is_empty(),
        _ => false,
    }
}

/// Decodes Python's payloads as a consumer does, with the code of their file and of its change. Returns how many.
fn decode(batch: &Batch, asked: &[Asked], python: [&[Value]; 2], wrong: &mut Vec<String>) -> usize {
    let compiled = batch.compile();
    let mut calls = String::new();
    let mut expected: BTreeMap<(usize, usize), Vec<Option<String>>> = BTreeMap::new();
    for (index, file) in asked.iter().enumerate() {
        for (version, module) in file.modules.iter().enumerate() {
            let Some(module) = module else { continue };
            if !compiled[module].is_yes() {
                let text = if version == 0 { &file.text } else { &file.changed };
                wrong.push(format!("the code does not compile: {}\n{text}", compiled[module].reason));
                continue;
            }
            for value in python[version][index]["values"].as_array().into_iter().flatten() {
                let payload = &value[0];
                let _ = writeln!(calls, "    read::<batch::{module}::a::M>({index}, {version}, {payload});");
                // The bytes are the same for the same version, but in entries of maps prost omits defaults.
                let is_exact = version == 0 && !file.text.contains("map<");
                let written = value[1].as_str().filter(|_| is_exact).map(str::to_owned);
                expected.entry((index, version)).or_default().push(written);
            }
        }
    }
    let mut read: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    for line in batch.run(&MAIN.replace("CALLS", &calls)) {
        let columns: Vec<&str> = line.split('\t').collect();
        let number = |at: usize| columns[at].parse::<usize>().expect("a number");
        read.entry((number(0), number(1))).or_default().push(columns[2].to_owned());
    }
    for (key, expected) in &expected {
        let outcomes = read.get(key).map(Vec::as_slice).unwrap_or_default();
        let file = &asked[key.0];
        for (outcome, expected) in outcomes.iter().zip(expected) {
            let is_right = expected.as_ref().map_or(!outcome.starts_with('!'), |text| text == outcome);
            if !is_right {
                wrong.push(format!(
                    "version {}: {outcome}, Python: {expected:?}\n{}{}",
                    key.1, file.text, file.changed
                ));
                break;
            }
        }
    }
    read.values().map(Vec::len).sum()
}

/// Prints a line for each payload.
const MAIN: &str = r#"//! Decodes payloads.

use eventgen::KafkaEvent;

fn main() {
CALLS}

fn read<M: KafkaEvent>(index: usize, version: usize, payload: &str) {
    let bytes: Vec<u8> = (0..payload.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&payload[at..at + 2], 16).expect("hex"))
        .collect();
    let mut written = Vec::new();
    match M::read_payload_with(&bytes, eventgen::DecodeOptions::default()) {
        Ok(event) => match event.write_payload(&mut written) {
            Ok(()) => {
                let hex: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
                println!("{index}\t{version}\t{hex}");
            }
            Err(error) => println!("{index}\t{version}\t!{error}"),
        },
        Err(error) => println!("{index}\t{version}\t!{error}"),
    }
}
"#;
