//! The generated code that this package tests. It compiles without a warning of the compiler, Clippy or rustdoc, whatever
//! names and texts the schemas have.
#![deny(warnings, missing_docs, clippy::all, clippy::pedantic)]

/// Includes modules of generated code by name.
macro_rules! generated {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        pub mod $name {
            include!(concat!(env!("OUT_DIR"), "/", stringify!($name), "/eventgen.rs"));
        }
    )*};
}

generated! {
    /// The orders sample.
    orders
    /// The schemas of this package that are read together: types of several files and namespaces.
    conformance
}

/// One schema for each feature of Avro.
pub mod features {
    generated! {
        /// Deletions and their keys, on a compacted topic.
        compacted
        /// A default of every type.
        defaults
        /// Text that tries to be code, wherever a schema has text.
        hostile_text
        /// Logical types that do not match their type and are ignored.
        ignored_logical_types
        /// Names that get an underscore to be valid, and others appended to them.
        joined_names
        /// Every logical type on every base.
        logical_types
        /// Names with a meaning in Rust.
        names
        /// Types of several namespaces, and of none.
        namespaces
        /// Types without any event.
        no_events
        /// Keys of fields that may be null, where records have no order.
        nullable_keys
        /// Fields of no bytes.
        nulls
        /// Types that contain themselves.
        recursion
        /// Retries in topics.
        retry_topics
        /// Several events on one topic.
        several_events
        /// Errors, empty records, fixed values and enums of every size.
        shapes
        /// Keys that have a schema of their own.
        typed_keys
        /// Unions of every shape.
        unions
    }
}

/// The events that the benchmarks measure.
pub mod benches {
    generated! {
        /// A few short fields.
        order_small
        /// The same with lines.
        order_lines
        /// Many numbers.
        telemetry
    }
}

pub mod pairs;
pub mod resolution;

/// Schemas under settings that are not the default.
pub mod settings {
    generated! {
        /// A type that another crate shares.
        shop_common
        /// An event that takes it from there, with settings by path.
        shop
        /// Schemas in both languages that are registered with their annotations.
        kept
        /// Deletions: serde, builders, jiff, `BigDecimal` and `Arc<str>`.
        other_compacted
        /// Defaults, with the same.
        other_defaults
        /// Logical types, with the same.
        other_logical_types
        /// Awkward names, with the same.
        other_names
        /// Recursion, with the same.
        other_recursion
        /// Fixed values and enums of every size, with the same.
        other_shapes
        /// Typed keys, with the same.
        other_typed_keys
        /// Unions, with the same.
        other_unions
        /// Deletions with plain integers for dates.
        integers_compacted
        /// Defaults with plain integers for dates.
        integers_defaults
        /// Logical types with plain integers for dates.
        integers_logical_types
        /// Typed keys with plain integers for dates.
        integers_typed_keys
    }
}
