//! Records from rows.

use eventgen::EncodedRecord;

use crate::headers;
use crate::session::Row;

/// The header with the `event_id` of the row, which is the same when a record is repeated. Debezium's outbox event router
/// writes it too.
pub const ID_HEADER: &str = "id";

/// The record of a row.
///
/// # Errors
/// Why no record can be made of it.
pub(super) fn record(row: Row) -> Result<EncodedRecord, String> {
    let mut headers = headers::from_json(&row.headers)?;
    headers.append(ID_HEADER, Some(row.event_id.into_bytes()));
    Ok(EncodedRecord::new(row.topic, row.key, headers, row.payload))
}
