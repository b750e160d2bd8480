//! The parts of a schema that have a location.

/// A part of a schema: a named type or one of its members, or the schema itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub struct Element {
    /// The full name of the record, enum, fixed or message; empty for the schema itself.
    pub type_name: String,
    /// The field, symbol or enum value; `None` for the type itself.
    pub member: Option<String>,
}

impl Element {
    /// The schema itself.
    pub fn schema() -> Self {
        Self::default()
    }

    /// A named type.
    pub fn of_type(full_name: impl Into<String>) -> Self {
        Self { type_name: full_name.into(), member: None }
    }

    /// A member of a named type.
    pub fn of_member(full_name: impl Into<String>, member: impl Into<String>) -> Self {
        Self { type_name: full_name.into(), member: Some(member.into()) }
    }

    /// The type that the element is in; `None` for the schema itself.
    pub fn enclosing_type(&self) -> Option<Self> {
        (!self.type_name.is_empty()).then(|| Self::of_type(self.type_name.clone()))
    }
}
