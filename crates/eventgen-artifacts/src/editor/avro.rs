//! The schema of Avro's files: schemas (`.avsc`) and protocols (`.avpr`), with the annotation on their records.

use super::annotation::{self, is};
use super::schema::Schema;

/// A name with or without its namespace.
const NAME: &str = r"^([A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*$";
/// A name without a namespace.
const SHORT: &str = "^[A-Za-z_][A-Za-z0-9_]*$";
/// What is almost the name of the annotation.
const MISSPELT: &str = "^(?!kafka$)[kK][aA][fF][kK][aA]$";
const MISPLACED: &str = "The annotation belongs on a record.";

pub(super) fn schema() -> Schema {
    let mut root = Schema::root("Avro schemas and protocols with the kafka annotation of eventgen");
    let protocol = Schema { required: vec!["protocol".to_owned()], ..Schema::of("object") };
    root.condition = Some(Box::new(protocol));
    root.consequence = Some(Box::new(Schema::reference("#/definitions/protocol")));
    root.alternative = Some(Box::new(Schema::reference("#/definitions/schema")));
    root.definitions = [
        ("annotation", annotation::schema()),
        ("array", composite("items", Schema::reference("#/definitions/schema"))),
        ("enum", enumeration()),
        ("field", field()),
        ("fixed", fixed()),
        ("map", composite("values", Schema::reference("#/definitions/schema"))),
        ("protocol", protocol_object()),
        ("record", record()),
        ("schema", any_schema()),
        ("type", type_object()),
    ]
    .into();
    root
}

/// A name, a union, or an object. With conditions, an editor shows what is wrong with this one, not that it is no other.
fn any_schema() -> Schema {
    let union = Schema::list(Schema::reference("#/definitions/schema"));
    let other = choice(Schema::of("array"), union, Schema::reference("#/definitions/type"));
    choice(Schema::of("string"), Schema::text(NAME), other)
}

fn choice(condition: Schema, consequence: Schema, alternative: Schema) -> Schema {
    Schema {
        condition: Some(Box::new(condition)),
        consequence: Some(Box::new(consequence)),
        alternative: Some(Box::new(alternative)),
        ..Schema::default()
    }
}

/// An object with `type`.
fn type_object() -> Schema {
    let kinds = [
        ("record", "#/definitions/record"),
        ("error", "#/definitions/record"),
        ("enum", "#/definitions/enum"),
        ("fixed", "#/definitions/fixed"),
        ("array", "#/definitions/array"),
        ("map", "#/definitions/map"),
    ];
    let rules = kinds.map(|(kind, reference)| Schema {
        condition: Some(Box::new(is("type", kind))),
        consequence: Some(Box::new(Schema::reference(reference))),
        ..Schema::default()
    });
    Schema {
        required: vec!["type".to_owned()],
        properties: [("type".to_owned(), Schema::reference("#/definitions/schema"))].into(),
        all_of: rules.into(),
        ..Schema::of("object")
    }
}

/// The properties of everything that has a name.
fn named(required: &[&str]) -> Schema {
    let texts = Schema::list(Schema::text(NAME));
    let namespace = Schema::text(r"^$|^([A-Za-z_][A-Za-z0-9_]*\.)*[A-Za-z_][A-Za-z0-9_]*$");
    Schema {
        required: ["name"].iter().chain(required).map(|&name| name.to_owned()).collect(),
        properties: [
            ("name".to_owned(), Schema::text(NAME)),
            ("namespace".to_owned(), namespace),
            ("doc".to_owned(), Schema::of("string").describe("The documentation of the generated type.")),
            ("aliases".to_owned(), texts),
        ]
        .into(),
        ..Schema::of("object")
    }
}

fn record() -> Schema {
    let mut record = named(&["fields"]);
    let fields = Schema::list(Schema::reference("#/definitions/field"));
    record.properties.insert("fields".to_owned(), fields);
    record.properties.insert("kafka".to_owned(), Schema::reference("#/definitions/annotation"));
    record.pattern_properties.insert(MISSPELT, Schema::never("The annotation is written `kafka`."));
    record
}

fn field() -> Schema {
    let text = Schema::list(Schema::text(SHORT));
    let order = Schema::one_of(&["ascending", "descending", "ignore"]);
    Schema {
        required: vec!["name".to_owned(), "type".to_owned()],
        properties: [
            ("name".to_owned(), Schema::text(SHORT)),
            ("type".to_owned(), Schema::reference("#/definitions/schema")),
            ("doc".to_owned(), Schema::of("string").describe("The documentation of the generated field.")),
            ("aliases".to_owned(), text),
            ("order".to_owned(), order),
            ("kafka".to_owned(), Schema::never(MISPLACED)),
        ]
        .into(),
        ..Schema::of("object")
    }
}

fn enumeration() -> Schema {
    let mut schema = named(&["symbols"]);
    schema.properties.insert("symbols".to_owned(), Schema::list(Schema::text(SHORT)));
    schema.properties.insert("default".to_owned(), Schema::text(SHORT));
    schema.properties.insert("kafka".to_owned(), Schema::never(MISPLACED));
    schema
}

fn fixed() -> Schema {
    let mut schema = named(&["size"]);
    let size = Schema { minimum: Some(0.into()), ..Schema::of("integer") };
    schema.properties.insert("size".to_owned(), size);
    schema.properties.insert("kafka".to_owned(), Schema::never(MISPLACED));
    schema
}

/// An array or a map.
fn composite(property: &str, of: Schema) -> Schema {
    Schema {
        required: vec![property.to_owned()],
        properties: [(property.to_owned(), of), ("kafka".to_owned(), Schema::never(MISPLACED))].into(),
        ..Schema::of("object")
    }
}

fn protocol_object() -> Schema {
    let types = Schema::list(Schema::reference("#/definitions/type"));
    Schema {
        required: vec!["protocol".to_owned()],
        properties: [
            ("protocol".to_owned(), Schema::text(NAME)),
            ("namespace".to_owned(), Schema::of("string")),
            ("doc".to_owned(), Schema::of("string")),
            ("types".to_owned(), types),
            ("messages".to_owned(), Schema::of("object")),
            ("kafka".to_owned(), Schema::never(MISPLACED)),
        ]
        .into(),
        ..Schema::of("object")
    }
}
