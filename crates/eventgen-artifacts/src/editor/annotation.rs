//! The schema of the annotation.

use eventgen_schema::vocabulary::{EVENT, Property, TOPIC};
use serde_json::Value;

use super::forms::object;
use super::schema::Schema;

/// The annotation of a record in Avro.
pub(super) fn schema() -> Schema {
    let mut schema = object(EVENT.iter().chain(&TOPIC), |property: &Property| property.name.to_owned());
    if let Some(retry) = schema.properties.get_mut("retry") {
        with_delays(retry);
    }
    one_partition(&mut schema);
    schema.describe(
        "Makes the record an event of a Kafka topic. `eventgen explain EG0107` lists the properties.",
    )
}

/// Retry topics have delays, and nothing else has.
pub(super) fn with_delays(retry: &mut Schema) {
    let is_topics = is("mode", "topics");
    let needs = Schema { required: vec!["delays".to_owned()], ..Schema::default() };
    let has_none = Schema { negated: Some(Box::new(needs.clone())), ..Schema::default() };
    retry.all_of.push(Schema {
        condition: Some(Box::new(is_topics)),
        consequence: Some(Box::new(needs)),
        alternative: Some(Box::new(has_none)),
        ..Schema::default()
    });
}

/// A total order needs one partition.
fn one_partition(schema: &mut Schema) {
    let one = Schema { maximum: Some(1.into()), ..Schema::default() };
    schema.all_of.push(Schema {
        condition: Some(Box::new(is("ordering", "total"))),
        consequence: Some(Box::new(Schema {
            properties: [("partitions".to_owned(), one)].into(),
            ..Schema::default()
        })),
        ..Schema::default()
    });
}

/// An object whose property has this value.
pub(super) fn is(property: &str, value: &str) -> Schema {
    let constant = Schema { choices: vec![Value::from(value)], ..Schema::default() };
    Schema {
        properties: [(property.to_owned(), constant)].into(),
        required: vec![property.to_owned()],
        ..Schema::of("object")
    }
}
