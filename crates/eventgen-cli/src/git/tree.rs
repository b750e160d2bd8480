//! The listing of a commit by `git ls-tree -r -z`.

use std::path::{Component, PathBuf};

/// A file of a commit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Blob {
    /// The id of the content.
    pub(super) id: String,
    /// The path from the root of the repository.
    pub(super) path: PathBuf,
}

/// The regular files. Links and submodules are left out: their content is the name of something else.
pub(super) fn blobs(listed: &[u8]) -> impl Iterator<Item = Blob> {
    listed.split(|byte| *byte == 0).filter_map(|entry| {
        let tab = entry.iter().position(|byte| *byte == b'\t')?;
        let (about, path) = (std::str::from_utf8(&entry[..tab]).ok()?, path(&entry[tab + 1..])?);
        let mut words = about.split(' ');
        let (mode, kind, id) = (words.next()?, words.next()?, words.next()?);
        let is_file = kind == "blob" && mode.starts_with("100");
        is_file.then(|| Blob { id: id.to_owned(), path })
    })
}

/// A path that stays below the folder that it is joined to.
fn path(bytes: &[u8]) -> Option<PathBuf> {
    let path = os_path(bytes);
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(path)
}

#[cfg(unix)]
fn os_path(bytes: &[u8]) -> PathBuf {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    PathBuf::from(OsStr::from_bytes(bytes))
}

#[cfg(not(unix))]
fn os_path(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_and_links_submodules_and_strange_paths_are_not() {
        let listed = [
            "100644 blob a1\tschemas/an event.avsc",
            "120000 blob a2\tlink.avsc",
            "160000 commit a3\tsub",
            "100755 blob a4\tx.proto",
            "100644 blob a5\t../out.avsc",
        ];
        let listed = listed.map(|entry| format!("{entry}\0")).concat();
        let found: Vec<(String, PathBuf)> =
            blobs(listed.as_bytes()).map(|blob| (blob.id, blob.path)).collect();
        let expected = [("a1", "schemas/an event.avsc"), ("a4", "x.proto")];
        assert_eq!(found, expected.map(|(id, path)| (id.to_owned(), PathBuf::from(path))));
    }
}
