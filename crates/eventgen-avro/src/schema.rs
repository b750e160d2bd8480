//! Schemas as they are read at run time: of this program and of whoever wrote a payload.

use std::fmt;

use apache_avro::Schema as Parsed;

use crate::shape::Shapes;

/// A parsed schema.
///
/// ```
/// use eventgen_avro::Schema;
///
/// let schema = Schema::parse(r#"{"type":"record","name":"shop.Placed","aliases":["Ordered"],"fields":[]}"#)?;
/// assert_eq!(schema.name(), Some("shop.Placed"));
/// assert_eq!(schema.aliases(), ["shop.Ordered"]);
/// # Ok::<(), eventgen_avro::SchemaError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) shapes: Shapes,
}

impl Schema {
    /// Parses the JSON form of a schema (specification 1.12, "Schema Declaration").
    ///
    /// # Errors
    /// A text that is not a schema, or that refers to a type which it does not define.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        Self::parse_with_references::<&str>(text, &[])
    }

    /// Parses a schema that refers to types which other schemas define, in any order. Those may refer to each other.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), for any of the texts; two definitions of one name.
    pub fn parse_with_references<T: AsRef<str>>(text: &str, referenced: &[T]) -> Result<Self, SchemaError> {
        let (schema, referenced) = Parsed::parse_str_with_list(text, referenced)
            .map_err(|error| SchemaError { reason: error.to_string() })?;
        let shapes = Shapes::with_references(&schema, &referenced)
            .ok_or_else(|| SchemaError { reason: "it refers to a type that is not defined".to_owned() })?;
        Ok(Self { shapes })
    }

    /// The full name of a record, an enum or a fixed; `None` for what has no name.
    pub fn name(&self) -> Option<&str> {
        self.shapes.names().map(|names| names.full.as_str())
    }

    /// The full names of its aliases.
    pub fn aliases(&self) -> &[String] {
        self.shapes.names().map_or(&[], |names| &names.aliases)
    }
}

/// Why a text is not a schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    reason: String,
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for SchemaError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_another_schema_is_one_of_this() {
        let text = r#"{"type":"record","name":"a.Outer","fields":[{"name":"inner","type":"b.Inner"}]}"#;
        let inner = r#"{"type":"record","name":"b.Inner","fields":[{"name":"deep","type":"c.Deep"}]}"#;
        let deep = r#"{"type":"enum","name":"c.Deep","symbols":["A"]}"#;
        assert!(Schema::parse(text).is_err());
        assert!(Schema::parse_with_references(text, &[inner]).is_err(), "one is missing");
        for order in [[inner, deep], [deep, inner]] {
            let schema = Schema::parse_with_references(text, &order).expect("complete");
            assert_eq!(schema.name(), Some("a.Outer"));
        }
    }

    #[test]
    fn a_type_inside_a_type_of_another_schema_can_be_referred_to_first() {
        let text = r#"{"type":"record","name":"a.Outer","fields":[
            {"name":"deep","type":"b.Deep"}, {"name":"inner","type":"b.Inner"}]}"#;
        let inner = r#"{"type":"record","name":"Inner","namespace":"b","fields":[
            {"name":"deep","type":{"type":"enum","name":"Deep","symbols":["A"]}},
            {"name":"more","type":{"type":"array","items":"Deep"}}]}"#;
        assert!(Schema::parse_with_references(text, &[inner]).is_ok());
    }
}
