//! serde for fixed values of any size: serde itself knows arrays of up to 32 items only. Generated code names this module
//! at fields that hold larger ones; they are sequences of numbers, as the smaller ones are.

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
/// Those of the deserializer, and bytes more or fewer than the schema's.
pub fn deserialize<'de, T: FixedBytes, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A type of generated code that holds fixed values.
pub trait FixedBytes: Sized {
    /// Serializes it.
    ///
    /// # Errors
    /// Those of the serializer.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// Deserializes it.
    ///
    /// # Errors
    /// Those of the deserializer, and bytes more or fewer than the schema's.
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

/// Large values, which are never on the stack.
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

/// A value on its way out.
struct Out<'a, T>(&'a T);

impl<T: FixedBytes> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// A value on its way in.
struct In<T>(T);

impl<'de, T: FixedBytes> Deserialize<'de> for In<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}
