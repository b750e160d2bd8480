//! What becomes of a value if a reader's logical type is not the writer's.
//!
//! Schema resolution and the check of compatibility both ask [`logical_change`].

use super::Logical;

/// How a value of the writer's logical type becomes one of the reader's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LogicalChange {
    /// The encoding stays.
    None,
    /// A number becomes one of a smaller unit.
    Multiply(i64),
    /// A decimal gets this many more digits to the right of the decimal point.
    Rescale(u32),
}

/// The most digits that a decimal gets: each costs a pass over the number.
const MAX_DIGITS: u32 = 100;

/// How a value of the writer's logical type becomes one of the reader's, if no information is lost. `None` if some would
/// be, or if the value would mean something else.
///
/// Milliseconds become microseconds, and decimals get more digits. Nanoseconds are not read from larger units, because they
/// end in the year 2262. A reader or writer without a logical type takes the value as it is.
pub fn logical_change(writer: Option<Logical>, reader: Option<Logical>) -> Option<LogicalChange> {
    use Logical::{
        Decimal, LocalTimestampMicros, LocalTimestampMillis, TimeMicros, TimeMillis, TimestampMicros,
        TimestampMillis,
    };
    let (Some(writer), Some(reader)) = (writer, reader) else { return Some(LogicalChange::None) };
    match (writer, reader) {
        (Decimal { precision, scale }, Decimal { precision: max_precision, scale: new_scale }) => {
            let digits = new_scale.checked_sub(scale).filter(|&digits| digits <= MAX_DIGITS)?;
            let fits = precision.saturating_sub(scale) <= max_precision.saturating_sub(new_scale);
            let change = if digits == 0 { LogicalChange::None } else { LogicalChange::Rescale(digits) };
            fits.then_some(change)
        }
        (TimeMillis, TimeMicros)
        | (TimestampMillis, TimestampMicros)
        | (LocalTimestampMillis, LocalTimestampMicros) => Some(LogicalChange::Multiply(1000)),
        (writer, reader) => (writer == reader).then_some(LogicalChange::None),
    }
}
