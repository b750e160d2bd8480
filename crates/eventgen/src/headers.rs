//! Record headers: an ordered list of names and values, in which names may repeat.
//!
//! Names are bytes. The protocol of Kafka does not require UTF-8
//! ([KIP-82](https://cwiki.apache.org/confluence/x/CUZpAw)): the Java client writes UTF-8 only, clients in C may write any
//! bytes. librdkafka truncates a name at its first zero byte.

use std::fmt;

use bytes::{BufMut, Bytes};

use crate::Text;

/// The headers of a record.
///
/// A received record shares the memory of its headers with other records of the same batch.
#[derive(Clone, Default)]
pub struct Headers {
    /// All headers, one after another: the length of the name, the length of the value plus 1 (0 if there is no value), both
    /// in 4 bytes, then the name and the value.
    encoded: Encoded,
    count: usize,
}

#[derive(Clone)]
enum Encoded {
    Own(Vec<u8>),
    #[cfg_attr(not(feature = "kafka"), expect(dead_code, reason = "only received records share memory"))]
    Shared(Bytes),
}

impl Default for Encoded {
    fn default() -> Self {
        Self::Own(Vec::new())
    }
}

impl Encoded {
    fn as_slice(&self) -> &[u8] {
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(bytes) => bytes,
        }
    }

    fn to_mut(&mut self) -> &mut Vec<u8> {
        if let Self::Shared(bytes) = self {
            *self = Self::Own(bytes.to_vec());
        }
        match self {
            Self::Own(bytes) => bytes,
            Self::Shared(_) => unreachable!("it was just copied"),
        }
    }
}

/// Appends a header in the encoding of [`Headers`].
pub(crate) fn encode(into: &mut impl BufMut, name: &[u8], value: Option<&[u8]>) {
    let length = |bytes: &[u8]| u32::try_from(bytes.len()).expect("a header is shorter than 4 GiB");
    into.put_u32(length(name));
    into.put_u32(
        value.map_or(0, |value| length(value).checked_add(1).expect("a value is shorter than 4 GiB")),
    );
    into.put_slice(name);
    into.put_slice(value.unwrap_or_default());
}

/// The bytes that [`encode`] appends.
#[cfg(feature = "kafka")]
pub(crate) fn encoded_length(name: &[u8], value: Option<&[u8]>) -> usize {
    8 + name.len() + value.map_or(0, <[u8]>::len)
}

impl Headers {
    /// No headers.
    pub const fn new() -> Self {
        Self { encoded: Encoded::Own(Vec::new()), count: 0 }
    }

    /// Headers that were [encoded](encode).
    #[cfg(feature = "kafka")]
    pub(crate) fn from_encoded(encoded: Bytes, count: usize) -> Self {
        Self { encoded: Encoded::Shared(encoded), count }
    }

    /// Copies the headers into memory of their own.
    #[cfg(feature = "kafka")]
    pub(crate) fn detach(&mut self) {
        self.encoded.to_mut();
    }

    /// The bytes of memory that the headers take.
    #[cfg(feature = "kafka")]
    pub(crate) fn size(&self) -> usize {
        self.encoded.as_slice().len()
    }

    /// Sets a header to the text form of a value and removes all earlier headers with this name.
    pub fn set(&mut self, name: impl AsRef<[u8]>, value: impl Text) {
        let mut bytes = Vec::new();
        value.write_text(&mut bytes);
        self.remove(&name);
        self.push(name.as_ref(), Some(&bytes));
    }

    /// Appends a header, even if there is already one with this name. Kafka allows a null value.
    #[expect(clippy::needless_pass_by_value, reason = "a value is made for its header and not used again")]
    pub fn append(&mut self, name: impl AsRef<[u8]>, value: Option<Vec<u8>>) {
        self.push(name.as_ref(), value.as_deref());
    }

    fn push(&mut self, name: &[u8], value: Option<&[u8]>) {
        encode(self.encoded.to_mut(), name, value);
        self.count += 1;
    }

    /// Removes all headers with this name.
    pub fn remove(&mut self, name: impl AsRef<[u8]>) {
        let name = name.as_ref();
        if self.iter().all(|(existing, _)| existing != name) {
            return;
        }
        let mut kept = Self::new();
        self.iter()
            .filter(|(existing, _)| *existing != name)
            .for_each(|(name, value)| kept.push(name, value));
        *self = kept;
    }

    /// Removes all headers and keeps their memory.
    #[cfg(feature = "kafka")]
    pub(crate) fn clear(&mut self) {
        self.encoded.to_mut().clear();
        self.count = 0;
    }

    /// The value of the last header with this name, as bytes.
    pub fn bytes(&self, name: impl AsRef<[u8]>) -> Option<&[u8]> {
        self.iter().filter(|(existing, _)| *existing == name.as_ref()).last()?.1
    }

    /// The value of the last header with this name, if it is UTF-8.
    pub fn text(&self, name: impl AsRef<[u8]>) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// All headers in order: the bytes of the name, and the value.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], Option<&[u8]>)> {
        Iter { rest: self.encoded.as_slice(), count: self.count }
    }

    /// The number of headers.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no headers.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

impl PartialEq for Headers {
    fn eq(&self, other: &Self) -> bool {
        self.encoded.as_slice() == other.encoded.as_slice()
    }
}

impl Eq for Headers {}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.iter().map(|(name, value)| (name.escape_ascii().to_string(), value));
        f.debug_list().entries(entries).finish()
    }
}

struct Iter<'a> {
    rest: &'a [u8],
    count: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a [u8], Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let (name, rest) = self.rest.split_first_chunk::<4>()?;
        let (value, rest) = rest.split_first_chunk::<4>()?;
        let (name, value) = (u32::from_be_bytes(*name) as usize, u32::from_be_bytes(*value) as usize);
        let (name, rest) = rest.split_at_checked(name)?;
        let (bytes, rest) = rest.split_at_checked(value.saturating_sub(1))?;
        self.rest = rest;
        self.count -= 1;
        Some((name, (value > 0).then_some(bytes)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.count, Some(self.count))
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(headers: &Headers) -> Vec<(&[u8], Option<&[u8]>)> {
        headers.iter().collect()
    }

    #[test]
    fn names_repeat_and_values_may_be_absent_or_empty() {
        let mut headers = Headers::new();
        headers.append("a", Some(b"1".to_vec()));
        headers.append("b", None);
        headers.append("", Some(Vec::new()));
        headers.append("a", Some(b"2".to_vec()));
        let expected: [(&[u8], Option<&[u8]>); 4] =
            [(b"a", Some(b"1")), (b"b", None), (b"", Some(b"")), (b"a", Some(b"2"))];
        assert_eq!(entries(&headers), expected);
        assert_eq!((headers.len(), headers.iter().len()), (4, 4));
        assert_eq!((headers.text("a"), headers.bytes("b"), headers.text("")), (Some("2"), None, Some("")));
    }

    #[test]
    fn setting_replaces_and_removing_keeps_the_order_of_the_others() {
        let mut headers = Headers::new();
        for (name, value) in [("a", "1"), ("b", "2"), ("a", "3"), ("c", "4")] {
            headers.append(name, Some(value.into()));
        }
        headers.set("a", 5);
        let expected: [(&[u8], Option<&[u8]>); 3] =
            [(b"b", Some(b"2")), (b"c", Some(b"4")), (b"a", Some(b"5"))];
        assert_eq!(entries(&headers), expected);
        headers.remove("b");
        headers.remove("absent");
        assert_eq!(headers.len(), 2);
        assert!(format!("{headers:?}").contains("(\"c\", Some("), "{headers:?}");
    }
}
