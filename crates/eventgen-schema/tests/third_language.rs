//! A schema language that eventgen does not know needs one implementation of `FrontEnd` and nothing else. The one here
//! reads files such as:
//!
//! ```text
//! record shop.OrderPlaced
//! @ topic = orders.v1
//! @ key = id
//! id: string
//! amount: long
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use eventgen_schema::frontend::{
    Annotated, Casing, Context, EventSchema, FrontEnd, Input, Member, Node, Schemas, Value, Version,
};
use eventgen_schema::types::{Field, Name, Record};
use eventgen_schema::{
    Diagnostic, Diagnostics, Loaded, Loader, Severity, SourceId, Span, Type, TypeGraph, code,
};

/// The front end of the language.
#[derive(Debug)]
struct Lines;

impl FrontEnd for Lines {
    fn schema_type(&self) -> &'static str {
        "LINES"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["lines"]
    }

    fn read(&self, input: &Input<'_>, context: &mut Context<'_>) -> Schemas {
        let mut schemas = Schemas::default();
        for path in input.files {
            let Some(source) = context.read(path, None) else { continue };
            let text = context.sources.text(source).to_owned();
            match record(&text, source, &mut schemas.types) {
                Ok(annotated) => schemas.annotated.push(annotated),
                Err(diagnostic) => context.diagnostics.push(*diagnostic),
            }
        }
        schemas
    }

    fn parse(&self, _: &str, _: &BTreeMap<String, String>) -> Result<Box<dyn Version>, Diagnostics> {
        unimplemented!("no registry knows this language")
    }
}

/// Reads the record of a file, which is its event.
fn record(text: &str, source: SourceId, types: &mut TypeGraph) -> Result<Annotated, Box<Diagnostic>> {
    let (mut name, mut fields, mut properties, mut start) = (String::new(), Vec::new(), Vec::new(), 0);
    for line in text.lines() {
        let span = |part: &str| {
            let start = part.as_ptr() as usize - text.as_ptr() as usize;
            Span { source, range: start..start + part.len() }
        };
        if let Some(written) = line.strip_prefix("record ") {
            written.clone_into(&mut name);
        } else if let Some((property, value)) =
            line.strip_prefix("@ ").and_then(|line| line.split_once(" = "))
        {
            let value = Node { value: Value::String(value.to_owned()), span: span(value) };
            properties.push(Member { name: property.to_owned(), name_span: span(property), value });
        } else if let Some((field, ty)) = line.split_once(": ") {
            let ty = match ty {
                "string" => Type::String,
                "long" => Type::Long,
                _ => {
                    return Err(Box::new(
                        Diagnostic::error(code::UNKNOWN_TYPE, format!("type `{ty}` is not defined"))
                            .at(&span(ty), "neither string nor long"),
                    ));
                }
            };
            let type_id = types.add(ty);
            let name = field.to_owned();
            fields.push(Field { name, doc: None, type_id, default: None, aliases: Vec::new() });
        }
        start += line.len() + 1;
    }
    let (namespace, short) = name.rsplit_once('.').expect("a full name");
    let record_name = Name { namespace: Some(namespace.to_owned()), name: short.to_owned() };
    let type_id =
        types.add(Type::Record(Record { name: record_name, doc: None, aliases: Vec::new(), fields }));
    let span = Span { source, range: 0..text.lines().next().map_or(start, str::len) };
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('@')).collect();
    Ok(Annotated {
        full_name: name,
        span: span.clone(),
        annotation: Node { value: Value::Object(properties), span },
        casing: Casing::Kebab,
        schema: Some(EventSchema {
            type_id,
            text: lines.join("\n"),
            references: Vec::new(),
            data: Arc::new(()),
        }),
    })
}

/// Loads a file of the language, beside a schema in Avro.
fn load(text: &str) -> Result<Loaded, Diagnostics> {
    static LINES: Lines = Lines;
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a file");
    write("order.lines", text);
    write(
        "paid.avsc",
        r#"{ "type": "record", "name": "shop.OrderPaid", "kafka": { "topic": "orders.v1", "key": "id" },
             "fields": [{ "name": "id", "type": "string" }] }"#,
    );
    Loader::new().front_end(&LINES).path(folder.path()).load()
}

/// The code and the marked text of the only error.
fn only_error(text: &str) -> (&'static str, String) {
    let diagnostics = load(text).expect_err("an error");
    let errors: Vec<&Diagnostic> =
        diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect();
    let [error] = errors[..] else { panic!("{diagnostics}") };
    let span = &error.labels[0].0;
    assert_eq!(
        diagnostics.sources().path(span.source).file_name(),
        Some(Path::new("order.lines").as_os_str())
    );
    (error.code.id, diagnostics.sources().text(span.source)[span.range.clone()].to_owned())
}

const PLACED: &str = "record shop.OrderPlaced\n@ topic = orders.v1\n@ key = id\nid: string\namount: long\n";

#[test]
fn its_events_share_topics_with_those_of_other_languages() {
    let contract = load(PLACED).expect("a contract").contract;
    let names: Vec<&str> = contract.events_on("orders.v1").map(|event| event.name.as_str()).collect();
    assert_eq!(names, ["shop.OrderPaid", "shop.OrderPlaced"]);
    let placed = &contract.events[1];
    assert_eq!(placed.key[0].fields, ["id"]);
    assert_eq!(placed.subject, "orders.v1-shop.OrderPlaced");
    assert_eq!(
        contract.topics["orders.v1"].dead_letter.as_ref().expect("dead letters").topic,
        "orders.v1.dlq"
    );
}

#[test]
fn its_types_are_found_and_its_schema_is_registered_without_the_annotation() {
    let contract = load(PLACED).expect("a contract").contract;
    let placed = &contract.events[1];
    let Type::Record(record) = contract.types_of(placed).get(placed.type_id) else { panic!("a record") };
    assert_eq!(record.name.to_string(), "shop.OrderPlaced");
    assert!(contract.types.find("shop.OrderPlaced").is_none(), "no Rust is generated from its types");
    let registered = placed.registered();
    assert_eq!(registered.schema_type, "LINES");
    assert_eq!(registered.text, "record shop.OrderPlaced\nid: string\namount: long");
    assert!(contract.references(&registered).is_empty());
}

#[test]
fn errors_in_its_files_have_spans() {
    let type_error = PLACED.replace("long", "lung");
    assert_eq!(only_error(&type_error), ("EG0102", "lung".to_owned()));
    let key = PLACED.replace("key = id", "key = number");
    assert_eq!(only_error(&key), ("EG0110", "number".to_owned()));
    let property = PLACED.replace("@ key", "@ ky");
    let diagnostics = load(&property).expect_err("an unknown property");
    let codes: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect();
    assert_eq!(codes, ["EG0113", "EG0107"], "{diagnostics}");
    let topic = PLACED.replace("orders.v1", "orders/v1");
    assert_eq!(only_error(&topic), ("EG0116", "orders/v1".to_owned()));
}

#[test]
fn its_files_are_not_read_without_the_front_end() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("order.lines"), PLACED).expect("a file");
    let diagnostics = Loader::new().path(folder.path()).load().expect_err("no schemas");
    assert_eq!(diagnostics.iter().map(|diagnostic| diagnostic.code.id).collect::<Vec<_>>(), ["EG0002"]);
}
