//! Messages of any content.

use prost_reflect::bytes::Bytes;
use prost_reflect::{DynamicMessage, FieldDescriptor, Kind as Scalar, MapKey, MessageDescriptor, Value};

/// Decisions, made of bytes so that a failure shrinks: when they run out, everything ends.
pub(crate) struct Decisions<'a>(pub(crate) &'a [u8]);

impl Decisions<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn number(&mut self) -> u64 {
        let length = usize::from(self.byte() % 9);
        (0..length).fold(0, |number, _| number << 8 | u64::from(self.byte()))
    }

    fn text(&mut self) -> String {
        (0..self.byte() % 6)
            .map(|_| ['a', '|', '\\', 'é', '\u{1f600}', '\0'][usize::from(self.byte() % 6)])
            .collect()
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "any number will do")]
    fn scalar(&mut self, kind: &Scalar, depth: usize) -> Value {
        match kind {
            Scalar::Double => Value::F64(f64::from(self.number() as u32) / 8.0),
            Scalar::Float => Value::F32(f32::from(self.number() as u16) / 8.0),
            Scalar::Int32 | Scalar::Sint32 | Scalar::Sfixed32 => Value::I32(self.number() as i32),
            Scalar::Int64 | Scalar::Sint64 | Scalar::Sfixed64 => Value::I64(self.number() as i64),
            Scalar::Uint32 | Scalar::Fixed32 => Value::U32(self.number() as u32),
            Scalar::Uint64 | Scalar::Fixed64 => Value::U64(self.number()),
            Scalar::Bool => Value::Bool(self.byte() % 2 == 1),
            Scalar::String => Value::String(self.text()),
            Scalar::Bytes => Value::Bytes(Bytes::from(self.number().to_le_bytes().to_vec())),
            // Also numbers that this version has no name for.
            Scalar::Enum(definition) => match definition.values().nth(usize::from(self.byte() % 5)) {
                Some(value) => Value::EnumNumber(value.number()),
                None => Value::EnumNumber(self.number() as i32),
            },
            Scalar::Message(message) => Value::Message(self.message(message, depth + 1)),
        }
    }

    fn key(&mut self, kind: &Scalar) -> MapKey {
        match self.scalar(kind, 0) {
            Value::I64(number) => MapKey::I64(number),
            Value::String(text) => MapKey::String(text),
            other => panic!("no map here has keys like {other:?}"),
        }
    }

    fn value(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        let count = usize::from(self.byte() % 4);
        match field.kind() {
            Scalar::Message(entry) if field.is_map() => {
                let (key, value) = (entry.map_entry_key_field().kind(), entry.map_entry_value_field().kind());
                Value::Map((0..count).map(|_| (self.key(&key), self.scalar(&value, depth))).collect())
            }
            kind if field.is_list() => Value::List((0..count).map(|_| self.scalar(&kind, depth)).collect()),
            kind => self.scalar(&kind, depth),
        }
    }

    /// A message of any content.
    pub(crate) fn message(&mut self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            if field.is_required() || (depth < 4 && self.byte() % 2 == 1) {
                let value = self.value(&field, depth);
                message.set_field(&field, value);
            }
        }
        message
    }
}
