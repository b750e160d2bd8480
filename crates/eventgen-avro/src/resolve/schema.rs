//! Schemas at run time: those of this program and those of the writers of payloads.

use std::fmt;

use super::structure::Structure;
use crate::parse::{self, Problem, Strictness};

/// A parsed schema.
///
/// The parser is [lenient](Strictness::Lenient): it accepts every schema whose values can be read. Names, defaults and
/// unions may break the rules of the specification, and logical types that do not fit are ignored.
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
    pub(super) structure: Structure,
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

    /// Parses a schema that refers to types which other schemas define, at any depth and in any order.
    ///
    /// # Errors
    /// As [`parse`](Self::parse), for any of the texts; two definitions of one name that encode values differently.
    pub fn parse_with_references<T: AsRef<str>>(text: &str, referenced: &[T]) -> Result<Self, SchemaError> {
        let parsed = parse::parse_with_references(text, referenced, Strictness::Lenient)
            .map_err(|problems| SchemaError::of(problems, text, referenced))?;
        Ok(Self::of(Structure::of(parsed.types, parsed.root)))
    }

    fn of(structure: Structure) -> Self {
        // A union inside a union is read as a whole.
        let branch = |structure| Self { structure, branches: Vec::new() };
        Self { branches: structure.branches().map(branch).collect(), structure }
    }

    /// The branches of a union; empty for other types.
    pub fn branches(&self) -> &[Self] {
        &self.branches
    }

    /// The full name of a record, an enum or a fixed; `None` for other types.
    pub fn name(&self) -> Option<&str> {
        self.structure.names().map(|names| names.full.as_str())
    }

    /// The full names of its aliases.
    pub fn aliases(&self) -> &[String] {
        self.structure.names().map_or(&[], |names| &names.aliases)
    }
}

/// Why a text is not a schema. Its `Display` is the first problem with its location.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    problems: Vec<Problem>,
    /// The line and the column of the first problem, and the referenced schema that it is in.
    location: Option<(usize, usize, Option<usize>)>,
}

impl SchemaError {
    fn of<T: AsRef<str>>(problems: Vec<Problem>, text: &str, referenced: &[T]) -> Self {
        let location = problems.first().and_then(|problem| {
            let (span, _) = problem.labels.first()?;
            let reference = span.source.index().checked_sub(1);
            let text = reference.map_or(text, |index| referenced[index].as_ref());
            let before = text.get(..span.range.start)?;
            let line_start = before.rfind('\n').map_or(0, |end| end + 1);
            let column = before[line_start..].chars().count() + 1;
            Some((before.matches('\n').count() + 1, column, reference))
        });
        Self { problems, location }
    }

    /// All problems of the schema. The schema itself is the source 0; those that it refers to follow in their order.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.first() {
            Some(problem) => write!(f, "{problem}")?,
            None => f.write_str("this is not a schema")?,
        }
        match self.location {
            Some((line, column, None)) => write!(f, " (line {line}, column {column})"),
            Some((line, column, Some(reference))) => {
                write!(f, " (line {line}, column {column} of the referenced schema {})", reference + 1)
            }
            None => Ok(()),
        }
    }
}

impl std::error::Error for SchemaError {}

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

    #[test]
    fn referenced_schemas_come_in_any_order() {
        assert!(Schema::parse_with_references(OUTER, &[INNER, DEEP]).is_ok());
    }

    #[test]
    fn an_error_names_the_text_and_the_location() {
        let message = |text: &str, referenced: &[&str]| {
            Schema::parse_with_references(text, referenced).expect_err("an error").to_string()
        };
        assert_eq!(
            message("[\"null\",\n \"a.Money\"]", &[]),
            "type `a.Money` is not defined (line 2, column 2)"
        );
        assert_eq!(
            message(OUTER, &[INNER]),
            "type `c.Deep` is not defined (line 1, column 67 of the referenced schema 1)"
        );
        assert_eq!(message("", &[]), "the file holds no schema (line 1, column 1)");
    }

    #[test]
    fn schemas_that_break_rules_but_can_be_read_parse() {
        for text in [
            r#"{"type":"record","name":"order-event","namespace":"my-shop","fields":[{"name":"order-id","type":"long"}]}"#,
            r#"{"type":"record","name":"R","fields":[{"name":"f","type":"int","default":"none","order":"up"}]}"#,
            r#"{"type":"record","name":"R","aliases":"Q","fields":[{"name":"f","type":"int","aliases":"g"}]}"#,
            r#"{"type":"enum","name":"E","symbols":["a-b","c d"],"default":"other"}"#,
            r#"{"type":"enum","name":"E","symbols":[]}"#,
            r#"["string",{"type":"string","logicalType":"uuid"}]"#,
            r#"["null",["int","long"]]"#,
            r#"{"type":"array","items":[]}"#,
            r#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":9}"#,
            r#"{"type":"fixed","name":"F","size":2,"logicalType":"duration"}"#,
            r#"{"type":"string","logicalType":"of-our-own"}"#,
            r#"{"type":"int","type":"long"}"#,
        ] {
            assert!(Schema::parse(text).is_ok(), "{text}: {:?}", Schema::parse(text).err());
        }
    }

    #[test]
    fn definitions_of_one_name_may_differ_in_what_is_not_encoded() {
        let union = |first: &str, second: &str| {
            let definition = |rest: &str| format!(r#"{{"type":"record","name":"R","fields":[{rest}]}}"#);
            let (first, second) = (definition(first), definition(second));
            let field = |name: &str, ty: &str| format!(r#"{{"name":"{name}","type":{ty}}}"#);
            let fields = [field("a", &first), field("b", &second)].join(",");
            Schema::parse(&format!(r#"{{"type":"record","name":"All","fields":[{fields}]}}"#)).is_ok()
        };
        let plain = r#"{"name":"f","type":"int"}"#;
        assert!(union(plain, plain));
        assert!(union(plain, r#"{"name":"f","type":"int","default":1,"aliases":["g"],"x":{}}"#));
        assert!(!union(plain, r#"{"name":"f","type":"long"}"#));
        assert!(!union(plain, r#"{"name":"f","type":{"type":"int","logicalType":"date"}}"#));
    }

    #[test]
    fn types_that_hold_each_other_too_deeply_are_an_error() {
        let chain = |levels: usize| {
            let record = |level: usize| {
                let ty = if level == 0 { "int".to_owned() } else { format!("R{}", level - 1) };
                format!(r#"{{"type":"record","name":"R{level}","fields":[{{"name":"f","type":"{ty}"}}]}}"#)
            };
            let field = |level: usize| format!(r#"{{"name":"f{level}","type":{}}}"#, record(level));
            let fields: Vec<_> = (0..levels).map(field).collect();
            format!(r#"{{"type":"record","name":"All","fields":[{}]}}"#, fields.join(","))
        };
        let plan = |text: &str| crate::Plan::new(text, text);
        assert!(plan(&chain(249)).is_ok());
        assert!(Schema::parse(&chain(10_000)).is_err());
    }
}
