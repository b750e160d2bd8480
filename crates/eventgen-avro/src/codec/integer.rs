//! Integers of all sizes, encoded as an int or a long.

use super::EncodeError;

/// An integer that is encoded as an int or a long.
pub trait IntegerValue: Copy {
    /// The encoded number.
    ///
    /// # Errors
    /// More than 63 bits.
    fn to_wire(self) -> Result<i64, EncodeError>;

    /// The value of an encoded number; `None` if the type cannot represent it.
    fn from_wire(number: i64) -> Option<Self>;

    /// The type's name, for messages.
    const NAME: &'static str;
}

macro_rules! integers {
    ($($ty:ident),*) => {$(
        impl IntegerValue for $ty {
            const NAME: &'static str = stringify!($ty);

            #[inline]
            fn to_wire(self) -> Result<i64, EncodeError> {
                #[allow(clippy::allow_attributes, clippy::unnecessary_fallible_conversions, reason = "of some types all fit")]
                i64::try_from(self)
                    .map_err(|_| EncodeError::IntegerRange { value: self.to_string(), what: Self::NAME })
            }

            #[inline]
            fn from_wire(number: i64) -> Option<Self> {
                #[allow(clippy::allow_attributes, clippy::unnecessary_fallible_conversions, reason = "of some types all fit")]
                Self::try_from(number).ok()
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);
