//! Recursive types and types without bytes: boxes, large fixed values, null, and the limit of nesting.

#[cfg(doc)]
use super::Limits;
use super::{Decode, DecodeError, DecodeErrorKind, Encode, Reader, Sink};

/// The maximum stack for those levels, in bytes: a quarter of what Rust gives a thread. Records of hundreds of fields
/// use tens of thousands of bytes per level in code that is not optimized, and are read to fewer levels then.
const MAX_STACK: usize = 512 * 1024;

#[doc(hidden)]
impl Reader<'_> {
    /// Reads a level of a recursive type. Generated code calls this for such types only.
    ///
    /// # Errors
    /// [`DecodeErrorKind::TooDeep`] beyond the levels that [`Limits`] allow, and those of `read`.
    #[inline]
    pub fn nested<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let marker = 0_u8;
        let here = std::ptr::from_ref(&marker).addr();
        if self.depth == 0 {
            self.stack = here;
        }
        if self.depth >= self.depth_limit || self.stack.abs_diff(here) > MAX_STACK {
            return Err(DecodeError::new(self.position(), DecodeErrorKind::TooDeep { limit: self.depth }));
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }
}

#[doc(hidden)]
impl Reader<'_> {
    /// A fixed number of bytes that is too large for the stack.
    #[doc = include_str!("errors.md")]
    pub fn fixed_boxed<const SIZE: usize>(&mut self) -> Result<Box<[u8; SIZE]>, DecodeError> {
        let (position, remaining) = (self.position(), self.remaining());
        let bytes: Box<[u8]> = self.take(SIZE)?.into();
        bytes.try_into().map_err(|_| {
            DecodeError::new(position, DecodeErrorKind::UnexpectedEnd { needed: SIZE, remaining })
        })
    }
}

impl<T: Encode> Encode for Box<T> {
    #[inline]
    fn encode<S: Sink>(&self, sink: &mut S) {
        T::encode(self, sink);
    }
}

impl<'a, T: Decode<'a>> Decode<'a> for Box<T> {
    const MIN_WIRE_SIZE: usize = T::MIN_WIRE_SIZE;

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        T::decode(reader).map(Self::new)
    }

    #[inline]
    fn decode_into(reader: &mut Reader<'a>, out: &mut Self) -> Result<(), DecodeError> {
        T::decode_into(reader, out)
    }
}

/// Null: no bytes.
impl Encode for () {
    #[inline]
    fn encode<S: Sink>(&self, _: &mut S) {}
}

impl Decode<'_> for () {
    const MIN_WIRE_SIZE: usize = 0;

    #[inline]
    fn decode(_: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Ok(())
    }
}
