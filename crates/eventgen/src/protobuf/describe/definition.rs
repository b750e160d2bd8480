//! Schemas in pieces: a derive sees one type only, so what it knows are texts with places for the types that it does not
//! see.

/// The schema of one type, in pieces.
#[derive(Debug)]
pub struct Definition {
    /// The short name, or of a well-known type the full one.
    pub name: &'static str,
    /// The package of a type that has a file of its own, which may be none: the empty string. A type without is nested in
    /// the message that uses it.
    pub package: Option<&'static str>,
    /// What it is.
    pub kind: Kind,
    /// What its author wrote about it; lines, or nothing.
    pub doc: &'static str,
    /// The option of an event in Protobuf's text format, what stands between the braces: one of its fields a line. There
    /// in files only.
    pub option: Option<&'static str>,
    /// What stands in the braces of its declaration, a statement a line.
    pub body: &'static [Piece],
}

/// What a type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A message.
    Message,
    /// An enum.
    Enum,
    /// A oneof, whose members are those of the message that has it.
    Oneof,
    /// A type of Google's, in the file of this name.
    WellKnown(&'static str),
}

/// A piece of a schema.
#[derive(Debug)]
pub enum Piece {
    /// Text as it is.
    Text(&'static str),
    /// The name of another type.
    Type(fn() -> &'static Definition),
    /// The members of a oneof.
    Members(fn() -> &'static Definition),
}
