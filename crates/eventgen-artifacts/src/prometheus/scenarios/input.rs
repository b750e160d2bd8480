//! Series that promtool feeds.

/// A series that promtool feeds.
#[derive(Debug)]
pub(super) struct InputSeries {
    pub(super) series: String,
    pub(super) values: String,
}
