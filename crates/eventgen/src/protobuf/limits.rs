//! Limits on the depth and the memory of a payload's messages, checked before prost decodes it.
//!
//! An empty message takes two bytes of a payload and the whole size of its Rust type in memory. prost limits the depth of
//! messages and not their memory. Each message type has a table of the fields that hold messages, and a payload is walked
//! along these tables. Most payloads are too short to exceed a limit and are not walked.

use std::collections::HashMap;
use std::sync::OnceLock;

use prost::encoding::{DecodeContext, WireType, decode_key, decode_varint, skip_field};

use crate::{DecodeError, DecodeOptions};

/// prost's limit for nested messages.
const PROST_DEPTH: usize = 100;
/// What an absent field takes in memory and not in the payload is allowed for: items may take more than in Avro.
const ALLOWANCE: usize = 4;
/// The fewest bytes of a message in a payload: its key and its length.
const SMALLEST: usize = 2;

/// The fields of a message type that hold messages.
#[derive(Debug)]
pub struct NestedFields {
    fields: &'static [NestedField],
    /// The types of oneofs, which have the fields of their members.
    oneofs: &'static [Nested],
    summary: OnceLock<Summary>,
}

/// The table of another type.
pub type Nested = fn() -> &'static NestedFields;

/// A field that holds messages.
#[derive(Debug)]
pub struct NestedField {
    number: u32,
    /// The bytes that each message allocates: none if it is part of the message around it.
    memory: usize,
    /// Whether the message is the value of a map's entry.
    is_map: bool,
    nested: Nested,
}

impl NestedField {
    /// A field that is repeated, boxed or part of its message.
    pub const fn new(number: u32, memory: usize, nested: Nested) -> Self {
        Self { number, memory, is_map: false, nested }
    }

    /// A map of messages.
    pub const fn map(number: u32, memory: usize, nested: Nested) -> Self {
        Self { number, memory, is_map: true, nested }
    }
}

/// What is known of a type and of all types in it.
#[derive(Debug, Clone, Copy)]
struct Summary {
    /// The most that one message allocates.
    largest: usize,
    /// The most levels of messages; `None` if a message contains itself.
    depth: Option<usize>,
}

impl NestedFields {
    /// The table of a type without messages in it.
    pub fn none() -> &'static Self {
        static NONE: NestedFields = NestedFields::new(&[], &[]);
        &NONE
    }

    /// The table of a type.
    pub const fn new(fields: &'static [NestedField], oneofs: &'static [Nested]) -> Self {
        Self { fields, oneofs, summary: OnceLock::new() }
    }

    fn all(&self) -> impl Iterator<Item = &'static NestedField> {
        self.fields.iter().chain(self.oneofs.iter().flat_map(|oneof| oneof().fields))
    }

    fn summary(&'static self) -> Summary {
        *self.summary.get_or_init(|| {
            let mut largest = 0;
            let depth = measure(self, &mut HashMap::new(), &mut largest);
            Summary { largest, depth }
        })
    }

    /// Checks a payload.
    ///
    /// # Errors
    /// It exceeds a limit. A malformed payload is left to prost.
    pub(super) fn check(&'static self, payload: &[u8], options: DecodeOptions) -> Result<(), DecodeError> {
        let budget = payload
            .len()
            .saturating_mul(options.memory_per_byte)
            .saturating_add(options.memory)
            .saturating_mul(ALLOWANCE);
        let max_depth = options.max_depth.min(PROST_DEPTH);
        let Summary { largest, depth } = self.summary();
        let most = payload.len() / SMALLEST;
        let is_shallow = most <= max_depth || depth.is_some_and(|depth| depth <= max_depth);
        if is_shallow && most.saturating_mul(largest) <= budget {
            return Ok(());
        }
        let mut walk = Walk { left: budget, budget, max_depth };
        match walk.message(Scope::Message(self), &mut &*payload, 0, None) {
            Ok(()) | Err(Stop::Malformed) => Ok(()),
            Err(Stop::Exceeded(error)) => Err(error),
        }
    }
}

/// The levels in a type; `None` if it contains itself, or a type that does.
fn measure(
    table: &'static NestedFields,
    known: &mut HashMap<*const NestedFields, Option<usize>>,
    largest: &mut usize,
) -> Option<usize> {
    let address: *const NestedFields = table;
    if let Some(&depth) = known.get(&address) {
        return depth;
    }
    // While its fields are measured, a type that is found again contains itself.
    known.insert(address, None);
    let mut deepest = Some(0);
    for field in table.all() {
        *largest = field.memory.max(*largest);
        let levels = if field.is_map { 2 } else { 1 };
        let inner = measure((field.nested)(), known, largest);
        deepest = deepest.zip(inner).map(|(deepest, inner)| deepest.max(inner + levels));
    }
    known.insert(address, deepest);
    deepest
}

/// Why a walk ends early.
enum Stop {
    Malformed,
    Exceeded(DecodeError),
}

/// What bytes are read as.
#[derive(Clone, Copy)]
enum Scope {
    Message(&'static NestedFields),
    /// An entry of a map.
    Entry(Nested),
}

impl Scope {
    /// The memory and the type of the message in a field.
    fn find(self, number: u32) -> Option<(usize, Scope)> {
        match self {
            Self::Message(table) => {
                let field = table.all().find(|field| field.number == number)?;
                let scope =
                    if field.is_map { Self::Entry(field.nested) } else { Self::Message((field.nested)()) };
                Some((field.memory, scope))
            }
            Self::Entry(value) => (number == 2).then(|| (0, Self::Message(value()))),
        }
    }
}

struct Walk {
    left: usize,
    budget: usize,
    max_depth: usize,
}

impl Walk {
    /// Walks a message, or a group up to its end. The depth is limited.
    fn message(
        &mut self,
        scope: Scope,
        bytes: &mut &[u8],
        depth: usize,
        group: Option<u32>,
    ) -> Result<(), Stop> {
        while !bytes.is_empty() {
            let (number, wire_type) = decode_key(bytes).map_err(|_| Stop::Malformed)?;
            if wire_type == WireType::EndGroup {
                return if group == Some(number) { Ok(()) } else { Err(Stop::Malformed) };
            }
            let Some((memory, inner)) = scope.find(number) else {
                skip_field(wire_type, number, bytes, DecodeContext::default())
                    .map_err(|_| Stop::Malformed)?;
                continue;
            };
            if depth == self.max_depth {
                return Err(Stop::Exceeded(DecodeError::TooDeep { limit: self.max_depth }));
            }
            let too_large = DecodeError::TooLarge { limit: self.budget };
            self.left = self.left.checked_sub(memory).ok_or(Stop::Exceeded(too_large))?;
            match wire_type {
                WireType::LengthDelimited => {
                    let length = decode_varint(bytes).map_err(|_| Stop::Malformed)?;
                    let length = usize::try_from(length).map_err(|_| Stop::Malformed)?;
                    let (mut message, rest) = bytes.split_at_checked(length).ok_or(Stop::Malformed)?;
                    self.message(inner, &mut message, depth + 1, None)?;
                    *bytes = rest;
                }
                WireType::StartGroup => self.message(inner, bytes, depth + 1, Some(number))?,
                _ => return Err(Stop::Malformed),
            }
        }
        if group.is_none() { Ok(()) } else { Err(Stop::Malformed) }
    }
}

/// A message type with a table, in generated code.
pub trait NestedMessages {
    /// The table.
    fn nested() -> &'static NestedFields;
}

macro_rules! well_known {
    ($($ty:ident: $field:expr;)*) => {$(
        impl NestedMessages for prost_types::$ty {
            fn nested() -> &'static NestedFields {
                static NESTED: NestedFields = NestedFields::new(&$field, &[]);
                &NESTED
            }
        }
    )*};
}

// The types that contain themselves. Others take about as much memory as bytes of a payload.
well_known! {
    Struct: [NestedField::map(1, size_of::<(String, prost_types::Value)>(), prost_types::Value::nested)];
    Value: [
        NestedField::new(5, 0, prost_types::Struct::nested),
        NestedField::new(6, 0, prost_types::ListValue::nested),
    ];
    ListValue: [NestedField::new(1, size_of::<prost_types::Value>(), prost_types::Value::nested)];
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use prost_types::{ListValue, Struct, Value, value};

    use super::*;

    fn list(values: Vec<Value>) -> Value {
        Value { kind: Some(value::Kind::ListValue(ListValue { values })) }
    }

    fn check(value: &Value, options: DecodeOptions) -> Result<(), DecodeError> {
        Value::nested().check(&value.encode_to_vec(), options)
    }

    #[test]
    fn depth_is_limited() {
        let levels = |count: usize| (0..count).fold(list(Vec::new()), |value, _| list(vec![value]));
        // Each level is a list and a value; the innermost is a list.
        let options = DecodeOptions::DEFAULT.with_max_depth(21);
        assert_eq!(check(&levels(10), options), Ok(()));
        assert_eq!(check(&levels(11), options), Err(DecodeError::TooDeep { limit: 21 }));
        assert_eq!(check(&levels(60), DecodeOptions::DEFAULT), Err(DecodeError::TooDeep { limit: 64 }));
        // prost's own limit holds whatever the options are.
        let options = DecodeOptions::DEFAULT.with_max_depth(usize::MAX);
        assert_eq!(check(&levels(60), options), Err(DecodeError::TooDeep { limit: 100 }));
    }

    #[test]
    fn memory_is_limited() {
        let value = list(vec![Value { kind: None }; 1_000]);
        let options = DecodeOptions::DEFAULT.with_memory(0).with_memory_per_byte(1);
        assert!(matches!(check(&value, options), Err(DecodeError::TooLarge { .. })));
        assert_eq!(check(&value, DecodeOptions::DEFAULT), Ok(()));
        let fields = (0..1_000).map(|key| (key.to_string(), Value { kind: None })).collect();
        let map = Value { kind: Some(value::Kind::StructValue(Struct { fields })) };
        assert!(matches!(check(&map, options), Err(DecodeError::TooLarge { .. })));
        assert_eq!(check(&map, DecodeOptions::DEFAULT), Ok(()));
    }

    #[test]
    fn malformed_payloads_are_left_to_prost() {
        let options = DecodeOptions::DEFAULT.with_memory(0).with_memory_per_byte(0);
        for payload in [&[0x32, 0x7f][..], &[0x33], &[0x34], &[0x30, 1], &[0xff; 11], &[0x07, 0]] {
            assert_eq!(Value::nested().check(payload, options), Ok(()), "{payload:?}");
            assert!(Value::decode(payload).is_err(), "{payload:?}");
        }
    }
}
