//! The embedded registry: references and incompatible changes.

use eventgen::SchemaType;
use eventgen::registry::blocking::RegistryClient;
use eventgen::registry::{NewSchema, RegistryError, SchemaReference, VersionNumber};
use eventgen_testkit::EmbeddedRegistry;

const MONEY: &str = "syntax = \"proto3\"; package a; message Money { int64 units = 1; }";
const ORDER: &str =
    "syntax = \"proto3\"; package a; import \"money.proto\"; message Order { Money total = 1; }";

fn to_money() -> [SchemaReference; 1] {
    [SchemaReference { name: "money.proto".to_owned(), subject: "money".to_owned(), version: 1 }]
}

#[test]
fn references_are_registered_before_the_schema() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let references = to_money();
    let order = NewSchema { schema_type: SchemaType::PROTOBUF, text: ORDER, references: &references };

    let error = client.register("order", &order).expect_err("money is not there");
    assert!(error.to_string().contains("No schema reference found"), "{error}");
    let error =
        client.register("order", &NewSchema::new(SchemaType::PROTOBUF, ORDER)).expect_err("no reference");
    assert!(
        matches!(&error, RegistryError::InvalidSchema { reason, .. } if reason.contains("money.proto")),
        "{error}"
    );

    client.register("money", &NewSchema::new(SchemaType::PROTOBUF, MONEY)).expect("registered");
    let id = client.register("order", &order).expect("registered");
    assert_eq!(client.register("order", &order), Ok(id), "registered again without a change");
    assert_eq!(client.look_up("order", &NewSchema::new(SchemaType::PROTOBUF, MONEY)), Ok(None));
    let registered = client.schema_by_id(id).expect("asked").expect("there");
    assert_eq!((registered.schema_type.as_str(), registered.text.as_str()), ("PROTOBUF", ORDER));
    assert_eq!(registered.references, references);
    let version = client.version("order", VersionNumber::Latest).expect("asked").expect("there");
    assert_eq!((version.id, version.references.len()), (id, 1));
}

#[test]
fn an_incompatible_schema_is_rejected_with_every_reason() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let first = "syntax = \"proto3\"; package a; message A { string a = 1; int32 b = 2; } message B {}";
    let second = "syntax = \"proto3\"; package a; message A { int32 a = 1; string b = 2; }";
    client.register("a", &NewSchema::new(SchemaType::PROTOBUF, first)).expect("registered");
    let outcome =
        client.check_compatibility("a", &NewSchema::new(SchemaType::PROTOBUF, second)).expect("checked");
    assert!(!outcome.is_compatible);
    let kinds: Vec<&str> = outcome.messages.iter().filter_map(|message| message.split(' ').next()).collect();
    assert_eq!(kinds, ["FIELD_SCALAR_KIND_CHANGED", "FIELD_SCALAR_KIND_CHANGED", "MESSAGE_REMOVED"]);
    let error = client.register("a", &NewSchema::new(SchemaType::PROTOBUF, second)).expect_err("refused");
    assert!(matches!(error, RegistryError::Incompatible { .. }), "{error}");
    let error =
        client.register("a", &NewSchema::new(SchemaType::PROTOBUF, "message {")).expect_err("no Protobuf");
    assert!(matches!(error, RegistryError::InvalidSchema { .. }), "{error}");
    let avro = NewSchema::new(SchemaType::AVRO, "\"string\"");
    assert!(matches!(client.register("a", &avro), Err(RegistryError::Incompatible { .. })));
}

#[test]
fn references_of_avro_are_types_of_the_schema() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let order = r#"{"type":"record","name":"shop.Order","fields":[{"name":"line","type":"shop.Line"}]}"#;
    let line = |ty: &str| {
        format!(r#"{{"type":"record","name":"shop.Line","fields":[{{"name":"amount","type":"{ty}"}}]}}"#)
    };
    let register_line = |ty: &str| {
        client
            .register(&format!("line-{ty}"), &NewSchema::new(SchemaType::AVRO, &line(ty)))
            .expect("registered");
        [SchemaReference { name: "shop.Line".to_owned(), subject: format!("line-{ty}"), version: 1 }]
    };
    let with = |references| NewSchema { schema_type: SchemaType::AVRO, text: order, references };

    let error = client.register("order", &with(&[])).expect_err("no reference");
    assert!(
        matches!(&error, RegistryError::InvalidSchema { reason, .. } if reason.contains("shop.Line")),
        "{error}"
    );
    let [ints, longs, texts] = ["int", "long", "string"].map(register_line);
    let id = client.register("order", &with(&ints)).expect("registered");
    assert_eq!(client.register("order", &with(&ints)), Ok(id), "the same again");
    let wider = client.register("order", &with(&longs)).expect("an int is read as a long");
    assert_ne!(wider, id, "the text is the same, and its types are not");
    let error = client.register("order", &with(&texts)).expect_err("a long is not a string");
    assert!(matches!(error, RegistryError::Incompatible { .. }), "{error}");
}
