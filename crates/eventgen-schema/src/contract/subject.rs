//! Names of registry subjects.

/// How registry subjects are named (Confluent's subject name strategies).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectStrategy {
    /// `<topic>-value`.
    TopicName,
    /// The event's full name.
    RecordName,
    /// `<topic>-<full name>`.
    TopicRecordName,
}
