//! The text form of Protobuf's timestamps.

use std::io::Write;

use chrono::DateTime;
use prost_types::Timestamp;

use super::{Text, write_timestamp};

/// The text form of [`DateTime`]; outside its range, seconds and nanoseconds as numbers.
impl Text for Timestamp {
    fn write_text(&self, out: &mut Vec<u8>) {
        let nanos = u32::try_from(self.nanos).ok();
        match nanos.and_then(|nanos| DateTime::from_timestamp(self.seconds, nanos)) {
            Some(time) => write_timestamp(time, out),
            None => {
                write!(out, "{}.{:09}", self.seconds, self.nanos).expect("writing to a Vec does not fail");
            }
        }
    }
}
