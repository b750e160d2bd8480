//! The subjects of a contract.

use eventgen_registry::{Compatibility, SchemaType, Subject};
use eventgen_schema::contract::ProtobufFile;
use eventgen_schema::{Contract, Event};

use crate::language;

/// The subjects of all events, and those of the files that they refer to.
pub(crate) fn subjects(contract: &Contract) -> Vec<Subject> {
    let files = contract.events.iter().filter_map(|event| language::file(contract, event));
    let referred = files.flat_map(|file| contract.protobuf_references(file)).map(of_file);
    referred.chain(contract.events.iter().map(|event| of_event(contract, event))).collect()
}

/// A file that others refer to. The contract gives it no compatibility level.
fn of_file(file: &ProtobufFile) -> Subject {
    Subject::new(&file.name, SchemaType::PROTOBUF, file.text.clone()).with_references(&file.imports)
}

fn of_event(contract: &Contract, event: &Event) -> Subject {
    let subject = Subject::new(&event.subject, language::schema_type(event), event.schema.clone());
    let subject = match language::file(contract, event) {
        Some(file) => subject.with_references(&file.imports),
        None => subject,
    };
    let level = Compatibility::ALL.into_iter().find(|level| level.as_str() == event.compatibility.as_str());
    match level {
        Some(level) => subject.with_compatibility(level),
        None => subject,
    }
}
