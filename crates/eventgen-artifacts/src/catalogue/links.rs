//! Paths of pages, and names of files. Names of a contract may have any character; those have what every file system and every
//! URL takes.

use std::collections::{BTreeMap, BTreeSet};

/// The longest name of a file, without its extension.
const LONGEST: usize = 100;
/// Names that Windows keeps for devices.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// Names that it keeps if a digit follows.
const PORTS: [&str; 2] = ["com", "lpt"];

/// Names of one kind as names of files, without an extension.
#[derive(Debug)]
pub(super) struct Names<'a>(BTreeMap<&'a str, String>);

impl<'a> Names<'a> {
    /// Names for files.
    pub(super) fn new(names: impl Iterator<Item = &'a str> + Clone) -> Self {
        Self::within(LONGEST, names)
    }

    /// Names of at most this many bytes, which are more than 40. They start and end with a letter or digit. The one for a name
    /// depends on other names only if they differ in the case of letters: file systems may not distinguish those.
    pub(super) fn within(longest: usize, names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let unique: BTreeSet<&str> = names.collect();
        let mut same: BTreeMap<String, usize> = BTreeMap::new();
        for name in &unique {
            *same.entry(name.to_lowercase()).or_default() += 1;
        }
        let is_alone = |name: &str| same.get(&name.to_lowercase()) == Some(&1);
        let file = |name: &'a str| {
            let is_kept = name.len() <= longest && is_alone(name) && is_plain(name);
            (name, if is_kept { name.to_owned() } else { similar(name, longest) })
        };
        Self(unique.into_iter().map(file).collect())
    }

    /// What stands for a name, if it is one of them.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// All names with what stands for them, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.0.iter().map(|(name, file)| (*name, file.as_str()))
    }
}

/// The paths of the pages of one kind.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    paths: BTreeMap<&'a str, String>,
}

impl<'a> Paths<'a> {
    /// Paths in a folder.
    pub(super) fn new(folder: &str, names: impl Iterator<Item = &'a str> + Clone) -> Self {
        let names = Names::new(names);
        Self { paths: names.iter().map(|(name, file)| (name, format!("{folder}/{file}.html"))).collect() }
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
        && !name.starts_with(['.', '-', '_'])
        && !name.ends_with(['.', '-', '_'])
        && !DEVICES.contains(&first.as_str())
        && !port.is_some_and(|port| PORTS.contains(&port))
}

/// A name like this one, with a hash, so that different names stay different.
fn similar(name: &str, longest: usize) -> String {
    let mut similar = String::new();
    for char in name.chars().take(longest - 20) {
        match char {
            char if char.is_ascii_alphanumeric() || (char == '_' && !similar.is_empty()) => {
                similar.push(char.to_ascii_lowercase());
            }
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
