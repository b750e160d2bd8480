//! What attributes say about a type, a field or a variant: `#[avro(…)]` and what serde's words mean for a schema. What
//! serde does to JSON and Avro cannot do is refused, not passed over.

use eventgen_schema::did_you_mean;
use proc_macro2::Span;
use syn::Attribute;

use crate::casing::Casing;
use crate::mistakes::Mistakes;
use crate::words::{Value, Word, words};

/// Text with its place.
pub(crate) type Name = (String, Span);

/// What is said about a type.
#[derive(Debug, Default)]
pub(crate) struct TypeAttributes {
    pub(crate) name: Option<Name>,
    pub(crate) namespace: Option<Name>,
    pub(crate) aliases: Vec<Name>,
    /// The path of a schema file.
    pub(crate) schema: Option<Name>,
    pub(crate) rename_all: Option<Casing>,
    pub(crate) rename_all_fields: Option<Casing>,
}

/// What is said about a field or a variant.
#[derive(Debug, Default)]
pub(crate) struct FieldAttributes {
    pub(crate) name: Option<Name>,
    pub(crate) aliases: Vec<Name>,
    pub(crate) default: Option<Default>,
    pub(crate) skip: bool,
    /// The name of a logical type.
    pub(crate) logical: Option<Name>,
    pub(crate) decimal: Option<Decimal>,
    pub(crate) rename_all: Option<Casing>,
}

/// The value where a writer has none.
#[derive(Debug)]
pub(crate) enum Default {
    /// That of the Rust type.
    OfType(Span),
    /// This one.
    Value(Value, Span),
}

/// A decimal's digits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Decimal {
    pub(crate) precision: u32,
    pub(crate) scale: u32,
    pub(crate) span: Span,
}

const TYPE_WORDS: [&str; 4] = ["name", "namespace", "aliases", "schema"];
const FIELD_WORDS: [&str; 5] = ["name", "aliases", "default", "logical", "decimal"];

impl TypeAttributes {
    pub(crate) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "avro", mistakes) {
            match word.name.as_str() {
                "name" => read.name = text(&word, "\"OrderEvent\"", mistakes),
                "namespace" => read.namespace = text(&word, "\"com.example.orders\"", mistakes),
                "schema" => read.schema = text(&word, "\"schemas/order_event.avsc\"", mistakes),
                "aliases" => read.aliases.extend(texts(&word, mistakes)),
                _ => unknown(&word, "avro", &TYPE_WORDS, mistakes),
            }
        }
        for word in words(attributes, "serde", mistakes) {
            match word.name.as_str() {
                "rename" => read.name = read.name.take().or_else(|| renamed(&word, mistakes)),
                "alias" => read.aliases.extend(text(&word, "\"…\"", mistakes)),
                "rename_all" => read.rename_all = casing(&word, mistakes),
                "rename_all_fields" => read.rename_all_fields = casing(&word, mistakes),
                "deny_unknown_fields" | "crate" | "transparent" | "expecting" => {}
                "default" => mistakes.add(
                    word.span,
                    "Avro has defaults of fields only: write #[serde(default)] or #[avro(default = …)] on each field",
                ),
                "tag" | "content" | "untagged" => mistakes.add(
                    word.span,
                    "Avro writes the index of a union's branch and nothing else: take this word away, or write the tag as \
                     a field of a struct",
                ),
                "from" | "try_from" | "into" | "remote" => mistakes.add(
                    word.span,
                    format!(
                        "`{}` would make another type of it on the wire: derive AvroType for that type and convert \
                         before sending",
                        word.name
                    ),
                ),
                _ => foreign_word(&word, mistakes),
            }
        }
        read
    }
}

impl FieldAttributes {
    pub(crate) fn read(attributes: &[Attribute], mistakes: &mut Mistakes) -> Self {
        let mut read = Self::default();
        for word in words(attributes, "avro", mistakes) {
            match word.name.as_str() {
                "name" => read.name = text(&word, "\"orderId\"", mistakes),
                "aliases" => read.aliases.extend(texts(&word, mistakes)),
                "default" => {
                    read.default = Some(match word.value {
                        Value::None => Default::OfType(word.span),
                        value => {
                            let span = value.span().unwrap_or(word.span);
                            Default::Value(value, span)
                        }
                    });
                }
                "logical" => read.logical = text(&word, "\"timestamp-millis\"", mistakes),
                "decimal" => read.decimal = decimal(&word, mistakes),
                _ => unknown(&word, "avro", &FIELD_WORDS, mistakes),
            }
        }
        let (mut writes, mut reads) = (None, None);
        for word in words(attributes, "serde", mistakes) {
            match word.name.as_str() {
                "rename" => read.name = read.name.take().or_else(|| renamed(&word, mistakes)),
                "rename_all" => read.rename_all = casing(&word, mistakes),
                "alias" => read.aliases.extend(text(&word, "\"…\"", mistakes)),
                "skip" => read.skip = true,
                "skip_serializing" => writes = Some(word.span),
                "skip_deserializing" => reads = Some(word.span),
                "skip_serializing_if" | "bound" | "borrow" | "getter" => {}
                "default" if matches!(word.value, Value::None) => {
                    read.default = read.default.take().or(Some(Default::OfType(word.span)));
                }
                "default" => {
                    if read.default.is_none() {
                        mistakes.add(
                            word.span,
                            "a schema cannot call a function: write the value too, as #[avro(default = 3)]",
                        );
                    }
                }
                "flatten" => mistakes.add(
                    word.span,
                    "Avro has no flattened fields: write the fields here, or take this word away and have a record in the \
                     record",
                ),
                "with" | "serialize_with" | "deserialize_with" => mistakes.add(
                    word.span,
                    format!(
                        "`{}` is about serde's formats: choose a type that Avro has, or one that derives AvroType",
                        word.name
                    ),
                ),
                _ => foreign_word(&word, mistakes),
            }
        }
        match (writes, reads) {
            (Some(_), Some(_)) => read.skip = true,
            (Some(span), None) | (None, Some(span)) => mistakes.add(
                span,
                "a field of an Avro record is both written and read: write #[serde(skip)] for neither, or take this word \
                 away",
            ),
            (None, None) => {}
        }
        read
    }
}

/// A word that an attribute does not have.
pub(crate) fn unknown(word: &Word, attribute: &str, known: &[&str], mistakes: &mut Mistakes) {
    let near = did_you_mean(&word.name, known.iter().copied());
    let hint = near.map_or_else(
        || format!("the words here are {}", known.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    mistakes.add(word.span, format!("unknown word `{}` in #[{attribute}(…)]: {hint}", word.name));
}

/// A word of serde's that we know nothing of: it may change what is written.
fn foreign_word(word: &Word, mistakes: &mut Mistakes) {
    mistakes.add(
        word.span,
        format!("what serde's `{}` means for a schema is not known: take it away", word.name),
    );
}

/// The text of a word.
pub(crate) fn text(word: &Word, example: &str, mistakes: &mut Mistakes) -> Option<Name> {
    match &word.value {
        Value::Text(text, span) if !text.is_empty() => Some((text.clone(), *span)),
        _ => {
            mistakes.add(word.span, format!("`{}` needs a text: write {} = {example}", word.name, word.name));
            None
        }
    }
}

fn texts(word: &Word, mistakes: &mut Mistakes) -> Vec<Name> {
    let text = |value: &Value| match value {
        Value::Text(text, span) => Some((text.clone(), *span)),
        _ => None,
    };
    let texts: Option<Vec<Name>> = match &word.value {
        Value::List(values, _) => values.iter().map(text).collect(),
        _ => None,
    };
    texts.filter(|texts| !texts.is_empty()).unwrap_or_else(|| {
        let name = &word.name;
        mistakes.add(word.span, format!("`{name}` needs a list of texts: write {name} = [\"…\"]"));
        Vec::new()
    })
}

/// serde may have one name for writing and another for reading; a schema has one.
fn renamed(word: &Word, mistakes: &mut Mistakes) -> Option<Name> {
    let Value::Words(both, _) = &word.value else { return text(word, "\"…\"", mistakes) };
    let names: Vec<Option<Name>> = both.iter().map(|word| text(word, "\"…\"", mistakes)).collect();
    match &names[..] {
        [Some(one), Some(other)] if one.0 == other.0 => Some(one.clone()),
        _ => {
            mistakes.add(
                word.span,
                "a field has one name in a schema: write rename = \"…\", and alias = \"…\" for names it had before",
            );
            None
        }
    }
}

fn casing(word: &Word, mistakes: &mut Mistakes) -> Option<Casing> {
    let (name, span) = text(word, "\"camelCase\"", mistakes)?;
    let known = Casing::ALL.iter().find(|(known, _)| *known == name);
    if known.is_none() {
        let near = did_you_mean(&name, Casing::ALL.iter().map(|(known, _)| *known));
        let hint = near.map_or_else(String::new, |near| format!(": did you mean \"{near}\"?"));
        mistakes.add(span, format!("serde knows no `{name}`{hint}"));
    }
    known.map(|(_, casing)| *casing)
}

fn decimal(word: &Word, mistakes: &mut Mistakes) -> Option<Decimal> {
    let Value::Words(words, _) = &word.value else {
        mistakes.add(word.span, "a decimal needs its digits: write decimal(precision = 12, scale = 2)");
        return None;
    };
    let mut number = |name: &str| match &words.iter().find(|word| word.name == name)?.value {
        Value::Number(text, _) => text.parse::<u32>().ok(),
        value => {
            mistakes.add(value.span().unwrap_or(word.span), format!("`{name}` is a whole number"));
            None
        }
    };
    let (precision, scale) = (number("precision"), number("scale"));
    for other in words.iter().filter(|word| !matches!(word.name.as_str(), "precision" | "scale")) {
        unknown(other, "avro", &["precision", "scale"], mistakes);
    }
    let Some(precision) = precision else {
        mistakes.add(word.span, "a decimal needs a precision: write decimal(precision = 12, scale = 2)");
        return None;
    };
    Some(Decimal { precision, scale: scale.unwrap_or_default(), span: word.span })
}
