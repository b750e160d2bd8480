//! What is accepted works: a random schema that `check` accepts compiles, registers and reads what Java writes with it; a
//! random change that the gate accepts reads every record of before.
//!
//! The schemas are the same in every run; `cargo xtask fuzz agreement` tries others.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use agreement_tests::batch::Batch;
use agreement_tests::check::{check, generate};
use agreement_tests::java::{Questions, Value};
use agreement_tests::random;
use agreement_tests::registry::Registry;
use avro_tests::mutations::Random;
use eventgen_avro::{Limits, Plan};
use eventgen_registry::SchemaType;
use eventgen_schema::{Loaded, SchemaVersion};

/// Schemas of a run, unless `EVENTGEN_RANDOM_SCHEMAS` has another number.
const SCHEMAS: usize = 400;
/// How many of them are compiled.
const COMPILED: usize = 20;

/// A schema that `check` accepts.
struct Accepted {
    text: String,
    /// As it is registered, and embedded in code.
    form: String,
    /// A later version.
    changed: String,
    /// Java's answers to payloads of the text for the form, and for the later version.
    questions: [usize; 2],
    /// Its module and its type there, if it is compiled.
    compiled: Option<(String, String)>,
}

#[test]
#[ignore = "needs Java"]
fn what_is_accepted_works() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a number"));
    let count =
        number("EVENTGEN_RANDOM_SCHEMAS").map_or(SCHEMAS, |count| usize::try_from(count).expect("a count"));
    let seed = number("EVENTGEN_RANDOM_SEED").unwrap_or(1);
    let mut random = Random::new(seed);
    let registry = Registry::start(SchemaType::AVRO);
    let (mut questions, mut batch, mut wrong) = (Questions::default(), Batch::new("random"), Vec::new());

    let mut accepted = Vec::new();
    for _ in 0..count {
        let schema = random::schema(&mut random);
        let mut changed = schema.clone();
        random::change(&mut changed, &mut random);
        let (name, text) = (schema["name"].as_str().expect("a name").to_owned(), schema.to_string());
        let loaded = match check(&[("schema.avsc".to_owned(), text.clone())]) {
            Ok(loaded) => loaded,
            Err(answer) => {
                wrong.push(format!("check: {} {}\n  schema {text}", answer.word, answer.reason));
                continue;
            }
        };
        let form = loaded.schemas().remove(&name).expect("the form of the root");
        let registered = registry.registers(&form, &[]);
        if !registered.is_yes() {
            wrong.push(format!("the registry: {}: {form}", registered.reason));
        }
        let compiled =
            if accepted.len() < COMPILED { compile(&loaded, &name, &mut batch, &mut wrong) } else { None };
        let changed = changed.to_string();
        let questions = [questions.add(&["pair", &text, &form]), questions.add(&["pair", &text, &changed])];
        accepted.push(Accepted { text, form, changed, questions, compiled });
    }

    let java = questions.answers();
    let read = decode(&batch, &accepted, &java, &mut wrong);
    let mut kept = 0;
    for (index, schema) in accepted.iter().enumerate() {
        if let Err(reason) = reads(&schema.text, &schema.form, &java[schema.questions[0]], true) {
            wrong.push(format!("{reason}\n  schema {}\n  form   {}", schema.text, schema.form));
        }
        if let Some(outcomes) = read.get(&index) {
            let values = values(&java[schema.questions[0]]);
            let expected: Vec<String> =
                values.iter().map(|value| avro_tests::java::hex(&value.payload)).collect();
            if *outcomes != expected {
                wrong.push(format!("generated code: {outcomes:?} of {expected:?}\n  schema {}", schema.text));
            }
        }
        if gate(&schema.text, &schema.changed) {
            kept += 1;
            let registered = registry.accepts_change(&schema.text, &schema.changed, &[]);
            let result = if registered.is_yes() {
                reads(&schema.text, &schema.changed, &java[schema.questions[1]], false)
            } else {
                Err(format!("the registry: {}", registered.reason))
            };
            if let Err(reason) = result {
                wrong.push(format!("{reason}\n  writer {}\n  reader {}", schema.text, schema.changed));
            }
        }
    }
    println!(
        "seed {seed}: {} of {count} schemas accepted, {} compiled; {kept} changes accepted",
        accepted.len(),
        read.len()
    );
    assert!(kept * 5 > count, "the gate accepts only {kept} of {count} changes");
    wrong.sort_by_key(String::len);
    assert!(
        wrong.is_empty(),
        "{} wrong, seed {seed}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
}

/// The module of a schema's code and the path of its type.
fn compile(
    loaded: &Loaded,
    name: &str,
    batch: &mut Batch,
    wrong: &mut Vec<String>,
) -> Option<(String, String)> {
    let path = eventgen_codegen::type_paths(&loaded.contract).ok().and_then(|mut paths| paths.remove(name));
    match (generate(loaded), path) {
        (Ok(code), Some(path)) => Some((batch.add(code), path)),
        (Err(answer), _) => {
            wrong.push(format!("no code for {name}: {} {}", answer.word, answer.reason));
            None
        }
        (Ok(_), None) => {
            wrong.push(format!("no type for {name}"));
            None
        }
    }
}

/// Java's values in an answer about a pair; none where it reads neither version.
fn values(answer: &str) -> Vec<Value<'_>> {
    answer.split('\t').skip(1).map(Value::new).collect()
}

/// Whether all values resolve; with `exactly`, to the bytes that Java makes of them.
fn reads(writer: &str, reader: &str, answer: &str, exactly: bool) -> Result<(), String> {
    if let Some(reason) = answer.strip_prefix('?') {
        return Err(format!("Java: {reason}"));
    }
    let plan = Plan::new(writer, reader).map_err(|error| format!("plan: {error}"))?;
    let mut resolved = Vec::new();
    for value in values(answer) {
        let result = plan.resolve(&value.payload, Limits::DEFAULT, &mut resolved);
        result.map_err(|error| format!("{:02x?}: {error}", value.payload))?;
        if exactly && value.resolved.as_ref() != Ok(&resolved) {
            return Err(format!("{resolved:02x?} of {:02x?}, Java {:02x?}", value.payload, value.resolved));
        }
    }
    Ok(())
}

fn gate(writer: &str, reader: &str) -> bool {
    let parse = |text| SchemaVersion::parse("AVRO", text, &BTreeMap::new());
    match (parse(writer), parse(reader)) {
        (Ok(writer), Ok(reader)) => reader.incompatibilities(&writer).is_empty(),
        _ => false,
    }
}

/// Decodes Java's payloads with generated code: the payloads that it writes after that, or errors.
fn decode(
    batch: &Batch,
    accepted: &[Accepted],
    java: &[String],
    wrong: &mut Vec<String>,
) -> BTreeMap<usize, Vec<String>> {
    let answers = batch.compile();
    let mut calls = String::new();
    for (index, schema) in accepted.iter().enumerate() {
        let Some((module, path)) = &schema.compiled else { continue };
        if !answers[module].is_yes() {
            wrong.push(format!(
                "the code does not compile: {}\n  schema {}",
                answers[module].reason, schema.text
            ));
            continue;
        }
        for value in values(&java[schema.questions[0]]) {
            let payload = avro_tests::java::hex(&value.payload);
            let _ = writeln!(calls, "    read::<batch::{module}::{path}>({index}, {payload:?});");
        }
    }
    let mut read: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for line in batch.run(&MAIN.replace("CALLS", &calls)) {
        let (index, outcome) = line.split_once('\t').expect("two columns");
        read.entry(index.parse().expect("an index")).or_default().push(outcome.to_owned());
    }
    read
}

/// Prints a line for each payload.
const MAIN: &str = r#"//! Decodes payloads.

use eventgen::avro::{Decode, Encode};

fn main() {
CALLS}

fn read<T: Encode + for<'a> Decode<'a>>(index: usize, payload: &str) {
    let bytes: Vec<u8> = (0..payload.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&payload[at..at + 2], 16).expect("hex"))
        .collect();
    let mut written = Vec::new();
    match eventgen::avro::read::<T>(&bytes) {
        Ok(value) => match eventgen::avro::write(&value, &mut written) {
            Ok(()) => {
                let hex: String = written.iter().map(|byte| format!("{byte:02x}")).collect();
                println!("{index}\t{hex}");
            }
            Err(error) => println!("{index}\t!{error}"),
        },
        Err(error) => println!("{index}\t!{error}"),
    }
}
"#;
