//! What spans state of a record.

use crate::Headers;

/// A record that a handler is called with, as spans see it.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(not(feature = "otel"), expect(dead_code, reason = "there are no spans"))]
pub(crate) struct Handed<'a> {
    pub(crate) topic: &'static str,
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) headers: &'a Headers,
}
