//! Values of generated types inside others, and unions of one branch or of null and several others.

use super::{BranchValue, Decode, DecodeError, Encode, Reader, Sink, ValueSink};

/// The value of a default that code generation has encoded and checked. Builders use it for fields that are not set.
///
/// # Panics
/// If `bytes` are not a value, which is an error of code generation.
#[doc(hidden)]
pub fn default_value<'a, T>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Reader<'a>) -> Result<T, DecodeError>,
) -> T {
    read(&mut Reader::new(bytes)).expect("checked when the code was generated")
}

impl<S: Sink> ValueSink for S {
    #[inline]
    fn value<T: Encode>(&mut self, value: &T) {
        value.encode(self);
    }

    #[inline]
    fn single<T: ?Sized>(&mut self, value: &T, item: impl FnOnce(&mut Self, &T)) {
        self.put(&[0]);
        item(self, value);
    }

    #[inline]
    fn optional<T: Encode>(&mut self, null: u32, value: Option<&T>) {
        match value {
            None => self.long(i64::from(null)),
            Some(value) => value.encode(self),
        }
    }
}

#[doc(hidden)]
impl<'a> Reader<'a> {
    /// Null, the first branch, or a value.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn option<T: BranchValue>(&mut self) -> Result<Option<T>, DecodeError> {
        let branch = self.branch_of(1)?;
        if branch.is_first() { Ok(None) } else { T::read_branch(self, branch).map(Some) }
    }

    /// A value that decodes itself.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn value<T: Decode<'a>>(&mut self) -> Result<T, DecodeError> {
        T::decode(self)
    }

    /// A string, converted to another type.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn text<T: From<&'a str>>(&mut self) -> Result<T, DecodeError> {
        self.string_ref().map(T::from)
    }

    /// A value that decodes itself, into an existing one.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn value_into<T: Decode<'a>>(&mut self, out: &mut T) -> Result<(), DecodeError> {
        T::decode_into(self, out)
    }

    /// A function that reads into an existing value without reusing its memory.
    #[inline]
    pub fn anew<T>(
        item: impl Fn(&mut Self) -> Result<T, DecodeError>,
    ) -> impl Fn(&mut Self, &mut T) -> Result<(), DecodeError> {
        move |reader, out| {
            *out = item(reader)?;
            Ok(())
        }
    }

    /// A union of one branch.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn single<T>(
        &mut self,
        item: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let position = self.position();
        match self.long()? {
            0 => item(self),
            index => Err(DecodeError::unknown_branch(position, index, 1)),
        }
    }

    /// A union of null and several other branches: null, or an enum of the others, which reads its own index. `null`
    /// is the index of null.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn optional<T: Decode<'a>>(&mut self, null: u32) -> Result<Option<T>, DecodeError> {
        let mut ahead = self.clone();
        if ahead.long()? == i64::from(null) {
            *self = ahead;
            return Ok(None);
        }
        T::decode(self).map(Some)
    }
}
