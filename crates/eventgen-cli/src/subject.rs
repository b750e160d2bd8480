//! The subjects of a contract.

use eventgen_registry::{Compatibility, SchemaType, Subject, SubjectReference};
use eventgen_schema::contract::{KeySchema, ReferenceStrategy, ReferencedSchema, RegisteredSchema};
use eventgen_schema::{Contract, Event};

/// The subjects of all events, those of their typed keys, and those of the schemas that these refer to. A key is registered
/// before its event: a producer needs both.
pub(crate) fn subjects(contract: &Contract) -> Vec<Subject> {
    let strategy = contract.reference_strategy;
    let registered = contract.events.iter().flat_map(|event| {
        [event.typed_key.as_ref().map(KeySchema::registered), Some(event.registered())].into_iter().flatten()
    });
    let referred = registered.flat_map(|registered| {
        let of_referred = move |schema: &ReferencedSchema| {
            let name = strategy.subject(&schema.name);
            subject(&name, &schema.registered(registered.schema_type), strategy)
        };
        contract.references(&registered).into_iter().map(of_referred)
    });
    let own = contract.events.iter().flat_map(|event| {
        let key = event.typed_key.as_ref().map(|key| subject(&key.subject, &key.registered(), strategy));
        key.into_iter().chain([of_event(event, strategy)])
    });
    referred.chain(own).collect()
}

/// The contract gives no compatibility level to keys, whose schemas do not change, and to schemas that others refer to.
fn subject(name: &str, schema: &RegisteredSchema<'_>, strategy: ReferenceStrategy) -> Subject {
    let references = schema.references.iter();
    let references = references.map(|name| SubjectReference::new(name, strategy.subject(name)));
    Subject::new(name, SchemaType::new(schema.schema_type), schema.text.to_owned())
        .with_references(references)
}

/// A level that the contract does not state is left to the registry.
fn of_event(event: &Event, strategy: ReferenceStrategy) -> Subject {
    let mut subject = subject(&event.subject, &event.registered(), strategy);
    if let Some(key) = &event.typed_key {
        subject = subject.registered_after(&key.subject);
    }
    let stated = event.states_compatibility.then_some(event.compatibility);
    let level = stated
        .and_then(|stated| Compatibility::ALL.into_iter().find(|level| level.as_str() == stated.as_str()));
    match level {
        Some(level) => subject.with_compatibility(level),
        None => subject,
    }
}
