//! The newest records of all partitions.

use std::collections::BTreeMap;

use eventgen_admin::Record;

use super::values::Decoded;

/// The most bytes of keys and values that are kept.
const MOST_BYTES: usize = 64 << 20;

/// The newest records, by their timestamps. Older ones are dropped for newer ones.
pub(super) struct Last {
    count: usize,
    bytes: usize,
    /// By timestamp, partition and offset.
    records: BTreeMap<(i64, i32, i64), (Record, Decoded)>,
}

impl Last {
    pub(super) fn new(count: usize) -> Self {
        Self { count, bytes: 0, records: BTreeMap::new() }
    }

    pub(super) fn push(&mut self, record: Record, decoded: Decoded) {
        let position = (record.timestamp.unwrap_or(i64::MIN), record.partition, record.offset);
        self.bytes += size(&record);
        self.records.insert(position, (record, decoded));
        while self.records.len() > self.count || (self.bytes > MOST_BYTES && self.records.len() > 1) {
            let Some((_, (oldest, _))) = self.records.pop_first() else { break };
            self.bytes -= size(&oldest);
        }
    }

    /// The records, oldest first.
    pub(super) fn into_records(self) -> impl Iterator<Item = (Record, Decoded)> {
        self.records.into_values()
    }
}

fn size(record: &Record) -> usize {
    let length = |bytes: &Option<Vec<u8>>| bytes.as_ref().map_or(0, Vec::len);
    let headers = record.headers.iter().map(|header| header.name.len() + length(&header.value));
    length(&record.key) + length(&record.value) + headers.sum::<usize>()
}
