//! The subjects of a contract.

use eventgen_registry::{Compatibility, SchemaType, Subject, SubjectReference};
use eventgen_schema::contract::{ReferenceStrategy, ReferencedSchema, RegisteredSchema};
use eventgen_schema::{Contract, Event};

/// The subjects of all events, and those of the schemas that they refer to.
pub(crate) fn subjects(contract: &Contract) -> Vec<Subject> {
    let referred = contract.events.iter().flat_map(|event| {
        let schemas = contract.references(&event.registered()).into_iter();
        let strategy = contract.reference_strategy;
        let of_referred = move |schema: &ReferencedSchema| {
            subject(&strategy.subject(&schema.name), &schema.registered(event.schema_type), strategy)
        };
        schemas.map(of_referred)
    });
    referred.chain(contract.events.iter().map(|event| of_event(event, contract.reference_strategy))).collect()
}

/// The contract gives no compatibility level to schemas that others refer to.
fn subject(name: &str, schema: &RegisteredSchema<'_>, strategy: ReferenceStrategy) -> Subject {
    let references = schema.references.iter();
    let references = references.map(|name| SubjectReference::new(name, strategy.subject(name)));
    Subject::new(name, SchemaType::new(schema.schema_type), schema.text.to_owned())
        .with_references(references)
}

/// A level that the contract does not state is left to the registry.
fn of_event(event: &Event, strategy: ReferenceStrategy) -> Subject {
    let subject = subject(&event.subject, &event.registered(), strategy);
    let stated = event.states_compatibility.then_some(event.compatibility);
    let level = stated
        .and_then(|stated| Compatibility::ALL.into_iter().find(|level| level.as_str() == stated.as_str()));
    match level {
        Some(level) => subject.with_compatibility(level),
        None => subject,
    }
}
