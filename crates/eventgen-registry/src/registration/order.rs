//! The order of registration: what a schema refers to comes before it.

use std::collections::BTreeSet;

use crate::Subject;

/// The subjects, each after those that it refers to and else in the order given. A subject that occurs twice with one
/// text is kept once, with the references of both and the first level. Subjects that refer to each other in a circle
/// keep their order; the registry refuses them.
pub(super) fn in_order(subjects: &[Subject]) -> Vec<Subject> {
    let mut waiting = merged(subjects);
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let missing: BTreeSet<&str> = waiting.iter().map(|subject| subject.name.as_str()).collect();
        let refers_to_missing = |subject: &Subject| {
            subject.references.iter().any(|name| *name != subject.name && missing.contains(name.as_str()))
        };
        let Some(ready) = waiting.iter().position(|subject| !refers_to_missing(subject)) else {
            ordered.append(&mut waiting);
            break;
        };
        ordered.push(waiting.remove(ready));
    }
    ordered
}

/// The subjects, with those of one name and one text merged into the first.
fn merged(subjects: &[Subject]) -> Vec<Subject> {
    let mut merged: Vec<Subject> = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let known = merged.iter_mut().find(|known| known.name == subject.name && known.text == subject.text);
        let Some(known) = known else {
            merged.push(subject.clone());
            continue;
        };
        known.compatibility = known.compatibility.or(subject.compatibility);
        for name in &subject.references {
            if !known.references.contains(name) {
                known.references.push(name.clone());
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compatibility, SchemaType};

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
        assert_eq!(names(&subjects), ["money", "customer", "order", "invoice", "unrelated"]);
    }

    #[test]
    fn a_subject_that_occurs_twice_keeps_level_and_references() {
        let event = subject("order", &["money", "customer"]).with_compatibility(Compatibility::Full);
        let again = event.clone().with_compatibility(Compatibility::None);
        let ordered = in_order(&[subject("order", &["money"]), event, again]);
        assert_eq!(ordered.len(), 1);
        assert_eq!(ordered[0].compatibility, Some(Compatibility::Full));
        assert_eq!(ordered[0].references, ["money", "customer"]);
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(
            names(&[subject("a", &["b"]), subject("b", &["a"]), subject("c", &["c"])]),
            ["c", "a", "b"]
        );
    }
}
