//! The fields of messages that keys and headers can reach. Each field is an implementation for the fingerprint of its name,
//! so that the compiler checks paths through types that a derive does not see.

use crate::Text;

/// A field with a text form: a string, an integer, a boolean or an enum, neither repeated nor in a oneof.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field of this name that can be part of a key or a header",
    label = "a path ends at a string, an integer, a boolean or an enum",
    note = "a path cannot reach repeated fields, maps and oneofs"
)]
pub trait TextField<const NAME: u64> {
    /// Whether the field is `optional`.
    const OPTIONAL: bool;
    /// The type of the value.
    type Value<'v>: Text
    where
        Self: 'v;

    /// The value, if it is present.
    fn text(&self) -> Option<Self::Value<'_>>;
}

/// A field that is a message, neither repeated nor in a oneof.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field of this name that is a message",
    label = "a path goes through messages",
    note = "a path cannot reach repeated fields, maps and oneofs"
)]
pub trait MessageField<const NAME: u64> {
    /// The type of the message.
    type Message;

    /// The message, if it is present.
    fn message(&self) -> Option<&Self::Message>;
}
