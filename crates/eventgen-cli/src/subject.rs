//! The subjects of a contract.

use eventgen_registry::{Compatibility, SchemaType, Subject};
use eventgen_schema::contract::RegisteredSchema;
use eventgen_schema::{Contract, Event};

/// The subjects of all events, and those of the schemas that they refer to.
pub(crate) fn subjects(contract: &Contract) -> Vec<Subject> {
    let referred = contract.events.iter().flat_map(|event| {
        let schemas = contract.references(&event.registered()).into_iter();
        schemas.map(|schema| subject(&schema.name, &schema.registered(event.schema_type)))
    });
    referred.chain(contract.events.iter().map(of_event)).collect()
}

/// The contract gives no compatibility level to schemas that others refer to.
fn subject(name: &str, schema: &RegisteredSchema<'_>) -> Subject {
    Subject::new(name, SchemaType::new(schema.schema_type), schema.text.to_owned())
        .with_references(schema.references)
}

/// A level that the contract does not state is left to the registry.
fn of_event(event: &Event) -> Subject {
    let subject = subject(&event.subject, &event.registered());
    let stated = event.states_compatibility.then_some(event.compatibility);
    let level = stated
        .and_then(|stated| Compatibility::ALL.into_iter().find(|level| level.as_str() == stated.as_str()));
    match level {
        Some(level) => subject.with_compatibility(level),
        None => subject,
    }
}
