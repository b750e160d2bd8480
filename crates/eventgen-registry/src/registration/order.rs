//! The order of registration: what a schema refers to, or is to be registered after, comes before it, and subjects that wait
//! for nothing are handled at the same time.

use std::collections::{BTreeMap, BTreeSet};

use crate::Subject;

/// The schemas of one subject, in the order in which they become its versions.
pub(super) type Group = Vec<Subject>;

/// The subjects in waves: the subjects of a wave wait for those of earlier waves only. Within a wave they keep the order
/// given. A subject that occurs twice with one text is kept once, with what both wait for and the first level. The
/// last wave has the subjects that refer to each other in a circle.
pub(super) fn in_waves(subjects: &[Subject]) -> Vec<Vec<Group>> {
    let mut waiting = groups(subjects);
    let mut missing: BTreeSet<String> = waiting.iter().filter_map(name).collect();
    let mut waves = Vec::new();
    while !waiting.is_empty() {
        let waits = |group: &Group| {
            let own = name(group);
            let mut before = group.iter().flat_map(|subject| {
                subject.references.iter().map(|reference| &reference.subject).chain(&subject.after)
            });
            before.any(|name| missing.contains(name) && own.as_ref() != Some(name))
        };
        let (late, ready): (Vec<Group>, Vec<Group>) = waiting.into_iter().partition(waits);
        if ready.is_empty() {
            waves.push(late);
            break;
        }
        for name in ready.iter().filter_map(name) {
            missing.remove(&name);
        }
        waves.push(ready);
        waiting = late;
    }
    waves
}

fn name(group: &Group) -> Option<String> {
    group.first().map(|subject| subject.name.clone())
}

/// The subjects by name, with those of one text merged into the first.
fn groups(subjects: &[Subject]) -> Vec<Group> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut groups: Vec<Group> = Vec::new();
    for subject in subjects {
        let place = *places.entry(&subject.name).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        let group = &mut groups[place];
        let Some(known) = group.iter_mut().find(|known| known.text == subject.text) else {
            group.push(subject.clone());
            continue;
        };
        known.compatibility = known.compatibility.or(subject.compatibility);
        for reference in &subject.references {
            if !known.references.contains(reference) {
                known.references.push(reference.clone());
            }
        }
        for before in &subject.after {
            if !known.after.contains(before) {
                known.after.push(before.clone());
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Compatibility, SchemaType, SubjectReference};

    fn subject(name: &str, references: &[&str]) -> Subject {
        Subject::new(name, SchemaType::PROTOBUF, name.to_owned()).with_references(references.iter().copied())
    }

    fn names(subjects: &[Subject]) -> Vec<Vec<String>> {
        let waves = in_waves(subjects).into_iter();
        waves.map(|wave| wave.iter().filter_map(name).collect()).collect()
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
        assert_eq!(names(&subjects), [&["money", "unrelated"][..], &["customer"], &["order"], &["invoice"]]);
    }

    #[test]
    fn references_wait_for_the_subject_and_not_for_the_name() {
        let order = Subject::new("order", SchemaType::PROTOBUF, "order")
            .with_references([SubjectReference::new("common/money.proto", "common.money")]);
        assert_eq!(names(&[order, subject("common.money", &[])]), [["common.money"], ["order"]]);
    }

    #[test]
    fn a_subject_waits_for_the_one_that_it_is_registered_after() {
        let event = subject("orders-value", &[]).registered_after("orders-key");
        let again = subject("orders-value", &[]).registered_after("customers-key");
        let keys = [subject("orders-key", &[]), subject("customers-key", &[])];
        let subjects: Vec<Subject> = [event.clone(), again].into_iter().chain(keys).collect();
        assert_eq!(names(&subjects), [&["orders-key", "customers-key"][..], &["orders-value"]]);
        // A subject that the plan does not have is not waited for.
        assert_eq!(names(&[event]), [["orders-value"]]);
    }

    #[test]
    fn a_subject_that_occurs_twice_keeps_level_and_references() {
        let event = subject("order", &["money", "customer"]).with_compatibility(Compatibility::Full);
        let again = event.clone().with_compatibility(Compatibility::None);
        let other = Subject::new("order", SchemaType::PROTOBUF, "another text");
        let waves = in_waves(&[subject("order", &["money"]), event, again, other.clone()]);
        assert_eq!((waves.len(), waves[0].len(), waves[0][0].len()), (1, 1, 2));
        let order = &waves[0][0][0];
        assert_eq!(order.compatibility, Some(Compatibility::Full));
        assert_eq!(order.references, ["money", "customer"].map(SubjectReference::from));
        assert_eq!(waves[0][0][1], other);
    }

    #[test]
    fn a_circle_ends() {
        assert_eq!(
            names(&[subject("a", &["b"]), subject("b", &["a"]), subject("c", &["c"])]),
            [&["c"][..], &["a", "b"]]
        );
    }
}
