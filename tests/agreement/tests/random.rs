//! What is accepted works: a random schema that `check` accepts compiles, registers, starts a consumer and reads what Java
//! writes with it; a random change that the gate accepts reads every record of before.
//!
//! The schemas are the same in every run; `cargo xtask fuzz agreement` tries others.

use std::collections::BTreeMap;

use agreement_tests::batch::Batch;
use agreement_tests::check::check;
use agreement_tests::consumption::{Consumption, Event};
use agreement_tests::java::{Questions, Value};
use agreement_tests::random;
use agreement_tests::registry::Registry;
use avro_tests::java::hex;
use avro_tests::mutations::Random;
use eventgen_avro::{Limits, Plan};
use eventgen_codegen::type_paths;
use eventgen_registry::SchemaType;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::{Loaded, SchemaVersion};
use serde_json::Value as Json;

/// Schemas of a run, unless `EVENTGEN_RANDOM_SCHEMAS` has another number.
const SCHEMAS: usize = 400;
/// How many of them are compiled and consumed, unless `EVENTGEN_RANDOM_CONSUMED` has another number.
const CONSUMED: usize = 40;
/// How many random changes of a schema are tried for one that the gate accepts.
const CHANGES: usize = 8;

/// A schema that `check` accepts.
struct Accepted {
    text: String,
    /// As it is registered, and embedded in code.
    form: String,
    /// A later version.
    changed: String,
    /// Java's answers to payloads of the text for the form, and for the later version.
    questions: [usize; 2],
    /// The event, if it is compiled.
    event: Option<Event>,
    /// The event of the later version, if that is compiled.
    changed_event: Option<Event>,
}

#[test]
#[ignore = "needs Java"]
fn what_is_accepted_works() {
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
    };
    let count = number("EVENTGEN_RANDOM_SCHEMAS", SCHEMAS);
    let consumed = number("EVENTGEN_RANDOM_CONSUMED", CONSUMED);
    let seed = number("EVENTGEN_RANDOM_SEED", 1) as u64;
    println!("seed {seed}");
    let mut random = Random::new(seed);
    let registry = Registry::start(SchemaType::AVRO);
    let (mut questions, mut batch, mut wrong) =
        (Questions::default(), Batch::with_clients("random"), Vec::new());

    let mut accepted: Vec<Accepted> = Vec::new();
    for number in 0..count {
        let schema = random::schema(&format!("events-{number}.v1"), &mut random);
        let text = schema.to_string();
        let (loaded, name) = match load(&schema) {
            Ok(loaded) => loaded,
            Err(reason) => {
                wrong.push(format!("{reason}\n  schema {text}"));
                continue;
            }
        };
        let form = loaded.schemas().remove(&name).expect("the form of the root");
        let registered = registry.registers(&form, &[]);
        if !registered.is_yes() {
            wrong.push(format!("the registry: {}: {form}", registered.reason));
        }
        let mut changed = change(&schema, number, &mut random);
        let (mut event, mut changed_event) = (None, None);
        if accepted.len() < consumed {
            event = compile(&loaded, &name, &mut batch, &mut wrong);
            for _ in 0..CHANGES {
                if gate(&text, &changed.to_string())
                    && let Ok((loaded, name)) = load(&changed)
                {
                    changed_event = compile(&loaded, &name, &mut batch, &mut wrong);
                    break;
                }
                changed = change(&schema, number, &mut random);
            }
        }
        let changed = changed.to_string();
        let questions = [questions.add(&["pair", &text, &form]), questions.add(&["pair", &text, &changed])];
        accepted.push(Accepted { text, form, changed, questions, event, changed_event });
    }

    let java = questions.answers();
    let consumed = consume(&batch, &accepted, &java, &mut wrong);
    let mut kept = 0;
    for schema in &accepted {
        if let Err(reason) = reads(&schema.text, &schema.form, &java[schema.questions[0]], true) {
            wrong.push(format!("{reason}\n  schema {}\n  form   {}", schema.text, schema.form));
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
        "{} of {count} schemas accepted, {kept} changes accepted; consumed: {consumed:?}",
        accepted.len()
    );
    wrong.sort_by_key(String::len);
    assert!(
        wrong.is_empty(),
        "{} wrong, seed {seed}:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
    assert!(kept * 5 > count, "the gate accepts only {kept} of {count} changes");
    assert!(consumed.changes * 2 > consumed.schemas, "too few changes are consumed");
}

/// Loads a schema: the contract and the name of the event.
fn load(schema: &Json) -> Result<(Loaded, String), String> {
    let name = schema["name"].as_str().expect("a name").to_owned();
    match check(&[("schema.avsc".to_owned(), schema.to_string())]) {
        Ok(loaded) => Ok((loaded, name)),
        Err(answer) => Err(format!("check: {} {}", answer.word, answer.reason)),
    }
}

/// A random change of a schema, with a topic of its own. A change may take the key away, so that none is named.
fn change(schema: &Json, number: usize, random: &mut Random) -> Json {
    let mut changed = schema.clone();
    random::change(&mut changed, random);
    changed["kafka"] = random::annotation(&format!("changed-{number}.v1"));
    changed
}

fn compile(loaded: &Loaded, name: &str, batch: &mut Batch, wrong: &mut Vec<String>) -> Option<Event> {
    let paths = type_paths(&loaded.contract).map_err(|error| error.to_string());
    let path = paths.and_then(|paths| paths.get(name).cloned().ok_or_else(|| "no type".to_owned()));
    match path.and_then(|path| Event::add(&path, loaded, batch)) {
        Ok(event) => Some(event),
        Err(reason) => {
            wrong.push(format!("no code for {name}: {reason}"));
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
        (Ok(writer), Ok(reader)) => reader.incompatibilities(&writer, RuleSet::Wire).is_empty(),
        _ => false,
    }
}

/// What was consumed.
#[derive(Debug, Default)]
struct Consumed {
    schemas: usize,
    changes: usize,
    payloads: usize,
    /// Payloads of changes whose values were compared with Java's.
    compared: usize,
}

/// Consumes Java's payloads with the code of their schema and of its change.
fn consume(batch: &Batch, accepted: &[Accepted], java: &[String], wrong: &mut Vec<String>) -> Consumed {
    let compiled = batch.compile();
    let (mut consumed, mut consumption, mut subscribed) =
        (Consumed::default(), Consumption::default(), Vec::new());
    for schema in accepted {
        let Some(writer) = &schema.event else { continue };
        for (reader, text, question) in [
            (Some(writer), &schema.text, schema.questions[0]),
            (schema.changed_event.as_ref(), &schema.changed, schema.questions[1]),
        ] {
            let Some(reader) = reader else { continue };
            let answer = &compiled[&reader.module];
            if !answer.is_yes() {
                wrong.push(format!("the code does not compile: {}\n  schema {text}", answer.reason));
                continue;
            }
            if !compiled[&writer.module].is_yes() {
                continue;
            }
            let values = values(&java[question]);
            let payloads: Vec<Vec<u8>> = values.iter().map(|value| value.payload.clone()).collect();
            consumption.subscribe(writer, reader, &payloads);
            subscribed.push((schema, text, values));
        }
    }
    for ((schema, text, values), outcomes) in subscribed.iter().zip(consumption.run(batch)) {
        let is_same = *text == &schema.text;
        consumed.schemas += usize::from(is_same);
        consumed.changes += usize::from(!is_same);
        consumed.payloads += outcomes.len();
        // A logical type that changes is converted, which Java does not do.
        let is_exact = is_same || logical_types(&schema.text) == logical_types(text);
        for (outcome, value) in outcomes.iter().zip(values) {
            let expected = if is_same {
                Some(hex(&value.payload))
            } else {
                value.resolved.as_ref().ok().filter(|_| is_exact).map(|resolved| hex(resolved))
            };
            consumed.compared += usize::from(!is_same && expected.is_some());
            if outcome.starts_with('!') || expected.as_ref().is_some_and(|expected| expected != outcome) {
                let payload = hex(&value.payload);
                wrong.push(format!(
                    "{outcome} of {payload}, Java: {expected:?}\n  writer {}\n  reader {text}",
                    schema.text
                ));
                break;
            }
        }
    }
    consumed
}

/// The logical types in a schema, in order.
fn logical_types(text: &str) -> Vec<&str> {
    let types = text.split("\"logicalType\":\"").skip(1);
    let mut types: Vec<&str> = types.filter_map(|rest| rest.split('"').next()).collect();
    types.sort_unstable();
    types
}
