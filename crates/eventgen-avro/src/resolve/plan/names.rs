//! Names of types in schema resolution.

use crate::resolve::graph::Names;

/// Whether a writer's and a reader's type have one name: they match without their namespaces, or an alias of the reader is
/// the writer's full name.
pub(super) fn are_names_equal(writer: &Names, reader: &Names) -> bool {
    short(&writer.full) == short(&reader.full) || reader.aliases.contains(&writer.full)
}

/// A full name without its namespace.
pub(super) fn short(full: &str) -> &str {
    full.rsplit_once('.').map_or(full, |(_, name)| name)
}
