//! Deletes versions: softly first, then permanently.

use super::error::Refusal;
use super::store::{Shown, Store, version_number};

impl Store {
    /// Deletes all versions of a subject. Only deleted versions are deleted permanently.
    pub(super) fn delete_subject(&mut self, subject: &str, permanent: bool) -> Result<Vec<u32>, Refusal> {
        let not_found = || Refusal::SubjectNotFound(subject.to_owned());
        for version in self.versions(subject, Shown::Live).unwrap_or_default() {
            self.refuse_referenced(subject, version.number)?;
        }
        let versions = self.subjects.get_mut(subject).ok_or_else(not_found)?;
        let live = versions.iter().any(|version| !version.deleted);
        match (permanent, live) {
            (true, true) => return Err(Refusal::SubjectNotSoftDeleted(subject.to_owned())),
            (false, false) => return Err(Refusal::SubjectSoftDeleted(subject.to_owned())),
            _ => {}
        }
        let numbers =
            versions.iter().filter(|version| permanent || !version.deleted).map(|version| version.number);
        let numbers = numbers.collect();
        if permanent {
            self.subjects.remove(subject);
            self.forget_ids();
        } else {
            for version in versions {
                version.deleted = true;
            }
        }
        Ok(numbers)
    }

    /// Deletes one version. Only a deleted version is deleted permanently.
    pub(super) fn delete_version(
        &mut self,
        subject: &str,
        wanted: &str,
        permanent: bool,
    ) -> Result<u32, Refusal> {
        let shown = if permanent { Shown::All } else { Shown::Live };
        let number = match version_number(wanted)? {
            Some(number) => number,
            None => self.version(subject, wanted, shown)?.number,
        };
        self.refuse_referenced(subject, number)?;
        let versions =
            self.subjects.get_mut(subject).ok_or_else(|| Refusal::SubjectNotFound(subject.to_owned()))?;
        let index = versions.iter().position(|version| version.number == number);
        let index = index.ok_or_else(|| Refusal::VersionNotFound(wanted.to_owned()))?;
        match (permanent, versions[index].deleted) {
            (true, false) => return Err(Refusal::VersionNotSoftDeleted(subject.to_owned(), number)),
            (false, true) => return Err(Refusal::VersionSoftDeleted(subject.to_owned(), number)),
            (false, false) => versions[index].deleted = true,
            (true, true) => {
                versions.remove(index);
                self.subjects.retain(|_, versions| !versions.is_empty());
                self.forget_ids();
            }
        }
        Ok(number)
    }

    fn refuse_referenced(&self, subject: &str, number: u32) -> Result<(), Refusal> {
        // What refers to a deleted version is deleted too.
        let referring = self.referenced_by(subject, &number.to_string()).unwrap_or_default();
        if referring.is_empty() { Ok(()) } else { Err(Refusal::Referenced(subject.to_owned(), number)) }
    }

    /// Forgets the schemas that no version has.
    fn forget_ids(&mut self) {
        let used: Vec<u32> = self.subjects.values().flatten().map(|version| version.id).collect();
        self.schemas.retain(|id, _| used.contains(id));
    }
}
