//! Paths of pages. Names may have any character; a path has those that every file system and every URL takes.

use std::collections::BTreeMap;

/// The longest name of a file, without its extension.
const LONGEST: usize = 100;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// Names that it keeps if a digit follows.
const PORTS: [&str; 2] = ["com", "lpt"];

/// The paths of the pages of one kind.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    paths: BTreeMap<&'a str, String>,
}

impl<'a> Paths<'a> {
    /// Paths in a folder. The path of a name depends on other names only if they differ in the case of letters: file systems
    /// may not distinguish those.
    pub(super) fn new(folder: &str, names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let mut same: BTreeMap<String, usize> = BTreeMap::new();
        for name in names.clone() {
            *same.entry(name.to_lowercase()).or_default() += 1;
        }
        let is_alone = |name: &str| same.get(&name.to_lowercase()) == Some(&1);
        let path = |name: &'a str| {
            let file = if is_alone(name) && is_plain(name) { name.to_owned() } else { similar(name) };
            (name, format!("{folder}/{file}.html"))
        };
        Self { paths: names.map(path).collect() }
    }

    /// The path of the page of a name, if there is one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.paths.get(name).map(String::as_str)
    }
}

/// Whether a name can be that of a file.
fn is_plain(name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let first = name.split('.').next().unwrap_or_default().to_lowercase();
    let port = first.strip_suffix(|char: char| char.is_ascii_digit());
    !name.is_empty()
        && name.len() <= LONGEST
        && name.bytes().all(is_plain)
        && !name.starts_with(['.', '-'])
        && !DEVICES.contains(&first.as_str())
        && !port.is_some_and(|port| PORTS.contains(&port))
}

/// A name like this one, with a hash, so that different names stay different.
fn similar(name: &str) -> String {
    let mut similar = String::new();
    for char in name.chars().take(LONGEST - 20) {
        match char {
            char if char.is_ascii_alphanumeric() || char == '_' => similar.push(char.to_ascii_lowercase()),
            _ if similar.is_empty() || similar.ends_with('-') => {}
            _ => similar.push('-'),
        }
    }
    let hash = format!("{:016x}", crate::hash::fnv(&[name]));
    let similar = similar.trim_end_matches('-');
    if similar.is_empty() { hash } else { format!("{similar}-{hash}") }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn plain_names_are_paths_and_others_become_similar_ones_that_differ() {
        let long = "a".repeat(300);
        let names = [
            "orders.v1",
            "com.example.A",
            "Order",
            "order",
            "con",
            "Com1.x",
            "it's",
            "<b>",
            "..",
            "",
            "\n",
            "é",
            &long,
        ];
        let paths = Paths::new("topics", names.iter().copied());
        assert_eq!(paths.get("orders.v1"), Some("topics/orders.v1.html"));
        assert_eq!(paths.get("com.example.A"), Some("topics/com.example.A.html"));
        assert_eq!(paths.get("other"), None);
        let lower: BTreeSet<String> =
            names.iter().filter_map(|name| Some(paths.get(name)?.to_lowercase())).collect();
        assert_eq!(lower.len(), names.len(), "{lower:?}");
        for path in lower {
            let file = path.strip_prefix("topics/").expect("the folder");
            let stem = file.strip_suffix(".html").expect("a page");
            assert!(is_plain(stem), "{file}");
        }
    }
}
