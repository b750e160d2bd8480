//! Versions that are read though they may be deleted: their ids stay in records and in references.

use reqwest::Method;

use super::{RegistryClient, found};
use crate::{RegistryError, SchemaReference, SubjectVersion};

impl RegistryClient {
    /// The newest version of a subject, also if it is deleted: records may have its id. `None` if there is none, or if the
    /// registry does not show deleted versions.
    ///
    /// # Errors
    /// The registry is unreachable or responds with an error.
    pub async fn newest_with_deleted(&self, subject: &str) -> Result<Option<SubjectVersion>, RegistryError> {
        let (qualified, deleted) = (self.qualified(subject), [("deleted", "true")]);
        let versions: Vec<u32> =
            found(self.inner.http.list(&["subjects", &qualified, "versions"], &deleted).await)?
                .unwrap_or_default();
        let Some(newest) = versions.last() else { return Ok(None) };
        let path = ["subjects", &qualified, "versions", &newest.to_string()];
        let answer = self.inner.http.object(Method::GET, &path, &deleted, None).await;
        Ok(self.in_context(subject, found(answer)?))
    }

    /// The version that a reference names, also if it is deleted: schemas registered with it stay readable.
    pub(crate) async fn referenced_version(
        &self,
        reference: &SchemaReference,
    ) -> Result<Option<SubjectVersion>, RegistryError> {
        let subject = &reference.subject;
        let path = ["subjects", &self.qualified(subject), "versions", &reference.version.to_string()];
        let answer = self.inner.http.object(Method::GET, &path, &[("deleted", "true")], None).await;
        Ok(self.in_context(subject, found(answer)?))
    }
}
