//! serde for fixed values of any size. serde itself supports arrays of up to 32 items. Generated code uses this module
//! for fields with larger ones; they are sequences of numbers, as the smaller ones are.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Serializes a field that holds fixed values.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<T: FixedBytes, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

/// Deserializes a field that holds fixed values.
///
/// # Errors
/// Those of the deserializer, and a number of bytes that differs from the schema.
pub fn deserialize<'de, T: FixedBytes, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A type of a field that holds fixed values.
pub trait FixedBytes: Sized {
    /// Serializes it.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Deserializes it.
    ///
    /// # Errors
    /// Those of the deserializer, and a number of bytes that differs from the schema.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

impl<const SIZE: usize> FixedBytes for [u8; SIZE] {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<Self>::read(deserializer).map(|bytes| *bytes)
    }
}

/// Large values, which never live on the stack.
impl<const SIZE: usize> FixedBytes for Box<[u8; SIZE]> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Vec::<u8>::deserialize(deserializer)?.into_boxed_slice();
        let length = bytes.len();
        bytes.try_into().map_err(|_| D::Error::invalid_length(length, &format!("{SIZE} bytes").as_str()))
    }
}

impl<T: FixedBytes> FixedBytes for Option<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Out).serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<In<T>>::deserialize(deserializer)?.map(|In(value)| value))
    }
}

impl<T: FixedBytes> FixedBytes for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Out))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<In<T>>::deserialize(deserializer)?.into_iter().map(|In(value)| value).collect())
    }
}

impl<T: FixedBytes> FixedBytes for BTreeMap<String, T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(key, value)| (key, Out(value))))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = BTreeMap::<String, In<T>>::deserialize(deserializer)?;
        Ok(entries.into_iter().map(|(key, In(value))| (key, value)).collect())
    }
}

/// A value to serialize.
struct Out<'a, T>(&'a T);

impl<T: FixedBytes> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// A deserialized value.
struct In<T>(T);

impl<'de, T: FixedBytes> Deserialize<'de> for In<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}
