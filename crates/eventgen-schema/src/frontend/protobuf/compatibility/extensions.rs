//! Extensions: fields that one file adds to a message of another.
//!
//! They are identified by the message that they extend and their number. Extensions of options are no data.

use std::collections::BTreeMap;

use prost_reflect::{DescriptorPool, ExtensionDescriptor};

use super::Comparison;
use super::fields::is_numeric;
use crate::compatibility::Element;

/// The file that declares the messages of options.
const OPTIONS: &str = "google/protobuf/descriptor.proto";

/// The extensions of data by the name of the message and the number, from the file and its imports.
pub(super) fn extensions(pool: &DescriptorPool) -> BTreeMap<(String, u32), ExtensionDescriptor> {
    let extensions = pool.all_extensions();
    let of_data =
        extensions.filter(|extension| extension.containing_message().parent_file().name() != OPTIONS);
    let by_number = of_data.map(|extension| {
        ((extension.containing_message().full_name().to_owned(), extension.number()), extension)
    });
    by_number.collect()
}

pub(super) fn of_extension(extension: &ExtensionDescriptor) -> Element {
    Element::of_type(extension.full_name())
}

impl Comparison<'_> {
    /// An extension that is gone is like a field that is gone: readers ignore it.
    pub(super) fn extensions(&mut self) {
        let old = extensions(self.writer.file.parent_pool());
        let new = extensions(self.reader.file.parent_pool());
        for (key, old) in &old {
            let Some(new) = new.get(key) else { continue };
            self.at(old.full_name(), |comparison| {
                comparison.within(of_extension(new), of_extension(old), |comparison| {
                    if comparison.types(&new.into(), &old.into()) && old.is_list() && !new.is_list() {
                        if is_numeric(&old.kind()) {
                            comparison.packed_to_single();
                        } else {
                            comparison.repeated_to_single(&old.kind());
                        }
                    }
                });
            });
        }
    }
}
