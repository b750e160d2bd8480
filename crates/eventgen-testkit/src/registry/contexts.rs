//! Contexts: each has subjects and ids of its own.

use std::collections::BTreeMap;

use eventgen_schema::compatibility::Incompatibility;
use eventgen_schema::contract::Compatibility;

use super::error::Refusal;
use super::qualified::{DEFAULT, Qualified};
use super::schema::{NewSchema, Schema};
use super::store::{Shown, Store, Terms, Version};

/// The stores of all contexts.
#[derive(Debug)]
pub(super) struct Contexts {
    stores: BTreeMap<String, Store>,
}

impl Default for Contexts {
    fn default() -> Self {
        Self { stores: BTreeMap::from([(DEFAULT.to_owned(), Store::default())]) }
    }
}

impl Contexts {
    /// The names of the default context and of those that have subjects.
    pub(super) fn names(&self) -> Vec<&str> {
        let is_used = |(name, store): &(&String, &Store)| *name == DEFAULT || !store.subjects.is_empty();
        self.stores.iter().filter(is_used).map(|(name, _)| name.as_str()).collect()
    }

    /// The store that a request is about.
    pub(super) fn store(&mut self, subject: &Qualified) -> &mut Store {
        self.stores.entry(subject.context.clone()).or_default()
    }

    /// Registers a schema. References without a context are in that of the subject.
    pub(super) fn register(
        &mut self,
        asked: &Qualified,
        new: NewSchema,
        terms: Terms,
    ) -> Result<Version, Refusal> {
        let new = new.unqualified(&asked.context);
        self.store(asked).register(&asked.subject, new, terms)
    }

    /// Why a schema would be refused.
    pub(super) fn check(
        &mut self,
        asked: &Qualified,
        new: NewSchema,
        against: Option<&str>,
        level: Compatibility,
    ) -> Result<Vec<Incompatibility>, Refusal> {
        let new = new.unqualified(&asked.context);
        self.store(asked).check(&asked.subject, new, against, level)
    }

    /// The version of a subject that has this schema. A subject that only other contexts have is found there, as in
    /// Confluent's registry.
    pub(super) fn look_up(
        &self,
        asked: &Qualified,
        new: &NewSchema,
        shown: Shown,
    ) -> Result<(Qualified, Version), Refusal> {
        self.search(asked, |store, qualified| {
            store.look_up(&qualified.subject, new.clone().unqualified(&qualified.context), shown)
        })
    }

    /// One version of a subject, searched for in the same way.
    pub(super) fn version(
        &self,
        asked: &Qualified,
        wanted: &str,
        shown: Shown,
    ) -> Result<(Qualified, Version), Refusal> {
        self.search(asked, |store, qualified| store.version(&qualified.subject, wanted, shown))
    }

    fn search(
        &self,
        asked: &Qualified,
        find: impl Fn(&Store, &Qualified) -> Result<Version, Refusal>,
    ) -> Result<(Qualified, Version), Refusal> {
        let not_found = Err(Refusal::SubjectNotFound(asked.name()));
        let found = self.stores.get(&asked.context).map_or(not_found, |store| find(store, asked));
        let refusal = match found {
            Ok(version) => return Ok((asked.clone(), version)),
            Err(refusal @ Refusal::SubjectNotFound(_)) if asked.context == DEFAULT => refusal,
            Err(refusal) => return Err(refusal),
        };
        let elsewhere = self.stores.iter().find_map(|(context, store)| {
            let qualified = Qualified { context: context.clone(), subject: asked.subject.clone() };
            find(store, &qualified).ok().map(|version| (qualified, version))
        });
        elsewhere.ok_or(refusal)
    }

    /// The schema of a version that was found.
    pub(super) fn schema(&self, context: &str, id: u32) -> Result<&Schema, Refusal> {
        self.stores.get(context).ok_or(Refusal::SchemaNotFound)?.schema(id)
    }

    /// The context and the store in which an id is looked up. The same id may mean another schema in each context: it is that
    /// of the subject's, else, for a subject without a context, that of the context in which the subject has the id.
    pub(super) fn of_id(&self, id: u32, asked: &Qualified) -> Result<(&str, &Store), Refusal> {
        let own = self.stores.get_key_value(&asked.context).filter(|(_, store)| store.schema(id).is_ok());
        let elsewhere = || {
            let is_searched = asked.context == DEFAULT && !asked.subject.is_empty();
            let has = |(_, store): &(&String, &Store)| {
                let versions = store.versions(&asked.subject, Shown::All).unwrap_or_default();
                versions.iter().any(|version| version.id == id)
            };
            self.stores.iter().find(has).filter(|_| is_searched)
        };
        let found = own.or_else(elsewhere).ok_or(Refusal::SchemaNotFound)?;
        Ok((found.0, found.1))
    }

    /// A subject that [`subjects`](Self::subjects) lists, in its store.
    pub(super) fn listed(&self, prefix: &str) -> Vec<(Qualified, &Store)> {
        let subjects = self.subjects(prefix, Shown::All).into_iter();
        subjects
            .filter_map(|subject| self.stores.get(&subject.context).map(|store| (subject, store)))
            .collect()
    }

    /// All schemas with their contexts and ids.
    pub(super) fn schemas(&self) -> impl Iterator<Item = (&str, u32, &Schema)> {
        self.stores.iter().flat_map(|(context, store)| {
            store.schemas.iter().map(move |(id, schema)| (context.as_str(), *id, schema))
        })
    }

    /// The subjects whose names begin with a prefix.
    pub(super) fn subjects(&self, prefix: &str, shown: Shown) -> Vec<Qualified> {
        let names = self.stores.iter().flat_map(|(context, store)| {
            let qualified =
                move |subject: &str| Qualified { context: context.clone(), subject: subject.to_owned() };
            store.subjects(shown).into_iter().map(qualified)
        });
        // `:*:` stands for the subjects of all contexts.
        let prefix = if prefix == ":*:" { "" } else { prefix };
        names.filter(|subject| subject.name().starts_with(prefix)).collect()
    }
}
