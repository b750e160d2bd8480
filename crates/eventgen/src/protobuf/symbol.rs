//! The text form of an enum. prost represents its values as numbers.

use super::ProtobufType;
use crate::Text;

/// A value of an enum. Its text form is its name in the schema, or its number if the schema has no name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Symbol {
    name: Option<&'static str>,
    number: i32,
}

impl Symbol {
    /// The value with this name and number.
    pub const fn new(name: Option<&'static str>, number: i32) -> Self {
        Self { name, number }
    }
}

/// A value of an enum with `#[derive(ProtobufType)]`. Such an enum is prost's, and converts into its number.
// Coherence accepts this beside `impl<T> From<T> for T` because `Symbol` does not implement `ProtobufType`.
impl<E: ProtobufType + Into<i32>> From<E> for Symbol {
    fn from(value: E) -> Self {
        let number = value.into();
        Self::new(E::symbol(number), number)
    }
}

impl Text for Symbol {
    fn write_text(&self, out: &mut Vec<u8>) {
        match self.name {
            Some(name) => name.write_text(out),
            None => self.number.write_text(out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_of_a_value_without_a_name_is_its_number() {
        let text = |symbol: Symbol| {
            let mut out = Vec::new();
            symbol.write_text(&mut out);
            String::from_utf8(out).expect("UTF-8")
        };
        assert_eq!(text(Symbol::new(Some("REASON_EXPIRED_CARD"), 2)), "REASON_EXPIRED_CARD");
        assert_eq!(text(Symbol::new(None, -7)), "-7");
    }
}
