//! Files that are built in: Google's, the vocabulary and Confluent's options.

use prost_reflect::prost_types::FileDescriptorProto;
use protox::file::{File, FileResolver as _, GoogleFileResolver};

use super::vocabulary::Vocabulary;

/// The name and the text of the file with Confluent's options. Confluent's registries and clients have it built in, so that it
/// is not registered with the schemas that import it.
pub const CONFLUENT_META: (&str, &str) = ("confluent/meta.proto", include_str!("meta.proto"));

/// Files that declare the features of other languages. These have no effect here, so the files are empty.
const LANGUAGE_FEATURES: [&str; 3] = [
    "google/protobuf/cpp_features.proto",
    "google/protobuf/go_features.proto",
    "google/protobuf/java_features.proto",
];

/// Whether Google provides a file with every compiler.
pub(super) fn is_well_known(name: &str) -> bool {
    LANGUAGE_FEATURES.contains(&name) || GoogleFileResolver::new().open_file(name).is_ok()
}

/// The descriptor of a built-in file.
pub(super) fn provided(name: &str) -> Option<FileDescriptorProto> {
    if LANGUAGE_FEATURES.contains(&name) {
        let name = Some(name.to_owned());
        return Some(FileDescriptorProto { name, package: Some("pb".to_owned()), ..Default::default() });
    }
    let (meta, text) = CONFLUENT_META;
    if name == meta {
        return File::from_source(name, text).ok().map(FileDescriptorProto::from);
    }
    let file = Vocabulary.open_file(name).or_else(|_| GoogleFileResolver::new().open_file(name));
    file.ok().map(FileDescriptorProto::from)
}
