//! Schemas as they are read at run time: of this program and of whoever wrote a payload.

use std::fmt;

use apache_avro::Schema as Parsed;
use serde_json::{Value, json};

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
    branches: Vec<Schema>,
}

impl Schema {
    /// Parses the JSON form of a schema (specification 1.12, "Schema Declaration").
    ///
    /// # Errors
    /// A text that is not a schema, or that refers to a type which it does not define.
    pub fn parse(text: &str) -> Result<Self, SchemaError> {
        Self::parse_with_references::<&str>(text, &[])
    }

    /// Parses a schema that refers to types which other schemas define, at any depth. A schema that another one refers to
    /// comes before that one.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), for any of the texts; two definitions of one name.
    pub fn parse_with_references<T: AsRef<str>>(text: &str, referenced: &[T]) -> Result<Self, SchemaError> {
        if referenced.is_empty() {
            return Self::of(&Parsed::parse_str(text).map_err(invalid)?, &[]);
        }
        // The fields of one record are read in order, and each knows the types of those before it.
        let read = |text: &str| serde_json::from_str::<Value>(text).map_err(invalid);
        let texts = referenced.iter().map(AsRef::as_ref).chain([text]);
        let fields = texts
            .enumerate()
            .map(|(index, text)| Ok(json!({ "name": format!("schema_{index}"), "type": read(text)? })));
        let fields = fields.collect::<Result<Vec<_>, SchemaError>>()?;
        let all = json!({ "type": "record", "name": "eventgen_references", "fields": fields });
        let Parsed::Record(all) = Parsed::parse(&all).map_err(invalid)? else {
            return Err(invalid("not a record"));
        };
        let mut schemas: Vec<Parsed> = all.fields.into_iter().map(|field| field.schema).collect();
        let own = schemas.pop().ok_or_else(|| invalid("no schema"))?;
        Self::of(&own, &schemas)
    }

    fn of(schema: &Parsed, referenced: &[Parsed]) -> Result<Self, SchemaError> {
        let shapes = Shapes::with_references(schema, referenced)
            .ok_or_else(|| invalid("it refers to a type that is not defined"))?;
        let branches = match schema {
            Parsed::Union(union) => {
                // A branch may refer to a type that another branch defines.
                let others = [referenced, union.variants()].concat();
                union.variants().iter().map(|branch| Self::of(branch, &others)).collect::<Result<_, _>>()?
            }
            _ => Vec::new(),
        };
        Ok(Self { shapes, branches })
    }

    /// The branches of a union; empty for everything else.
    pub fn branches(&self) -> &[Self] {
        &self.branches
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

fn invalid(reason: impl fmt::Display) -> SchemaError {
    SchemaError { reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUTER: &str = r#"{"type":"record","name":"a.Outer","fields":[{"name":"inner","type":"b.Inner"}]}"#;
    const INNER: &str = r#"{"type":"record","name":"b.Inner","fields":[{"name":"deep","type":"c.Deep"}]}"#;
    const DEEP: &str = r#"{"type":"enum","name":"c.Deep","symbols":["A"]}"#;

    #[test]
    fn a_type_of_another_schema_is_one_of_this() {
        assert!(Schema::parse(OUTER).is_err());
        assert!(Schema::parse_with_references(OUTER, &[INNER]).is_err(), "one is missing");
        let schema = Schema::parse_with_references(OUTER, &[DEEP, INNER]).expect("complete");
        assert_eq!(schema.name(), Some("a.Outer"));
        assert!(schema.branches().is_empty());
    }

    #[test]
    fn types_inside_types_of_other_schemas_can_be_referred_to() {
        let inner = r#"{"type":"record","name":"Inner","namespace":"b","fields":[
            {"name":"deep","type":{"type":"enum","name":"Deep","symbols":["A"]}},
            {"name":"more","type":{"type":"array","items":"Deep"}}]}"#;
        let between = r#"{"type":"record","name":"b.Between","fields":[{"name":"deep","type":"b.Deep"}]}"#;
        let text = r#"{"type":"record","name":"a.Outer","fields":[
            {"name":"deep","type":"b.Deep"}, {"name":"between","type":"b.Between"}]}"#;
        assert!(Schema::parse_with_references(text, &[inner, between]).is_ok());
    }

    #[test]
    fn the_branches_of_a_union_are_schemas_whether_defined_in_it_or_referred_to() {
        let union =
            r#"["c.Deep", {"type":"record","name":"a.Other","fields":[{"name":"deep","type":"c.Deep"}]}]"#;
        let schema = Schema::parse_with_references(union, &[DEEP]).expect("complete");
        let names: Vec<_> = schema.branches().iter().map(Schema::name).collect();
        assert_eq!((schema.name(), names), (None, vec![Some("c.Deep"), Some("a.Other")]));
    }
}
