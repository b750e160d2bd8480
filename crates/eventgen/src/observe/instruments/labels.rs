//! The labels of a series.

/// The attributes of a series, by their names in OpenTelemetry.
pub(crate) type Labels<'a> = &'a [(&'static str, &'a str)];
