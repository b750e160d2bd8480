//! The order of registration: what a schema refers to comes before it.

use std::collections::BTreeSet;

use crate::Subject;

/// The subjects, each after those that it refers to and else in the order given. A subject that occurs twice with one
/// text is kept once. Subjects that refer to each other in a circle keep their order; the registry refuses them.
pub(super) fn in_order(subjects: &[Subject]) -> Vec<Subject> {
    let mut waiting: Vec<&Subject> = Vec::with_capacity(subjects.len());
    for subject in subjects {
        if !waiting.iter().any(|known| known.name == subject.name && known.text == subject.text) {
            waiting.push(subject);
        }
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let missing: BTreeSet<&str> = waiting.iter().map(|subject| subject.name.as_str()).collect();
        let refers_to_missing = |subject: &Subject| {
            subject.references.iter().any(|name| *name != subject.name && missing.contains(name.as_str()))
        };
        let (later, ready): (Vec<_>, Vec<_>) =
            waiting.into_iter().partition(|subject| refers_to_missing(subject));
        if ready.is_empty() {
            ordered.extend(later.into_iter().cloned());
            break;
        }
        ordered.extend(ready.into_iter().cloned());
        waiting = later;
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SchemaType;

    fn subject(name: &str, references: &[&str]) -> Subject {
        Subject::new(name, SchemaType::PROTOBUF, name.to_owned()).with_references(references.iter().copied())
    }

    fn names(subjects: &[Subject]) -> Vec<String> {
        in_order(subjects).into_iter().map(|subject| subject.name).collect()
    }

    #[test]
    fn references_come_first_and_once() {
        let subjects = [
            subject("order", &["money", "customer"]),
            subject("invoice", &["order"]),
            subject("money", &[]),
            subject("customer", &["money"]),
            subject("money", &[]),
            subject("unrelated", &["google/protobuf/any.proto"]),
        ];
        assert_eq!(names(&subjects), ["money", "unrelated", "customer", "order", "invoice"]);
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(
            names(&[subject("a", &["b"]), subject("b", &["a"]), subject("c", &["c"])]),
            ["c", "a", "b"]
        );
    }
}
