//! Protobuf: compares the front end, generated code and the test kit's registry with protoc and Python's Protobuf.
//! `cargo xtask test --only agreement` installs them and runs this.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use agreement_tests::batch::Batch;
use agreement_tests::check::{check, check_with, generate};
use agreement_tests::entries::{Entries, Pair, Schema};
use agreement_tests::protoc;
use agreement_tests::registry::Registry;
use agreement_tests::table::{Answer, Column, Expected, Row, print, violations};
use eventgen_registry::SchemaType;
use eventgen_schema::compatibility::RuleSet;
use eventgen_schema::{Loaded, SchemaVersion};
use serde_json::{Value, json};

/// The columns of schemas.
const SCHEMA_COLUMNS: &[Column] = &[
    Column { name: "check", expected: Expected::Column("protoc") },
    // What `check` accepts compiles, and the registry and protoc accept the registered form of each file.
    Column { name: "code", expected: Expected::Yes },
    Column { name: "form", expected: Expected::Yes },
    // The text as it is, of a writer in another language.
    Column { name: "registry", expected: Expected::Column("protoc") },
    Column { name: "protoc", expected: Expected::Oracle },
];

/// The columns of pairs. `python` says whether payloads are read, and every field that both versions have keeps its
/// value. The word `other` means that payloads are read as other values than in Python.
const PAIR_COLUMNS: &[Column] = &[
    Column { name: "gate", expected: Expected::Column("python") },
    // The rules of Confluent's registry, which `tests/protobuf/cases` of the schema crate has one by one.
    Column { name: "rules", expected: Expected::Oracle },
    Column { name: "registry", expected: Expected::Column("rules") },
    // Where a value changes its wire type, Python skips the field, and prost refuses the payload.
    Column { name: "runtime", expected: Expected::AtLeast("python") },
    // What the gate accepts is read.
    Column { name: "kept", expected: Expected::Yes },
    Column { name: "python", expected: Expected::Oracle },
];

/// The file that defines the annotation. Registered forms do not import it.
const OPTION: &str = "eventgen/kafka.proto";

type Answers = BTreeMap<&'static str, Answer>;
type Files = Vec<(String, String)>;

#[test]
#[ignore = "needs protoc"]
fn all_agree_about_protobuf() {
    let entries = Entries::read("protobuf");
    assert!(entries.schemas.len() >= 80 && entries.pairs.len() >= 50, "entries are missing");
    let registry = Registry::start(SchemaType::PROTOBUF);
    let (mut questions, mut batch) = (Vec::new(), Batch::new("protobuf"));
    let asked: Vec<Asked> =
        entries.schemas.iter().map(|schema| ask(schema, &registry, &mut questions, &mut batch)).collect();
    let readers: Vec<Option<String>> = entries.pairs.iter().map(|pair| reader(pair, &mut batch)).collect();
    let first_pair = questions.len();
    questions
        .extend(entries.pairs.iter().map(|pair| json!(["pair", pair.writer, pair.reader, pair.references])));

    let protoc = protoc::answers(&questions);
    let compiled = batch.compile();
    let rows: Vec<Row> = entries
        .schemas
        .iter()
        .zip(asked)
        .map(|(schema, asked)| Row {
            name: schema.name.clone(),
            differs: schema.differs.clone(),
            answers: asked.answers(&protoc, &compiled),
        })
        .collect();
    print("Protobuf schema", SCHEMA_COLUMNS, &rows);
    let mut wrong = violations(SCHEMA_COLUMNS, &rows);

    let python = &protoc[first_pair..];
    let read = decode(&batch, &compiled, &readers, python);
    let rows: Vec<Row> = (entries.pairs.iter().enumerate())
        .map(|(index, pair)| Row {
            name: pair.name.clone(),
            differs: pair.differs.clone(),
            answers: compare(pair, &python[index], read.get(&index), &registry),
        })
        .collect();
    print("Protobuf pair", PAIR_COLUMNS, &rows);
    wrong.extend(violations(PAIR_COLUMNS, &rows));
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// The answers about a schema.
struct Asked {
    answers: Answers,
    /// protoc's answer to the files.
    question: usize,
    /// protoc's answer to the registered forms.
    forms: Option<usize>,
    module: Option<String>,
}

impl Asked {
    fn answers(self, protoc: &[Value], compiled: &BTreeMap<String, Answer>) -> Answers {
        let mut answers = self.answers;
        answers.insert("protoc", protoc::verdict(&protoc[self.question]));
        if let Some(module) = self.module {
            answers.insert("code", compiled[&module].clone());
        }
        if let Some(question) = self.forms
            && answers["form"].is_yes()
        {
            answers.insert("form", protoc::verdict(&protoc[question]));
        }
        answers
    }
}

fn ask(schema: &Schema, registry: &Registry, questions: &mut Vec<Value>, batch: &mut Batch) -> Asked {
    let mut question = |files: &Files, include: &[String]| {
        let files: BTreeMap<String, String> = files.iter().cloned().collect();
        questions.push(json!(["schema", files, include]));
        questions.len() - 1
    };
    let mut asked = Asked {
        answers: Answers::new(),
        question: question(&schema.files, &schema.include),
        forms: None,
        module: None,
    };
    let (text, [given, included]) = (&schema.files[0].1, schema.given_and_included());
    // Files that are included are imported by those that are given.
    let mut imported = [included, given[1..].to_vec()].concat();
    let uses_option = schema.files.iter().any(|(_, text)| text.contains(OPTION));
    if uses_option && imported.iter().all(|(name, _)| name != OPTION) {
        imported
            .insert(0, (OPTION.to_owned(), include_str!("../../../schemas/eventgen/kafka.proto").to_owned()));
    }
    asked.answers.insert("registry", registry.registers(text, &imported));
    match check_with(&schema.files, &schema.include) {
        Ok(loaded) => {
            asked.answers.insert("check", Answer::yes());
            match generate(&loaded) {
                Ok(code) => asked.module = Some(batch.add(code)),
                Err(answer) => drop(asked.answers.insert("code", answer)),
            }
            let forms = forms(&loaded);
            asked.answers.insert("form", register(&forms, registry));
            asked.forms = Some(question(&forms, &[]));
        }
        Err(answer) => drop(asked.answers.insert("check", answer)),
    }
    asked
}

/// The registered form of each file, after those that it imports.
fn forms(loaded: &Loaded) -> Files {
    let files = loaded.contract.protobuf().files;
    let (mut forms, mut known) = (Files::new(), BTreeSet::new());
    while forms.len() < files.len() {
        let ready = files.values().find(|file| {
            let is_known = |name: &String| known.contains(name) || !files.contains_key(name);
            !known.contains(&file.name) && file.references.iter().all(is_known)
        });
        let file = ready.expect("files do not import each other in circles");
        known.insert(file.name.clone());
        forms.push((file.name.clone(), file.text.clone()));
    }
    forms
}

fn register(forms: &Files, registry: &Registry) -> Answer {
    let mut answers = forms
        .iter()
        .enumerate()
        .map(|(index, (name, text))| (name, registry.registers(text, &forms[..index])));
    match answers.find(|(_, answer)| !answer.is_yes()) {
        Some((name, answer)) => Answer::no(&format!("registry, {name}: {}", answer.reason)),
        None => Answer::yes(),
    }
}

/// The module with the code of the reader's version.
fn reader(pair: &Pair, batch: &mut Batch) -> Option<String> {
    let reader = ("schema.proto".to_owned(), pair.reader.clone());
    let loaded = check(&[std::slice::from_ref(&reader), &pair.references].concat()).ok()?;
    generate(&loaded).ok().map(|code| batch.add(code))
}

/// Decodes the payloads of all pairs with generated code: the payloads that it writes after that, or errors.
fn decode(
    batch: &Batch,
    compiled: &BTreeMap<String, Answer>,
    readers: &[Option<String>],
    python: &[Value],
) -> BTreeMap<usize, Vec<String>> {
    let mut calls = String::new();
    for (index, module) in readers.iter().enumerate() {
        let Some(module) = module.as_ref().filter(|module| compiled[*module].is_yes()) else { continue };
        let Some(message) = python[index]["message"].as_str() else { continue };
        let path = message.replace('.', "::");
        for value in python[index]["values"].as_array().into_iter().flatten() {
            let _ = writeln!(calls, "    read::<batch::{module}::{path}>({index}, {});", value[0]);
        }
    }
    let mut read: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for line in batch.run(&MAIN.replace("CALLS", &calls), "") {
        let (index, outcome) = line.split_once('\t').expect("two columns");
        read.entry(index.parse().expect("an index")).or_default().push(outcome.to_owned());
    }
    read
}

/// Prints a line for each payload.
const MAIN: &str = r#"//! Decodes payloads.

fn main() {
CALLS}

fn read<M: prost::Message + Default>(index: usize, payload: &str) {
    let bytes: Vec<u8> = (0..payload.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&payload[at..at + 2], 16).expect("hex"))
        .collect();
    match M::decode(&bytes[..]) {
        Ok(message) => {
            let hex: String = message.encode_to_vec().iter().map(|byte| format!("{byte:02x}")).collect();
            println!("{index}\t{hex}");
        }
        Err(error) => println!("{index}\t!{error}"),
    }
}
"#;

fn compare(pair: &Pair, python: &Value, read: Option<&Vec<String>>, registry: &Registry) -> Answers {
    let mut answers = Answers::new();
    assert!(python["error"].is_null(), "{}: protoc refuses a version: {}", pair.name, python["error"]);
    answers.insert("python", python["changed"].as_str().map_or_else(Answer::yes, Answer::no));
    let values = python["values"].as_array().expect("values");
    answers.insert("rules", gate(pair, RuleSet::Registry));
    answers.insert("gate", gate(pair, RuleSet::Wire));
    answers.insert("registry", registry.accepts_change(&pair.writer, &pair.reader, &pair.references));
    let Some(read) = read else {
        answers.insert("runtime", Answer::new("no code", ""));
        return answers;
    };
    let mut runtime = Answer::yes();
    for (value, ours) in values.iter().zip(read) {
        if let Some(error) = ours.strip_prefix('!') {
            runtime = Answer::no(error);
            break;
        }
        if value[1].as_str().is_some_and(|theirs| theirs != ours) {
            runtime = Answer::new("other", &format!("{ours} of {}, Python {}", value[0], value[1]));
        }
    }
    if answers["gate"].is_yes() {
        answers.insert("kept", if runtime.word == "other" { Answer::yes() } else { runtime.clone() });
    }
    answers.insert("runtime", runtime);
    answers
}

/// What a set of rules says.
fn gate(pair: &Pair, rules: RuleSet) -> Answer {
    let references: BTreeMap<String, String> = pair.references.iter().cloned().collect();
    let parse = |text| SchemaVersion::parse("PROTOBUF", text, &references).map_err(|error| error.to_string());
    match (parse(&pair.writer), parse(&pair.reader)) {
        (Ok(writer), Ok(reader)) => match &reader.incompatibilities(&writer, rules)[..] {
            [] => Answer::yes(),
            [first, ..] => Answer::no(&first.to_string()),
        },
        (Err(error), _) | (_, Err(error)) => Answer::new("invalid", &error),
    }
}
