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

/// How the subjects of schemas that others refer to are named (Confluent's `reference.subject.name.strategy`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ReferenceStrategy {
    /// The name by which they are referred to: `common/money.proto`.
    #[default]
    Default,
    /// The import path with dots and without its extension: `common.money`.
    Qualified,
}

impl ReferenceStrategy {
    /// The subject of what others call `name`.
    pub fn subject(self, name: &str) -> String {
        match self {
            Self::Default => name.to_owned(),
            // Confluent's class removes the text wherever it is, and this has to be the same subject.
            Self::Qualified => name.replace(".proto", "").replace('/', "."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ReferenceStrategy;

    #[test]
    fn subjects_of_references_are_those_of_confluents_classes() {
        for (name, qualified) in [
            ("common/money.proto", "common.money"),
            ("money.proto", "money"),
            ("a/b/c_d.v1.proto", "a.b.c_d.v1"),
            ("a.prototype/b.proto", "atype.b"),
        ] {
            assert_eq!(ReferenceStrategy::Default.subject(name), name);
            assert_eq!(ReferenceStrategy::Qualified.subject(name), qualified);
        }
    }
}
