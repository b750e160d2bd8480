//! The partitions of a member of a classic group, as the members agree on them (`ConsumerProtocolAssignment` of Kafka's
//! protocol).

use std::collections::BTreeMap;

/// The partitions by topic. Bytes that are not an assignment give what is read before the error.
pub(crate) fn assigned(bytes: &[u8]) -> BTreeMap<String, Vec<i32>> {
    let mut assigned = BTreeMap::new();
    let mut reader = Reader(bytes);
    // All versions begin alike: version, topics with their partitions, data of the assignor.
    let _version = reader.i16();
    let topics = reader.i32().unwrap_or(0);
    for _ in 0..topics {
        let Some((topic, partitions)) = reader.topic() else { break };
        assigned.entry(topic).or_insert_with(Vec::new).extend(partitions);
    }
    assigned
}

struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    fn i16(&mut self) -> Option<i16> {
        self.take().map(i16::from_be_bytes)
    }

    fn i32(&mut self) -> Option<i32> {
        self.take().map(i32::from_be_bytes)
    }

    fn topic(&mut self) -> Option<(String, Vec<i32>)> {
        let length = usize::try_from(self.i16()?).ok()?;
        let (name, rest) = self.0.split_at_checked(length)?;
        let name = String::from_utf8(name.to_vec()).ok()?;
        self.0 = rest;
        let count = self.i32()?;
        // The count is not trusted: no memory is reserved for it.
        let mut partitions = Vec::new();
        for _ in 0..count {
            partitions.push(self.i32()?);
        }
        Some((name, partitions))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSIGNMENT: &[u8] =
        b"\0\x03\0\0\0\x02\0\x06orders\0\0\0\x02\0\0\0\x01\0\0\0\x07\0\x01x\0\0\0\0\xff\xff\xff\xff";

    #[test]
    fn the_partitions_of_each_topic_are_read() {
        let expected = BTreeMap::from([("orders".to_owned(), vec![1, 7]), ("x".to_owned(), vec![])]);
        assert_eq!(assigned(ASSIGNMENT), expected);
    }

    #[test]
    fn other_bytes_end_the_assignment() {
        for length in 0..ASSIGNMENT.len() {
            assigned(&ASSIGNMENT[..length]);
        }
        assert_eq!(assigned(&ASSIGNMENT[..20]), BTreeMap::new(), "half of the partitions of `orders`");
        assert_eq!(assigned(b"\0\0\xff\xff\xff\xff"), BTreeMap::new());
        assert_eq!(assigned(b"\0\0\x7f\xff\xff\xff\0\x01a\x7f\xff\xff\xff"), BTreeMap::new());
    }
}
