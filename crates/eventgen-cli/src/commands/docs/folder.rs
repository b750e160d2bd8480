//! The folder of a catalogue. It has a list of the files that were written, so that files of events that are gone are removed
//! and no file of anybody else is.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::source::Source;
use crate::failure::Failure;
use crate::progress::Progress;

/// A folder, and the files of the catalogue that is in it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    /// The list of the files.
    list: PathBuf,
    /// Whether there may be files that are not of the catalogue.
    is_shared: bool,
    /// Paths below the folder, as they were written.
    listed: BTreeSet<String>,
}

/// How many files differ.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Changes {
    pub(super) written: usize,
    pub(super) removed: usize,
}

impl Changes {
    pub(super) fn any(self) -> bool {
        self.written + self.removed > 0
    }
}

impl Folder {
    /// A folder that is empty, missing, or has a catalogue with a list of this name.
    pub(super) fn of_its_own(path: &Path, list: &str) -> Result<Self, Failure> {
        let folder = Self::shared(path, list)?;
        if folder.has_list()? || !has_entries(path)? {
            return Ok(Self { is_shared: false, ..folder });
        }
        Err(Failure::NotACatalogue { path: path.to_owned() })
    }

    /// A folder that may have other files. Those are left alone.
    pub(super) fn shared(path: &Path, list: &str) -> Result<Self, Failure> {
        let list = path.join(list);
        let listed = match fs::read_to_string(&list) {
            Ok(text) => text.lines().filter(|line| is_below(line)).map(str::to_owned).collect(),
            Err(error) if error.kind() == ErrorKind::NotFound => BTreeSet::new(),
            Err(source) => return Err(Failure::Read { path: list, source }),
        };
        Ok(Self { path: path.to_owned(), list, is_shared: true, listed })
    }

    fn has_list(&self) -> Result<bool, Failure> {
        self.list.try_exists().map_err(|source| Failure::Read { path: self.list.clone(), source })
    }

    /// Compares the files with those that should be there.
    pub(super) fn compare(&self, files: &impl Source) -> Result<Changes, Failure> {
        let (written, wanted) = self.each(files, "compared", |_, _| Ok(()))?;
        Ok(Changes { written, removed: self.listed.difference(&wanted).count() })
    }

    /// Writes the files that differ, and removes those of an older catalogue.
    pub(super) fn write(&self, files: &impl Source) -> Result<Changes, Failure> {
        let save = |path: &Path, text: &str| {
            let folder = path.parent().unwrap_or(Path::new(""));
            fs::create_dir_all(folder)
                .map_err(|source| Failure::Write { path: folder.to_owned(), source })?;
            fs::write(path, text).map_err(|source| Failure::Write { path: path.to_owned(), source })
        };
        if self.is_shared {
            self.refuse_others(files)?;
        }
        // A run that is interrupted leaves a folder that another run takes for a catalogue.
        save(&self.list, &lines(&self.listed))?;
        let (written, wanted) = self.each(files, "wrote", save)?;
        save(&self.list, &lines(&self.listed.union(&wanted).cloned().collect()))?;
        let mut removed = 0;
        for gone in self.listed.difference(&wanted) {
            let path = self.path.join(gone);
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(source) => return Err(Failure::Write { path, source }),
            }
        }
        save(&self.list, &lines(&wanted))?;
        Ok(Changes { written, removed })
    }

    /// Fails if somebody else has a file where one would be written.
    fn refuse_others(&self, files: &impl Source) -> Result<(), Failure> {
        for index in 0..files.count() {
            let file = files.file(index)?;
            let path = self.path.join(&file.path);
            let is_there =
                || path.try_exists().map_err(|source| Failure::Read { path: path.clone(), source });
            if !self.listed.contains(&file.path) && is_there()? && !has_text(&path, &file.text)? {
                return Err(Failure::FileOfAnother { path });
            }
        }
        Ok(())
    }

    /// Makes every file, on all processors, and hands over those that differ. Returns their number, and the paths of all.
    fn each(
        &self,
        files: &impl Source,
        verb: &'static str,
        save: impl Fn(&Path, &str) -> Result<(), Failure> + Sync,
    ) -> Result<(usize, BTreeSet<String>), Failure> {
        let total = files.count();
        let progress = Progress::new(verb, total);
        let (next, changed) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let paths = Mutex::new(BTreeSet::new());
        let work = || -> Result<(), Failure> {
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                if index >= total {
                    return Ok(());
                }
                if index % 100 == 0 {
                    progress.show(index);
                }
                // After an error the others stop, too.
                let stop = |failure: Failure| {
                    next.store(total, Ordering::Relaxed);
                    failure
                };
                let file = files.file(index).map_err(|error| stop(error.into()))?;
                let path = self.path.join(&file.path);
                if !has_text(&path, &file.text).map_err(stop)? {
                    save(&path, &file.text).map_err(stop)?;
                    changed.fetch_add(1, Ordering::Relaxed);
                }
                let mut paths = paths.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                paths.insert(file.path);
            }
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(total.div_ceil(50));
        let outcome = thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let own = work();
            others.into_iter().fold(own, |outcome, thread| match thread.join() {
                Ok(other) => outcome.and(other),
                Err(panic) => std::panic::resume_unwind(panic),
            })
        });
        progress.clear();
        outcome?;
        let paths = paths.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok((changed.into_inner(), paths))
    }
}

/// Whether a folder has anything in it. One that is missing has nothing.
fn has_entries(path: &Path) -> Result<bool, Failure> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_some()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(Failure::Read { path: path.to_owned(), source }),
    }
}

/// Whether a file has this text. An unreadable file is an error, not one that differs.
fn has_text(path: &Path, text: &str) -> Result<bool, Failure> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes == text.as_bytes()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(source) => Err(Failure::Read { path: path.to_owned(), source }),
    }
}

/// Whether a path of the list stays in the folder: the list may have been changed by hand.
fn is_below(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

fn lines(paths: &BTreeSet<String>) -> String {
    paths.iter().flat_map(|path| [path.as_str(), "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_files_of_its_folder_only() {
        assert!(is_below("topics/a.html"));
        for path in ["", "..", "../a", "topics/../../a", "/etc/passwd", "./a"] {
            assert!(!is_below(path), "{path}");
        }
    }
}
