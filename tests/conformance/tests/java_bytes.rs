//! What generated code writes is what Apache Avro in Java writes for the same value, byte for byte.
//!
//! Maps have no order, so the oracle writes the entries in the order in which it reads them.

mod support;

use std::path::Path;

use apache_avro::types::Value;
use avro_tests::java;
use conformance_tests::benches::order_lines::com::example::bench::OrderLinesEvent;
use conformance_tests::benches::order_small::com::example::bench::OrderEvent as OrderSmall;
use conformance_tests::benches::telemetry::com::example::bench::TelemetryEvent;
use conformance_tests::conformance::NoNamespace;
use conformance_tests::conformance::conformance::shared::{first, second, third};
use conformance_tests::conformance::conformance::r#type::self_::crate_::Self_ as Awkward;
use conformance_tests::conformance::conformance::types::Everything;
use conformance_tests::features;
use conformance_tests::orders::com::example::orders::OrderEvent;
use conformance_tests::settings::{
    integers_logical_types, other_defaults, other_logical_types, other_names, other_recursion, other_shapes,
    other_unions,
};
use eventgen::KafkaEvent;
use eventgen::avro::{Decode, Encode};
use proptest::strategy::{BoxedStrategy, Strategy, ValueTree};
use proptest::test_runner::{Config, TestRunner};

use support::Avro;

/// Values of each schema.
const VALUES: usize = 300;

/// Questions for the oracle, each with the event that it is about.
#[derive(Default)]
struct Written {
    lines: Vec<String>,
    events: Vec<String>,
}

impl Written {
    fn event<E: KafkaEvent + Encode + for<'a> Decode<'a>>(&mut self, modest: bool) {
        self.values::<E>(E::NAME, E::schema().text(), &Avro::of::<E>().values(modest));
    }

    /// Values as apache-avro writes them, read and written by generated code.
    fn values<T: Encode + for<'a> Decode<'a>>(
        &mut self,
        name: &str,
        schema: &str,
        values: &BoxedStrategy<Value>,
    ) {
        let (avro, schema) = (Avro::parse(schema), schema.replace('\n', " "));
        let mut runner = TestRunner::new(Config::default());
        for _ in 0..VALUES {
            let value = values.new_tree(&mut runner).expect("a value").current();
            let event: T = eventgen::avro::read(&avro.write(&value)).expect("a value of the schema");
            let mut ours = Vec::new();
            eventgen::avro::write(&event, &mut ours).expect("a value of the schema");
            self.lines.push(format!("{schema}\t{}", java::hex(&ours)));
            self.events.push(name.to_owned());
        }
    }
}

#[test]
#[ignore = "needs Java"]
fn java_writes_the_same_bytes() {
    let mut written = Written::default();
    written.event::<OrderEvent>(false);
    written.event::<Everything>(false);
    written.event::<Awkward>(false);
    written.event::<first::FromCart>(false);
    written.event::<second::Next>(false);
    written.event::<third::Next>(false);
    written.event::<NoNamespace>(false);
    written.event::<features::defaults::feature::defaults::Defaults>(false);
    written.event::<features::hostile_text::feature::hostile::Hostile>(false);
    written.event::<features::ignored_logical_types::feature::ignored::Ignored>(false);
    written.event::<features::logical_types::feature::logical::LogicalTypes>(false);
    written.event::<features::namespaces::feature::namespaces::Outer>(false);
    written.event::<features::names::feature::names::Names>(false);
    written.event::<features::nullable_keys::feature::nullable_keys::Sighting>(false);
    written.event::<features::nullable_keys::feature::nullable_keys::Reading>(false);
    written.event::<features::nulls::feature::nulls::Nulls>(false);
    written.event::<features::recursion::feature::recursion::Tree>(false);
    written.event::<features::several_events::feature::several::Created>(false);
    written.event::<features::several_events::feature::several::more::Created>(false);
    written.event::<features::several_events::feature::several::more::Deleted>(false);
    written.event::<features::shapes::feature::shapes::Failure>(false);
    written.event::<features::shapes::feature::shapes::Blanker>(false);
    written.event::<features::unions::feature::unions::Unions>(false);
    // With the types of other settings.
    written.event::<other_defaults::feature::defaults::Defaults>(true);
    written.event::<other_logical_types::feature::logical::LogicalTypes>(true);
    written.event::<other_names::feature::names::Names>(true);
    written.event::<other_recursion::feature::recursion::Tree>(true);
    written.event::<other_shapes::feature::shapes::Failure>(true);
    written.event::<other_unions::feature::unions::Unions>(true);
    written.event::<integers_logical_types::feature::logical::LogicalTypes>(true);
    let events = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/events");
    let schema = |name: &str| std::fs::read_to_string(events.join(name)).expect("a schema");
    let schemas = ["order_small.avsc", "order_lines.avsc", "telemetry.avsc"].map(schema);
    let [small, lines, telemetry] = schemas.each_ref().map(|schema| Avro::parse(schema).values(false));
    written.values::<OrderSmall>("order_small", &schemas[0], &small);
    written.values::<OrderLinesEvent>("order_lines", &schemas[1], &lines);
    written.values::<TelemetryEvent>("telemetry", &schemas[2], &telemetry);

    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/Values.java");
    let answers = java::oracle_lines(&oracle, "exact", &written.lines);
    let questions = written.lines.iter().zip(&written.events);
    for ((line, event), answer) in questions.zip(&answers) {
        let (schema, ours) = line.split_once('\t').expect("two columns");
        assert_eq!(ours, answer, "{event}: {schema}");
    }
    println!("{} payloads of {} events compared", answers.len(), answers.len() / VALUES);
}
