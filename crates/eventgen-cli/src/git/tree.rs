//! The listing of a commit by `git ls-tree -r -z`.

use std::path::{Component, Path, PathBuf};

/// What an entry of a commit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    /// A symbolic link: its content is the path that it leads to.
    Link,
    /// A submodule: its id is a commit of another repository.
    Submodule,
}

/// An entry of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    /// The id of the content.
    pub(super) id: String,
    /// The path from the root of the repository.
    pub(super) path: PathBuf,
}

/// The entries of a listing.
pub(super) fn entries(listed: &[u8]) -> impl Iterator<Item = Entry> {
    listed.split(|byte| *byte == 0).filter_map(|entry| {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let (about, path) = (std::str::from_utf8(&entry[..tab]).ok()?, os_path(&entry[tab + 1..]));
        let mut words = about.split(' ');
        let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
        let kind = match (mode, kind) {
            ("120000", "blob") => Kind::Link,
            ("160000", "commit") => Kind::Submodule,
            (mode, "blob") if mode.starts_with("100") => Kind::File,
            _ => return None,
        };
        let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
        is_below.then(|| Entry { kind, id: id.to_owned(), path })
    })
}

/// Where a link leads to, by its path and its content; `None` if that is outside of the repository.
pub(super) fn target(link: &Path, content: &[u8]) -> Option<PathBuf> {
    normal(&link.parent()?.join(os_path(content)))
}

/// A path below a folder without `.` and `..`; `None` if it leaves the folder.
pub(super) fn normal(path: &Path) -> Option<PathBuf> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => normal.push(name),
            Component::ParentDir if normal.pop() => {}
            Component::CurDir => {}
            _ => return None,
        }
    }
    Some(normal)
}

#[cfg(unix)]
pub(super) fn os_path(bytes: &[u8]) -> PathBuf {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
pub(super) fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_links_and_submodules_are_listed_and_strange_paths_are_not() {
        let listed = [
            "100644 blob a1\tschemas/an event.avsc",
            "120000 blob a2\tlink.avsc",
            "160000 commit a3\tsub",
            "100755 blob a4\tx.proto",
            "100644 blob a5\t../out.avsc",
        ];
        let listed = listed.map(|entry| format!("{entry}\0")).concat();
        let found: Vec<(Kind, String, PathBuf)> =
            entries(listed.as_bytes()).map(|entry| (entry.kind, entry.id, entry.path)).collect();
        let expected = [
            (Kind::File, "a1", "schemas/an event.avsc"),
            (Kind::Link, "a2", "link.avsc"),
            (Kind::Submodule, "a3", "sub"),
            (Kind::File, "a4", "x.proto"),
        ];
        assert_eq!(found, expected.map(|(kind, id, path)| (kind, id.to_owned(), PathBuf::from(path))));
    }

    #[test]
    fn links_stay_in_the_repository() {
        let of = |link: &str, content: &str| target(Path::new(link), content.as_bytes());
        assert_eq!(of("a/b.avsc", "../c/./d.avsc"), Some(PathBuf::from("c/d.avsc")));
        assert_eq!(of("a/b.avsc", "../../c.avsc"), None);
        assert_eq!(of("b", "/etc"), None);
    }
}
