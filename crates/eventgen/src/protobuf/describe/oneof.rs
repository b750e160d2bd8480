//! Checks that a oneof and the message that contains it agree. They are constant expressions, because the derive of one does
//! not see the other.

/// Whether a message lists the tags of all members and no others. prost drops a member whose tag is not listed.
#[must_use]
pub const fn has_tags(members: &[(u32, &str)], listed: &[u32]) -> bool {
    let mut index = 0;
    while index < members.len() {
        let mut at = 0;
        while at < listed.len() && listed[at] != members[index].0 {
            at += 1;
        }
        if at == listed.len() {
            return false;
        }
        index += 1;
    }
    listed.len() == members.len()
}

/// Whether no member has the name of a field of the message. Both are in the scope of the message.
#[must_use]
pub const fn has_names_of_its_own(members: &[(u32, &str)], fields: &[&str]) -> bool {
    let mut index = 0;
    while index < members.len() {
        let mut at = 0;
        while at < fields.len() {
            if is_same(members[index].1.as_bytes(), fields[at].as_bytes()) {
                return false;
            }
            at += 1;
        }
        index += 1;
    }
    true
}

const fn is_same(a: &[u8], b: &[u8]) -> bool {
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMBERS: [(u32, &str); 2] = [(4, "card"), (7, "cash")];

    #[test]
    fn tags_are_compared_as_sets() {
        assert!(has_tags(&MEMBERS, &[7, 4]));
        assert!(!has_tags(&MEMBERS, &[4]));
        assert!(!has_tags(&MEMBERS[..1], &[4, 7]));
        assert!(!has_tags(&MEMBERS, &[4, 6]));
    }

    #[test]
    fn names_of_members_and_fields_are_in_one_scope() {
        assert!(has_names_of_its_own(&MEMBERS, &["id", "cards", "car"]));
        assert!(!has_names_of_its_own(&MEMBERS, &["id", "cash"]));
    }
}
