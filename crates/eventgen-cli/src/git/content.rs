//! The contents of the entries of a commit, by `git cat-file --batch`.

use std::io::{self, BufRead, BufReader, Write as _};
use std::process::Stdio;
use std::thread;

use super::command::Git;
use super::error::GitError;
use super::tree::Entry;

/// What is done with an entry and its content.
type Take<'a> = dyn FnMut(&Entry, Vec<u8>) -> Result<(), GitError> + 'a;

/// Reads contents in the order of the entries.
pub(super) fn read(git: &Git, entries: &[&Entry], take: &mut Take<'_>) -> Result<(), GitError> {
    if entries.is_empty() {
        return Ok(());
    }
    let mut child = git
        .command(&["cat-file", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(GitError::from_start)?;
    let (Some(mut input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(GitError::Failed { reason: "git cat-file has no pipes".to_owned() });
    };
    let names: Vec<String> = entries.iter().map(|entry| format!("{}\n", entry.id)).collect();
    let read = thread::scope(|scope| {
        // Both pipes are bounded: names are written while contents are read.
        let writing = scope.spawn(move || names.iter().try_for_each(|name| input.write_all(name.as_bytes())));
        let read = contents(entries, &mut BufReader::new(output), take);
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

fn contents(entries: &[&Entry], output: &mut impl BufRead, take: &mut Take<'_>) -> Result<(), GitError> {
    let failed = |source: io::Error| GitError::Failed { reason: format!("git cat-file: {source}") };
    for entry in entries {
        let mut head = String::new();
        output.read_line(&mut head).map_err(failed)?;
        let size = head.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse::<usize>().ok());
        let Some(size) = size else {
            let path = entry.path.display();
            return Err(GitError::Failed { reason: format!("the repository lacks the content of {path}") });
        };
        // The content, then a line break.
        let mut content = vec![0; size + 1];
        output.read_exact(&mut content).map_err(failed)?;
        content.truncate(size);
        take(entry, content)?;
    }
    Ok(())
}
