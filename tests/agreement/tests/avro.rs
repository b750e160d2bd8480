//! Avro: compares the front end, generated code, the test kit's registry and resolution with Apache Avro in Java.
//! `cargo xtask test --only agreement` fetches Avro and runs this.

use std::collections::BTreeMap;

use agreement_tests::batch::Batch;
use agreement_tests::check::{check, generate};
use agreement_tests::entries::{Entries, Pair, Schema};
use agreement_tests::java::{Questions, Value, verdict};
use agreement_tests::registry::Registry;
use agreement_tests::table::{Answer, Column, Expected, Row, print, violations};
use eventgen_avro::{Limits, Plan};
use eventgen_registry::SchemaType;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::{Loaded, SchemaVersion};

/// The columns of schemas.
const SCHEMA_COLUMNS: &[Column] = &[
    Column { name: "check", expected: Expected::Column("java") },
    // What `check` accepts compiles, and all accept the registered form of each of its types.
    Column { name: "code", expected: Expected::Yes },
    Column { name: "form", expected: Expected::Yes },
    // The text as it is, of a writer in another language.
    Column { name: "registry", expected: Expected::Column("java") },
    // At run time any schema will do whose values can be read.
    Column { name: "runtime", expected: Expected::AtLeast("java") },
    Column { name: "java", expected: Expected::Oracle },
];

/// The columns of pairs. The word `some` means that some values of the writer are read, `other` that all are read and
/// become other values than in Java. `rules` are those of registries, `gate` are those of what is read.
const PAIR_COLUMNS: &[Column] = &[
    Column { name: "gate", expected: Expected::Column("java-gate") },
    Column { name: "rules", expected: Expected::Column("java-gate") },
    Column { name: "registry", expected: Expected::Column("rules") },
    Column { name: "runtime", expected: Expected::Column("java-run") },
    // What the gate accepts is read.
    Column { name: "kept", expected: Expected::Yes },
    Column { name: "java-gate", expected: Expected::Oracle },
    Column { name: "java-run", expected: Expected::Oracle },
];

type Answers = BTreeMap<&'static str, Answer>;

#[test]
#[ignore = "needs Java"]
fn all_agree_about_avro() {
    let entries = Entries::read("avro");
    assert!(entries.schemas.len() >= 120 && entries.pairs.len() >= 100, "entries are missing");
    let registry = Registry::start(SchemaType::AVRO);
    let (mut questions, mut batch) = (Questions::default(), Batch::new("avro"));

    let mut schemas = Vec::new();
    for schema in &entries.schemas {
        schemas.push(ask(schema, &registry, &mut questions, &mut batch));
    }
    let pairs: Vec<usize> =
        entries.pairs.iter().map(|pair| questions.add(&["pair", &pair.writer, &pair.reader])).collect();

    let java = questions.answers();
    let compiled = batch.compile();
    let rows: Vec<Row> = entries
        .schemas
        .iter()
        .zip(schemas)
        .map(|(schema, asked)| Row {
            name: schema.name.clone(),
            differs: schema.differs.clone(),
            answers: asked.answers(&java, &compiled),
        })
        .collect();
    print("Avro schema", SCHEMA_COLUMNS, &rows);
    let mut wrong = violations(SCHEMA_COLUMNS, &rows);

    let answered = entries.pairs.iter().zip(pairs);
    let rows: Vec<Row> = answered
        .map(|(pair, question)| Row {
            name: pair.name.clone(),
            differs: pair.differs.clone(),
            answers: compare(pair, &java[question], &registry),
        })
        .collect();
    print("Avro pair", PAIR_COLUMNS, &rows);
    wrong.extend(violations(PAIR_COLUMNS, &rows));
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// The answers about a schema.
struct Asked {
    answers: Answers,
    /// Java's answer to the text.
    question: usize,
    /// Java's answers to the registered forms.
    forms: Vec<(String, usize)>,
    module: Option<String>,
}

impl Asked {
    fn answers(self, java: &[String], compiled: &BTreeMap<String, Answer>) -> Answers {
        let mut answers = self.answers;
        answers.insert("java", verdict(&java[self.question]));
        if let Some(module) = self.module {
            answers.insert("code", compiled[&module].clone());
        }
        for (name, question) in self.forms {
            let answer = verdict(&java[question]);
            if !answer.is_yes() && answers["form"].is_yes() {
                answers.insert("form", Answer::no(&format!("Java, `{name}`: {}", answer.reason)));
            }
        }
        answers
    }
}

fn ask(schema: &Schema, registry: &Registry, questions: &mut Questions, batch: &mut Batch) -> Asked {
    let (path, text) = &schema.files[0];
    let kind = match path.as_str() {
        "schema.avdl" => "idl",
        "schema.avpr" => "protocol",
        _ => "schema",
    };
    let question = questions.add(&[kind, text]);
    let mut asked = Asked { answers: Answers::new(), question, forms: Vec::new(), module: None };
    // The others are for authors: registries and consumers have schemas.
    if kind == "schema" {
        asked.answers.insert("registry", registry.registers(text, &[]));
        asked.answers.insert("runtime", Answer::of(eventgen_avro::Schema::parse(text)));
    }
    match check(&schema.files) {
        Ok(loaded) => {
            asked.answers.insert("check", Answer::yes());
            match generate(&loaded) {
                Ok(code) => asked.module = Some(batch.add(code)),
                Err(answer) => drop(asked.answers.insert("code", answer)),
            }
            forms(&loaded, registry, questions, &mut asked);
        }
        Err(answer) => drop(asked.answers.insert("check", answer)),
    }
    asked
}

/// Registers every form, and starts a reader with it.
fn forms(loaded: &Loaded, registry: &Registry, questions: &mut Questions, asked: &mut Asked) {
    let mut answer = Answer::yes();
    for (name, form) in loaded.schemas() {
        for (by, said) in
            [("registry", registry.registers(&form, &[])), ("run time", Answer::of(Plan::new(&form, &form)))]
        {
            if !said.is_yes() {
                answer = Answer::no(&format!("{by}, `{name}`: {}", said.reason));
            }
        }
        let question = questions.add(&["schema", &form]);
        asked.forms.push((name, question));
    }
    asked.answers.insert("form", answer);
}

fn compare(pair: &Pair, java: &str, registry: &Registry) -> Answers {
    let mut columns = java.split('\t');
    let compatible = columns.next().unwrap_or_default();
    if let Some(reason) = compatible.strip_prefix('?') {
        panic!("{}: Java reads neither version: {reason}", pair.name);
    }
    let values: Vec<Value<'_>> = columns.map(Value::new).collect();
    let mut answers = Answers::new();
    answers.insert("java-gate", verdict(compatible));
    answers.insert(
        "java-run",
        Answer::new(word(&values, |value| value.resolved.is_ok()), &first_error(&values)),
    );
    answers.insert("rules", gate(pair, RuleSet::Registry));
    answers.insert("gate", gate(pair, RuleSet::Wire));
    answers.insert("registry", registry.accepts_change(&pair.writer, &pair.reader, &[]));
    let runtime = run(pair, &values);
    if answers["gate"].is_yes() {
        let kept = if matches!(runtime.word, "yes" | "other") { Answer::yes() } else { runtime.clone() };
        answers.insert("kept", kept);
    }
    answers.insert("runtime", runtime);
    answers
}

fn first_error(values: &[Value<'_>]) -> String {
    values.iter().find_map(|value| value.resolved.as_ref().err()).unwrap_or(&"").to_string()
}

/// `yes` if all values are read, `no` if none is.
fn word(values: &[Value<'_>], is_read: impl Fn(&Value<'_>) -> bool) -> &'static str {
    match values.iter().filter(|value| is_read(value)).count() {
        0 => "no",
        count if count == values.len() => "yes",
        _ => "some",
    }
}

/// What a set of rules says.
fn gate(pair: &Pair, rules: RuleSet) -> Answer {
    let parse =
        |text| SchemaVersion::parse("AVRO", text, &BTreeMap::new()).map_err(|error| error.to_string());
    match (parse(&pair.writer), parse(&pair.reader)) {
        (Ok(writer), Ok(reader)) => match &reader.incompatibilities(&writer, rules)[..] {
            [] => Answer::yes(),
            [first, ..] => Answer::no(&first.to_string()),
        },
        (Err(error), _) | (_, Err(error)) => Answer::new("invalid", &error),
    }
}

/// Resolves the values.
fn run(pair: &Pair, values: &[Value<'_>]) -> Answer {
    let plan = match Plan::new(&pair.writer, &pair.reader) {
        Ok(plan) => plan,
        Err(error) => return Answer::no(&error.to_string()),
    };
    let mut resolved = Vec::new();
    let results: Vec<Result<Vec<u8>, String>> = values
        .iter()
        .map(|value| {
            let read = plan.resolve(&value.payload, Limits::DEFAULT, &mut resolved);
            read.map(|_| resolved.clone()).map_err(|error| error.to_string())
        })
        .collect();
    let error = results.iter().find_map(|result| result.as_ref().err()).cloned().unwrap_or_default();
    let mut outcomes = values.iter().zip(&results);
    let read = results.iter().filter(|result| result.is_ok()).count();
    if read == 0 {
        return Answer::no(&error);
    }
    let differs = |value: &Value<'_>, result: &Result<Vec<u8>, String>| match (&value.resolved, result) {
        (Ok(java), Ok(ours)) => java != ours,
        (java, ours) => java.is_ok() != ours.is_ok(),
    };
    if read < values.len() {
        let differs = outcomes.any(|(value, result)| differs(value, result));
        return Answer::new(if differs { "less" } else { "some" }, &error);
    }
    match outcomes.find(|(value, result)| differs(value, result)) {
        Some((value, ours)) if value.resolved.is_ok() => Answer::new(
            "other",
            &format!("{ours:02x?} of {:02x?}, Java {:02x?}", value.payload, value.resolved),
        ),
        _ => Answer::yes(),
    }
}
