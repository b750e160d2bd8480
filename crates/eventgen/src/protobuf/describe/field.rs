//! Fields of messages as keys and headers reach them. Each is a trait of its own, told by the fingerprint of the field's
//! name, so that a path through types that a derive does not see is checked by the compiler.

use crate::Text;

/// A field with a text form: a string, a whole number, a boolean or an enum, neither repeated nor in a oneof.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field of this name that can be part of a key or a header",
    label = "a path ends at a string, a whole number, a boolean or an enum",
    note = "what is repeated, in a map or in a oneof is reached by no path"
)]
pub trait TextField<const NAME: u64> {
    /// Whether it is `optional`.
    const OPTIONAL: bool;
    /// What has the text form.
    type Value<'v>: Text
    where
        Self: 'v;

    /// The value, if it is there.
    fn text(&self) -> Option<Self::Value<'_>>;

    /// The default, which stands for the value where the message is absent.
    fn absent<'v>() -> Self::Value<'v>
    where
        Self: 'v;
}

/// A field that is a message, neither repeated nor in a oneof.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no field of this name that is a message",
    label = "a path goes through messages",
    note = "what is repeated, in a map or in a oneof is reached by no path"
)]
pub trait MessageField<const NAME: u64> {
    /// Its type.
    type Message;

    /// The message, if it is there.
    fn message(&self) -> Option<&Self::Message>;
}
