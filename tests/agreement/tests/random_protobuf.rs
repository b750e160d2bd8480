//! What is accepted works, in Protobuf: `check` accepts the random files that protoc accepts, their code compiles, the
//! registry takes their registered form, a consumer reads what Python writes with them, and a random change that the gate
//! accepts reads every payload of before.
//!
//! The files are the same in every run; `cargo xtask fuzz agreement` tries others.

use std::collections::BTreeMap;

use agreement_tests::batch::Batch;
use agreement_tests::check::check;
use agreement_tests::consumption::{Consumption, Event};
use agreement_tests::protoc;
use agreement_tests::random_protobuf;
use agreement_tests::registry::Registry;
use agreement_tests::table::Answer;
use avro_tests::mutations::Random;
use eventgen_registry::SchemaType;
use eventgen_schema::SchemaVersion;
use eventgen_schema::compatibility::RuleSet;
use serde_json::{Value, json};

/// Files of a run, unless `EVENTGEN_RANDOM_CONSUMED` has another number.
const FILES: usize = 60;

/// The name of every file.
const NAME: &str = "schema.proto";

/// A random file and a change of it.
struct Asked {
    text: String,
    changed: String,
    /// The answer of `check`.
    check: Answer,
    /// The events of both. The change has one if the gate accepts it.
    events: [Option<Event>; 2],
}

#[test]
#[ignore = "needs protoc"]
fn what_is_accepted_works() {
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
    };
    let count = number("EVENTGEN_RANDOM_CONSUMED", FILES);
    let seed = number("EVENTGEN_RANDOM_SEED", 1) as u64;
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let registry = Registry::start(SchemaType::PROTOBUF);
    let (mut batch, mut wrong) = (Batch::with_clients("random-protobuf"), Vec::new());
    let asked: Vec<Asked> = (0..count)
        .map(|number| {
            let file = random_protobuf::file(&format!("events-{number}.v1"), &mut random);
            let mut changed = file.clone();
            changed.change(&format!("changed-{number}.v1"), &mut random);
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

    let read = consume(&batch, &asked, [same, other], &mut wrong);
    let compiled = asked.iter().filter(|file| file.events[0].is_some()).count();
    let kept = asked.iter().filter(|file| file.events[1].is_some()).count();
    println!("{compiled} of {count} files accepted, {kept} changes accepted, {read} payloads consumed");
    wrong.sort_by_key(String::len);
    let shown = wrong.len().min(10);
    assert!(wrong.is_empty(), "{} wrong, seed {seed}:\n{}", wrong.len(), wrong[..shown].join("\n"));
    assert!(compiled * 2 > count && kept * 5 > count, "too few are accepted");
}

fn ask(
    text: String,
    changed: String,
    registry: &Registry,
    batch: &mut Batch,
    wrong: &mut Vec<String>,
) -> Asked {
    let mut events = [None, None];
    let mut forms: [Option<String>; 2] = [None, None];
    let mut answer = Answer::yes();
    for (version, text) in [&text, &changed].into_iter().enumerate() {
        let loaded = match check(&[(NAME.to_owned(), text.clone())]) {
            Ok(loaded) => loaded,
            Err(error) if version == 0 => {
                answer = error;
                break;
            }
            Err(_) => break,
        };
        let form =
            loaded.contract.protobuf().files.get(NAME).map(|file| file.text.clone()).unwrap_or_default();
        if let [Some(writer), _] = &forms
            && !gate(writer, &form)
        {
            break;
        }
        forms[version] = Some(form);
        match Event::add("a::M", &loaded, batch) {
            Ok(event) => events[version] = Some(event),
            Err(reason) => wrong.push(format!("no code: {reason}\n{text}")),
        }
    }
    if let [Some(form), changed] = &forms {
        let registered = match changed {
            Some(changed) => registry.accepts_change(form, changed, &[]),
            None => registry.registers(form, &[]),
        };
        if !registered.is_yes() {
            wrong.push(format!("the registry: {}\n{form}\n{changed:?}", registered.reason));
        }
    }
    Asked { text, changed, check: answer, events }
}

fn gate(writer: &str, reader: &str) -> bool {
    let parse = |text| SchemaVersion::parse("PROTOBUF", text, &BTreeMap::new());
    match (parse(writer), parse(reader)) {
        (Ok(writer), Ok(reader)) => reader.incompatibilities(&writer, RuleSet::Wire).is_empty(),
        _ => false,
    }
}

/// Consumes Python's payloads with the code of their file and of its change. Returns how many.
fn consume(batch: &Batch, asked: &[Asked], python: [&[Value]; 2], wrong: &mut Vec<String>) -> usize {
    let compiled = batch.compile();
    let (mut consumption, mut subscribed) = (Consumption::default(), Vec::new());
    for (index, file) in asked.iter().enumerate() {
        let [Some(writer), changed] = &file.events else { continue };
        for (version, reader) in [Some(writer), changed.as_ref()].into_iter().enumerate() {
            let Some(reader) = reader else { continue };
            if !compiled[&reader.module].is_yes() {
                let text = if version == 0 { &file.text } else { &file.changed };
                wrong.push(format!("the code does not compile: {}\n{text}", compiled[&reader.module].reason));
                continue;
            }
            if !compiled[&writer.module].is_yes() {
                continue;
            }
            let values = python[version][index]["values"].as_array().map(Vec::as_slice).unwrap_or_default();
            let payloads: Vec<Vec<u8>> =
                values.iter().map(|value| bytes(value[0].as_str().expect("a payload"))).collect();
            consumption.subscribe(writer, reader, &payloads);
            subscribed.push((file, version, values));
        }
    }
    let mut read = 0;
    for ((file, version, values), outcomes) in subscribed.iter().zip(consumption.run(batch)) {
        read += outcomes.len();
        for (outcome, value) in outcomes.iter().zip(*values) {
            // In entries of maps prost omits defaults.
            let is_exact = !file.text.contains("map<") && !file.changed.contains("map<");
            let expected = value[1].as_str().filter(|_| is_exact);
            let is_right = expected.map_or(!outcome.starts_with('!'), |text| text == outcome);
            if !is_right {
                wrong.push(format!(
                    "version {version}: {outcome}, Python: {expected:?}\n{}{}",
                    file.text, file.changed
                ));
                break;
            }
        }
    }
    read
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}
