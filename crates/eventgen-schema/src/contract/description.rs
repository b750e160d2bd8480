//! What documentation shows of the schema of an event.

/// The schema of an event, for people. [`describe`](crate::describe) makes it, in the terms of the event's language.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// The record of the event, then the named types that it is made of, in the order in which they are first used.
    pub types: Vec<TypeDescription>,
    /// A value of the event; `None` if the smallest one is too large to be shown.
    pub example: Option<Example>,
}

impl Description {
    pub(crate) fn new(types: Vec<TypeDescription>, example: Option<Example>) -> Self {
        Self { types, example }
    }

    /// The types, fields and symbols that have tags or rules, in the order of the description.
    pub fn governed(&self) -> impl Iterator<Item = Governed<'_>> {
        self.types.iter().flat_map(|ty| {
            let (fields, symbols) = match &ty.content {
                Content::Record(fields) => (&fields[..], &[][..]),
                Content::Enum { symbols, .. } => (&[][..], &symbols[..]),
                Content::Fixed { .. } => (&[][..], &[][..]),
            };
            let own = (None, &ty.tags, &ty.rules);
            let fields = fields.iter().map(|field| (Some(&*field.name), &field.tags, &field.rules));
            let symbols = symbols.iter().map(|symbol| (Some(&*symbol.name), &symbol.tags, &symbol.rules));
            let all = std::iter::once(own).chain(fields).chain(symbols);
            all.filter(|(_, tags, rules)| !tags.is_empty() || !rules.is_empty())
                .map(|(field, tags, rules)| Governed { type_name: &ty.name, field, tags, rules })
        })
    }
}

/// A type, a field or a symbol with its tags and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Governed<'a> {
    /// The full name of the type.
    pub type_name: &'a str,
    /// The field, or the symbol of an enum; `None` for the type itself.
    pub field: Option<&'a str>,
    /// The tags.
    pub tags: &'a [String],
    /// The rules.
    pub rules: &'a [RuleDescription],
}

/// A rule that a schema states of its values, in the form of Confluent's clients. eventgen does not evaluate it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleDescription {
    /// Its name.
    pub name: Option<String>,
    /// Its documentation.
    pub doc: Option<String>,
    /// The condition in the Common Expression Language (CEL).
    pub expression: Option<String>,
    /// The condition in SQL.
    pub sql: Option<String>,
}

/// A value of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Example {
    /// As JSON with indentation, fields in the order of the schema.
    pub json: String,
    /// As it is on the wire, without the schema id in front.
    pub bytes: Vec<u8>,
}

impl Example {
    pub(crate) fn new(json: String, bytes: Vec<u8>) -> Self {
        Self { json, bytes }
    }
}

/// A named type.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TypeDescription {
    /// Its full name.
    pub name: String,
    /// What its language calls such a type: `record`, `message`, `enum`, `fixed`.
    pub kind: &'static str,
    /// Its documentation.
    pub doc: Option<String>,
    /// Former full names, by which a reader recognizes it.
    pub former_names: Vec<String>,
    /// Confluent's tags, such as `PII`.
    pub tags: Vec<String>,
    /// Rules of its values.
    pub rules: Vec<RuleDescription>,
    /// What it consists of.
    pub content: Content,
}

/// What a named type consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// Fields, in the order of the schema.
    Record(Vec<FieldDescription>),
    /// One of several names.
    #[non_exhaustive]
    Enum {
        /// The names.
        symbols: Vec<SymbolDescription>,
        /// The symbol for an unknown symbol of a writer.
        default: Option<String>,
    },
    /// A number of bytes.
    #[non_exhaustive]
    Fixed {
        /// The number.
        size: u32,
    },
}

/// A field of a record or message.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldDescription {
    /// Its name.
    pub name: String,
    /// Its number, in a language that has them.
    pub number: Option<u32>,
    /// Its type.
    pub type_parts: Vec<TypePart>,
    /// Its documentation.
    pub doc: Option<String>,
    /// The value for a writer without this field, as JSON.
    pub default: Option<String>,
    /// The choice that it is a member of: at most one of the members is set.
    pub oneof: Option<String>,
    /// Former names, by which a reader recognizes it.
    pub former_names: Vec<String>,
    /// Confluent's tags, such as `PII`.
    pub tags: Vec<String>,
    /// Rules of its values.
    pub rules: Vec<RuleDescription>,
}

/// A part of a type as people write it: `array of ` and `com.example.Line`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TypePart {
    /// Words.
    Text(String),
    /// The full name of a type, which may be described, too.
    Name(String),
}

/// A symbol of an enum.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SymbolDescription {
    /// Its name.
    pub name: String,
    /// Its number, in a language that has them.
    pub number: Option<i32>,
    /// Its documentation.
    pub doc: Option<String>,
    /// Confluent's tags, such as `DEPRECATED`. Avro has no place for them.
    pub tags: Vec<String>,
    /// Rules, which have no place in Avro either.
    pub rules: Vec<RuleDescription>,
}
