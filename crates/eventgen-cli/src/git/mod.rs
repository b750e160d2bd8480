//! The schema files of a commit, read by the command `git` and written to a folder that is removed afterwards.

mod error;
mod tree;

use std::env;
use std::fs;
use std::io::{self, BufReader, Write as _};
use std::path::{Component, Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use eventgen_schema::MANIFEST_FILE_NAME;
use tempfile::TempDir;

pub(crate) use error::GitError;
use tree::{Blob, blobs};

/// The extensions of schema files.
const EXTENSIONS: [&str; 4] = ["avsc", "avpr", "avdl", "proto"];

/// The schema files and `eventgen.toml` files of a commit, at the paths that they have in the repository.
pub(crate) struct Snapshot {
    folder: TempDir,
    /// The root of the repository.
    root: PathBuf,
    /// The current folder below it.
    prefix: PathBuf,
    reference: String,
}

impl Snapshot {
    /// Reads a commit of the repository that the current folder is in.
    pub(crate) fn of(reference: &str) -> Result<Self, GitError> {
        let root = PathBuf::from(git(&["rev-parse", "--show-toplevel"])?.trim_end_matches(['\n', '\r']));
        let prefix = PathBuf::from(git(&["rev-parse", "--show-prefix"])?.trim_end_matches(['\n', '\r']));
        let commit = commit(reference)?;
        let listed = output(&["ls-tree", "-r", "-z", "--full-tree", &commit])?;
        let wanted: Vec<Blob> = blobs(&listed).filter(|blob| is_read(&blob.path)).collect();
        let folder = TempDir::new().map_err(|source| GitError::Folder { source })?;
        // The search for eventgen.toml ends at the root of a repository.
        let made = fs::create_dir(folder.path().join(".git"));
        made.map_err(|source| GitError::Folder { source })?;
        write(&wanted, folder.path())?;
        Ok(Self { folder, root, prefix, reference: reference.to_owned() })
    }

    /// Where a path of the working tree is in the snapshot.
    pub(crate) fn path(&self, path: &Path) -> Result<PathBuf, GitError> {
        let outside = || GitError::Outside { path: path.to_owned(), root: self.root.clone() };
        let below = if path.is_absolute() {
            let resolved = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            let root = self.root.canonicalize().unwrap_or_else(|_| self.root.clone());
            resolved.strip_prefix(root).map_err(|_| outside())?.to_owned()
        } else {
            self.prefix.join(path)
        };
        let mut normal = PathBuf::new();
        for part in below.components() {
            match part {
                Component::Normal(name) => normal.push(name),
                Component::ParentDir if normal.pop() => {}
                Component::CurDir => {}
                _ => return Err(outside()),
            }
        }
        Ok(self.folder.path().join(normal))
    }

    /// The folder that is the current one, or the nearest above that the commit has.
    pub(crate) fn current(&self) -> PathBuf {
        let current = self.folder.path().join(&self.prefix);
        let existing = current.ancestors().find(|folder| folder.is_dir());
        existing.unwrap_or(self.folder.path()).to_owned()
    }

    /// A path in the snapshot as git writes it: `main:schemas/order.avsc`.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        let folder = self.folder.path().canonicalize().unwrap_or_else(|_| self.folder.path().to_owned());
        let below = path.strip_prefix(self.folder.path()).or_else(|_| path.strip_prefix(&folder));
        let Ok(below) = below else { return path.to_owned() };
        let parts: Vec<_> = below.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        PathBuf::from(format!("{}:{}", self.reference, parts.join("/")))
    }
}

fn is_read(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
        || path.file_name().is_some_and(|name| name == MANIFEST_FILE_NAME)
}

/// The commit that a name means.
fn commit(reference: &str) -> Result<String, GitError> {
    let name = format!("{reference}^{{commit}}");
    let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &name];
    match git(&arguments) {
        Ok(commit) => Ok(commit.trim().to_owned()),
        Err(GitError::Failed { .. }) => {
            let is_shallow = git(&["rev-parse", "--is-shallow-repository"]);
            Err(GitError::UnknownReference {
                reference: reference.to_owned(),
                is_shallow: is_shallow.is_ok_and(|answer| answer.trim() == "true"),
            })
        }
        Err(error) => Err(error),
    }
}

/// Writes files into a folder.
fn write(blobs: &[Blob], folder: &Path) -> Result<(), GitError> {
    if blobs.is_empty() {
        return Ok(());
    }
    let mut child = Command::new("git")
        .args(["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(GitError::from_start)?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(GitError::Failed { reason: "git cat-file has no pipes".to_owned() });
    };
    let names: Vec<String> = blobs.iter().map(|blob| format!("{}\n", blob.id)).collect();
    let read = thread::scope(|scope| {
        // Both pipes are bounded: names are written while contents are read.
        let writing = scope.spawn(move || names.iter().try_for_each(|name| input.write_all(name.as_bytes())));
        let read = read(blobs, folder, &mut BufReader::new(output));
        // A failure to write ends the reading, too, which says more.
        let _ = writing.join();
        read
    });
    let status = child.wait();
    read?;
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err(GitError::Failed { reason: "git cat-file failed".to_owned() }),
    }
}

fn read(blobs: &[Blob], folder: &Path, output: &mut impl io::BufRead) -> Result<(), GitError> {
    let failed = |source: io::Error| GitError::Failed { reason: format!("git cat-file: {source}") };
    for blob in blobs {
        let mut head = String::new();
        output.read_line(&mut head).map_err(failed)?;
        let size = head.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse::<usize>().ok());
        let Some(size) = size else {
            let path = blob.path.display();
            return Err(GitError::Failed { reason: format!("the repository lacks the content of {path}") });
        };
        // The content, then a line break.
        let mut content = vec![0; size + 1];
        output.read_exact(&mut content).map_err(failed)?;
        content.truncate(size);
        let path = folder.join(&blob.path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, content))
            .map_err(|source| GitError::Folder { source })?;
    }
    Ok(())
}

fn git(arguments: &[&str]) -> Result<String, GitError> {
    Ok(String::from_utf8_lossy(&output(arguments)?).into_owned())
}

/// What git prints.
fn output(arguments: &[&str]) -> Result<Vec<u8>, GitError> {
    let run = Command::new("git").args(arguments).stdin(Stdio::null()).output();
    let run = run.map_err(GitError::from_start)?;
    if run.status.success() {
        return Ok(run.stdout);
    }
    let said = String::from_utf8_lossy(&run.stderr).trim().to_owned();
    if said.contains("not a git repository") {
        let folder = env::current_dir().unwrap_or_default();
        return Err(GitError::NoRepository { folder });
    }
    let said = said.strip_prefix("fatal: ").unwrap_or(&said).to_owned();
    let reason = if said.is_empty() { format!("git {} failed", arguments.join(" ")) } else { said };
    Err(GitError::Failed { reason })
}
