//! The schema of one type as fragments: a derive sees one type only, and leaves gaps for the types that it uses.

/// The schema of a type.
#[derive(Debug)]
pub struct Definition {
    /// The short name; of a well-known type the full name.
    pub name: &'static str,
    /// The package of a type with a file of its own. The empty string is a file without a package. A type without a file is
    /// nested in the message that uses it.
    pub package: Option<&'static str>,
    /// The kind of declaration.
    pub kind: Kind,
    /// The documentation, which may be empty.
    pub doc: &'static str,
    /// The option of an event: the fields of the annotation in Protobuf's text format, one a line. Only exported files have
    /// it.
    pub option: Option<&'static str>,
    /// The statements in the braces of the declaration, one a line.
    pub body: &'static [Piece],
}

/// The kind of a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A message.
    Message,
    /// An enum.
    Enum,
    /// A oneof. Its members are declared in the message that contains it.
    Oneof,
    /// A well-known type of Google, in the file with this name.
    WellKnown(&'static str),
}

/// A fragment of the statements.
#[derive(Debug)]
pub enum Piece {
    /// Text.
    Text(&'static str),
    /// The name of another type.
    Type(fn() -> &'static Definition),
    /// The members of a oneof.
    Members(fn() -> &'static Definition),
}
