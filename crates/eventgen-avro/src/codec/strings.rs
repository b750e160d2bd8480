//! Reads strings. Most are short and ASCII. The fast path for those calls no function, so that its state stays in
//! registers, and leaves every other string to the general path.

use super::{DecodeError, DecodeErrorKind, Reader, unchecked};

#[doc(hidden)]
impl<'a> Reader<'a> {
    /// The bytes whose length is encoded in one byte, and the bytes after them. Does not advance the reader.
    #[inline(always)]
    pub(crate) fn short(&self) -> Option<(&'a [u8], &'a [u8])> {
        match self.rest() {
            [length, behind @ ..] if length & 0x81 == 0 => behind.split_at_checked(usize::from(length >> 1)),
            _ => None,
        }
    }

    #[inline(never)]
    fn short_string(&mut self) -> Option<&'a str> {
        let (bytes, rest) = self.short()?;
        let text = unchecked::short_ascii(bytes)?;
        self.go_on(rest);
        Some(text)
    }

    #[inline(never)]
    fn any_string(&mut self) -> Result<&'a str, DecodeError> {
        let position = self.position();
        let bytes = self.bytes_ref()?;
        match unchecked::text(bytes) {
            Some(text) => Ok(text),
            None => Err(DecodeError::new(position, DecodeErrorKind::InvalidUtf8)),
        }
    }

    #[inline(never)]
    fn short_string_into(&mut self, out: &mut String) -> bool {
        match self.short() {
            Some((bytes, rest)) if unchecked::assign_short_ascii(out, bytes) => {
                self.go_on(rest);
                true
            }
            _ => false,
        }
    }

    #[inline(never)]
    fn any_string_into(&mut self, out: &mut String) -> Result<(), DecodeError> {
        let text = self.any_string()?;
        out.clear();
        out.reserve_exact(text.len());
        out.push_str(text);
        Ok(())
    }

    /// A string, borrowed from the payload.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn string_ref(&mut self) -> Result<&'a str, DecodeError> {
        match self.short_string() {
            Some(text) => Ok(text),
            None => self.any_string(),
        }
    }

    /// A string.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn string(&mut self) -> Result<String, DecodeError> {
        match self.string_ref() {
            Ok(text) => Ok(String::from(text)),
            Err(error) => Err(error),
        }
    }

    /// A string, into one whose memory is reused.
    #[inline]
    #[doc = include_str!("errors.md")]
    pub fn string_into(&mut self, out: &mut String) -> Result<(), DecodeError> {
        if self.short_string_into(out) { Ok(()) } else { self.any_string_into(out) }
    }
}
