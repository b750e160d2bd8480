//! What a registration makes of a subject, in the JSON report.

use serde::Serialize;

/// One subject.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegisteredSubject {
    pub(crate) subject: String,
    pub(crate) state: SubjectState,
    /// The id of the schema in the registry, if it is registered.
    pub(crate) id: Option<u32>,
    /// Its version in the subject, if it is registered and the registry tells it.
    pub(crate) version: Option<u32>,
    /// The change of the compatibility level.
    pub(crate) level: Option<Level>,
    /// The line that is printed for people.
    pub(crate) text: String,
}

/// A change of a compatibility level.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Level {
    /// `null` where the level of the whole registry applies.
    pub(crate) from: Option<&'static str>,
    pub(crate) to: &'static str,
}

/// What became of a subject, or would become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum SubjectState {
    Unchanged,
    Changed,
    /// It cannot be registered.
    Refused,
    /// It cannot be read or checked.
    Failed,
    /// It would be registered if no other subject were refused or had failed.
    HeldBack,
}
