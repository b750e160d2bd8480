//! Settings change the types of generated code and nothing on the wire: values, keys and headers are the same, defaults
//! of builders are those that a reader fills in, and JSON comes back as it went.

mod support;

use std::path::Path;

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use conformance_tests::settings::{
    integers_defaults, integers_logical_types, other_defaults, other_logical_types, other_names,
    other_recursion, other_shapes, other_unions, shop, shop_common,
};
use eventgen::types::jiff::civil::date;
use eventgen::{Headers, KafkaEvent, KeyBuffer};
use eventgen_codegen::{Error, Settings};
use eventgen_schema::Loader;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde::Serialize;
use serde::de::DeserializeOwned;
use shop::shop::{Order, OrderPaid, OrderType};
use shop_common::shop::common::Money;
use shop_common::shop::common::codes::Currency;

use support::Avro;

fn read(avro: &Avro, bytes: &[u8]) -> Value {
    let reader = GenericDatumReader::builder(&avro.schema).build().expect("a reader");
    reader.read_value(&mut &*bytes).expect("apache-avro reads what generated code writes")
}

fn any_value<E: KafkaEvent>(check: impl Fn(&E) -> Result<(), TestCaseError>) {
    let avro = Avro::of::<E>();
    let mut runner = TestRunner::new(Config { cases: 100, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&avro.values(true), |value| {
        let event =
            E::read_payload(&avro.write(&value)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut ours = Vec::new();
        event.write_payload(&mut ours).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read(&avro, &ours), &value);
        check(&event)
    });
    if let Err(error) = outcome {
        panic!("{}: {error}", E::NAME);
    }
}

/// JSON keeps every number that is finite.
fn through_json<E: Serialize + DeserializeOwned>(event: &E) -> Result<(), TestCaseError> {
    let json = serde_json::to_value(event).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let back: E = serde_json::from_value(json.clone())
        .map_err(|error| TestCaseError::fail(format!("{error}: {json}")))?;
    let again = serde_json::to_value(&back).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(json, again);
    Ok(())
}

#[test]
fn without_clients_generated_code_names_nothing_of_the_feature_kafka() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("settings");
    let loaded = Loader::new().path(path).load().expect("schemas without errors");
    let generated =
        |settings| eventgen_codegen::generate_with(&loaded.contract, &settings).expect("it generates");
    let names = ["Client", "Producer", "Consumer", "Handler", "Delivery", "::eventgen::Error"];
    let found = |code: &str| names.map(|name| code.contains(name));
    assert_eq!(found(&generated(Settings::default())), [true; 6]);
    let code = generated(Settings::default().clients(false));
    assert_eq!(found(&code), [false; 6]);
    assert!(code.contains("impl ::eventgen::TopicEvents for"), "events and topics are generated");
}

#[test]
fn other_rust_types_encode_to_the_same_bytes_and_json() {
    any_value::<other_logical_types::feature::logical::LogicalTypes>(through_json);
    any_value::<other_recursion::feature::recursion::Tree>(through_json);
    any_value::<other_shapes::feature::shapes::Failure>(through_json);
    any_value::<other_names::feature::names::Names>(through_json);
    any_value::<other_defaults::feature::defaults::Defaults>(|_| Ok(()));
    any_value::<other_unions::feature::unions::Unions>(|_| Ok(()));
    any_value::<integers_logical_types::feature::logical::LogicalTypes>(|_| Ok(()));
    any_value::<integers_defaults::feature::defaults::Defaults>(|_| Ok(()));
}

#[test]
fn defaults_of_builders_equal_those_of_decoding() {
    use other_defaults::feature::defaults::Defaults;
    let event = Defaults::builder().bare("given").build();
    let mut payload = Vec::new();
    event.write_payload(&mut payload).expect("a value of the schema");
    let avro = Avro::of::<Defaults>();

    // What apache-avro fills in when the writer knew one field only.
    let writer = r#"{
        "type": "record", "name": "Defaults", "namespace": "feature.defaults",
        "fields": [{ "name": "bare", "type": "string" }]
    }"#;
    let writer = apache_avro::Schema::parse_str(writer).expect("a schema");
    let reader = GenericDatumReader::builder(&writer).reader_schema(&avro.schema).build().expect("a reader");
    let filled = reader.read_value(&mut b"\x0agiven".as_slice()).expect("apache-avro fills defaults in");
    let (Value::Record(filled), Value::Record(built)) = (filled, read(&avro, &payload)) else {
        panic!("records")
    };
    let differing: Vec<String> = filled
        .into_iter()
        .zip(built)
        .filter(|((_, filled), (_, built))| filled != built)
        .map(|((name, ..), _)| name)
        .collect();
    // A default of bytes is a code point for each byte (specification 1.12, "Complex Types"); apache-avro 0.22 takes the
    // UTF-8 of the text.
    assert_eq!(differing, ["bytes", "fixed"]);
    assert_eq!((event.bytes, event.fixed), (b"\0\x7f\x80\xff\"\\".to_vec(), *b"\xff\0\""));
}

fn order() -> Order {
    Order::builder()
        .sku("a-1")
        .lines([])
        .day(date(2024, 2, 29))
        .at("2024-02-29T12:00:00Z".parse::<eventgen::types::jiff::Timestamp>().expect("a timestamp"))
        .total(money())
        .build()
}

fn money() -> Money {
    Money { amount: "1.50".parse().expect("a number"), currency: Currency::Eur }
}

#[test]
fn keys_and_headers_are_the_same_with_all_types() {
    let mut event = order();
    let mut key = KeyBuffer::new();
    event.key(&mut key);
    assert_eq!(key.as_bytes(), Some(b"a-1|2024-02-29|EUR".as_slice()));
    let mut headers = Headers::new();
    event.headers(&mut headers);
    assert_eq!(headers.text("at"), Some("2024-02-29T12:00:00Z"));
    assert_eq!((headers.text("maybe-at"), headers.text("note")), (None, None));
    event.maybe_at = "1969-12-31T23:59:59.000000001Z".parse().ok();
    event.note = Some("noted".into());
    event.headers(&mut headers);
    assert_eq!(headers.text("maybe-at"), Some("1969-12-31T23:59:59.000000001Z"));
    assert_eq!(headers.text("note"), Some("noted"));
}

#[test]
fn settings_by_path_apply_to_that_path() {
    let event = order();
    assert!(event.lines.is_empty());
    assert_eq!(event.r#type, OrderType::Retail, "the schema's default");
    assert_eq!(OrderType::default(), OrderType::Wholesale, "the attribute on the field");
    assert!(event < Order { sku: "b".into(), ..order() }, "the attribute on the type");
    let paid = Order { paid: Some(OrderPaid::Money(money())), ..order() };
    assert!(event < paid, "the enum of a union has the path of its field");
    let mut payload = Vec::new();
    paid.write_payload(&mut payload).expect("a value of the schema");
    assert_eq!(Order::read_payload(&payload), Ok(paid));
}

fn refused(settings: &Settings) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("settings");
    let loaded = Loader::new().path(path).load().expect("valid schemas");
    match eventgen_codegen::generate_with(&loaded.contract, settings) {
        Err(Error::Settings(bad)) => bad.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_setting_that_cannot_be_applied_names_its_call() {
    let settings = Settings::default()
        .type_attribute(".shop", "derive(Eq)")
        .type_attribute(".shop", "")
        .type_attribute(".shop", "#[derive(Eq)] struct Injected;")
        .type_attribute(".shap.Order", "#[derive(Eq)]")
        .field_attribute("Order.nothing", "#[doc(hidden)]")
        .string_type(".", "Vec<")
        .extern_path(".shop.common", "not a path")
        .extern_path("shop.common", "::common");
    let refused = refused(&settings);
    let expected = [
        "`type_attribute(\".shop\", \"derive(Eq)\")`: the second argument is not Rust (",
        "`type_attribute(\".shop\", \"\")`: the second argument is not Rust (an attribute is `#[…]`)",
        "`type_attribute(\".shop\", \"#[derive(Eq)] struct Injected;\")`: the second argument is not Rust (",
        "`type_attribute(\".shap.Order\", \"#[derive(Eq)]\")`: no schema has anything of this path",
        "`field_attribute(\"Order.nothing\", \"#[doc(hidden)]\")`: no schema has anything of this path",
        "`string_type(\".\", \"Vec<\")`: the second argument is not Rust (",
        "`extern_path(\".shop.common\", \"not a path\")`: the second argument is not Rust (",
        "`extern_path(\"shop.common\", \"::common\")`: ",
    ];
    for expected in expected {
        assert!(refused.iter().any(|refused| refused.starts_with(expected)), "{expected}\n{refused:#?}");
    }
}
