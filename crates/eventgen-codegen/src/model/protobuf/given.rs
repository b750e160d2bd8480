//! The names that prost chooses for the messages, enums and modules of a contract.

use eventgen_schema::Contract;

use crate::model::given::{GivenEvent, GivenNames};
use crate::model::paths::ItemPath;
use crate::model::protobuf::descriptors::Descriptors;
use crate::model::protobuf::prost_names::file_constant;

/// The names of a contract's messages. Those of Google's files are taken too, in modules that nothing else is
/// generated in.
pub(crate) fn given_names(descriptors: &Descriptors, contract: &Contract) -> GivenNames {
    let mut given = GivenNames::default();
    for message in descriptors.messages.values() {
        take(&mut given, &message.item);
        let mut inner = message.inner_module();
        given.taken.extend(inner.pop().map(|last| ItemPath::new(inner, last)));
    }
    for item in descriptors.enums.values() {
        take(&mut given, item);
    }
    for (file, module) in &descriptors.files {
        given.files.push((file.clone(), ItemPath::new(module.clone(), file_constant(file))));
    }
    for event in &contract.events {
        let Some(defined) = event.protobuf_message() else { continue };
        if let Some(message) = descriptors.messages.get(&event.name) {
            let event_type = GivenEvent { item: message.item.clone(), file: defined.file.clone() };
            given.events.insert(event.name.clone(), event_type);
        }
    }
    given
}

/// Takes the name of an item and those of the modules around it.
fn take(given: &mut GivenNames, item: &ItemPath) {
    let module = &item.module;
    let modules = (0..module.len()).map(|depth| ItemPath::new(module[..depth].to_vec(), &module[depth]));
    given.taken.extend(modules);
    given.taken.push(item.clone());
}
