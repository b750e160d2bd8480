//! Names of Kubernetes resources: subdomains of RFC 1123.

/// The longest name of a resource in Kubernetes.
pub(super) const MAX_TOPIC: usize = 253;
/// The longest name of a `KafkaUser`: it is the common name of a certificate (RFC 5280, `ub-common-name`).
pub(super) const MAX_USER: usize = 64;

/// Whether a text is a subdomain of RFC 1123, as Kubernetes demands of names.
pub(super) fn is_subdomain(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.len() <= MAX_TOPIC
        && text.split('.').all(|label| {
            !label.is_empty()
                && label.bytes().all(is_inner)
                && !label.starts_with('-')
                && !label.ends_with('-')
        })
}

/// The name of the resource for something of this name. If the name cannot be used as it is, what is similar to it with a
/// hash, so that different names stay different.
pub(super) fn resource(name: &str, longest: usize) -> String {
    if name.len() <= longest && is_subdomain(name) {
        return name.to_owned();
    }
    let hash = format!("{:016x}", crate::hash::fnv(&[name]));
    let mut similar = String::new();
    for char in name.chars().take(longest - hash.len() - 1) {
        match char.to_ascii_lowercase() {
            char if char.is_ascii_lowercase() || char.is_ascii_digit() => similar.push(char),
            // One separator at a time, and none at the start.
            _ if similar.is_empty() || similar.ends_with('-') => {}
            _ => similar.push('-'),
        }
    }
    let similar = similar.trim_end_matches('-');
    if similar.is_empty() { format!("x-{hash}") } else { format!("{similar}-{hash}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_kubernetes_takes_stay() {
        for name in ["orders", "orders.events.v1", "a-b.2024", "0"] {
            assert_eq!(resource(name, MAX_TOPIC), name);
        }
    }

    #[test]
    fn other_names_become_similar_ones_that_differ() {
        let long = "a".repeat(300);
        let names =
            ["Orders", "orders_v1", "orders.", ".", "-", "a..b", "a-.b", "two\nlines", "😀", "", &long];
        for (index, name) in names.iter().enumerate() {
            let resource = resource(name, MAX_USER);
            assert!(is_subdomain(&resource) && resource.len() <= MAX_USER, "{name}: {resource}");
            let others = names[..index].iter().map(|other| super::resource(other, MAX_USER));
            assert!(others.into_iter().all(|other| other != resource), "{name}: {resource}");
        }
        assert_eq!(
            resource("orders_v1", MAX_TOPIC),
            format!("orders-v1-{:016x}", crate::hash::fnv(&["orders_v1"]))
        );
    }
}
