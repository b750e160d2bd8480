//! Calendar durations.

use std::fmt;

use crate::{Decode, DecodeError, Encode, Reader, Sink};

/// A calendar duration (specification 1.12, "Duration"): three numbers that do not convert into each other, because
/// months and days differ in length.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Duration {
    /// Months.
    pub months: u32,
    /// Days.
    pub days: u32,
    /// Milliseconds.
    pub milliseconds: u32,
}

/// ISO 8601, such as `P14M3DT1.500S`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (seconds, millis) = (self.milliseconds / 1_000, self.milliseconds % 1_000);
        write!(f, "P{}M{}DT{seconds}.{millis:03}S", self.months, self.days)
    }
}

impl Encode for Duration {
    #[inline]
    fn encode<S: Sink>(&self, sink: &mut S) {
        for number in [self.months, self.days, self.milliseconds] {
            sink.put(&number.to_le_bytes());
        }
    }
}

impl<'a> Decode<'a> for Duration {
    const MIN_WIRE_SIZE: usize = 12;

    #[inline]
    fn decode(reader: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let mut number = || reader.fixed().map(u32::from_le_bytes);
        Ok(Self { months: number()?, days: number()?, milliseconds: number()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_iso_8601() {
        let duration = Duration { months: 14, days: 3, milliseconds: 1_500 };
        assert_eq!(duration.to_string(), "P14M3DT1.500S");
        assert_eq!(Duration::default().to_string(), "P0M0DT0.000S");
    }
}
