//! Placeholders for names that the derive does not know.

use eventgen_schema::foreign_definition;

/// The namespace of names whose namespace is that of the type that contains them.
pub(super) const HERE: &str = "eventgen_here";
/// The namespace of foreign types.
const FOREIGN: &str = "eventgen_foreign";
/// The record around a type without a name. Schemas of the front end are named types.
pub(super) const WRAPPER: &str = "Wrapper";

/// The name of a foreign type, by its index.
pub(super) fn foreign_name(index: usize) -> String {
    format!("{FOREIGN}.T{index}")
}

/// The definition of a foreign type in the registered form of a schema that refers to it.
pub(super) fn foreign_text(index: usize) -> String {
    foreign_definition(&foreign_name(index))
}
