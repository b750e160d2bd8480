//! Contexts: each has subjects, ids and levels of its own. `orders` of the context `.staging` is written `:.staging:orders`;
//! the default context is `.`.

use std::collections::BTreeMap;

use eventgen_schema::compatibility::Incompatibility;

use super::error::Refusal;
use super::schema::NewSchema;
use super::store::{Store, Version};

/// The default context.
const DEFAULT: &str = ".";

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

/// A subject as a request names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Qualified {
    pub(super) context: String,
    /// Empty where a request names a context alone.
    pub(super) subject: String,
}

impl Qualified {
    pub(super) fn new(text: &str) -> Self {
        match text.strip_prefix(':').filter(|rest| rest.starts_with(DEFAULT)) {
            Some(rest) => {
                let (context, subject) = rest.split_once(':').unwrap_or((rest, ""));
                Self { context: context.to_owned(), subject: subject.to_owned() }
            }
            None => Self { context: DEFAULT.to_owned(), subject: text.to_owned() },
        }
    }

    /// How responses name the subject.
    pub(super) fn name(&self) -> String {
        if self.context == DEFAULT {
            self.subject.clone()
        } else {
            format!(":{}:{}", self.context, self.subject)
        }
    }
}

impl Contexts {
    /// The names of the default context and of those that have subjects.
    pub(super) fn names(&self) -> Vec<&str> {
        let used =
            self.stores.iter().filter(|(name, store)| *name == DEFAULT || !store.subjects().is_empty());
        used.map(|(name, _)| name.as_str()).collect()
    }

    /// The store that a request is about, and the subject there.
    pub(super) fn store(&mut self, subject: &str) -> (&mut Store, String) {
        let Qualified { context, subject } = Qualified::new(subject);
        (self.stores.entry(context).or_default(), subject)
    }

    /// Registers a schema. References without a context are in that of the subject.
    pub(super) fn register(&mut self, subject: &str, mut new: NewSchema) -> Result<Version, Refusal> {
        let context = Qualified::new(subject).context;
        unqualified(&mut new, &context);
        let (store, subject) = self.store(subject);
        store.register(&subject, new)
    }

    /// Why a schema would be refused.
    pub(super) fn check(
        &mut self,
        subject: &str,
        mut new: NewSchema,
        latest_only: bool,
    ) -> Result<Vec<Incompatibility>, Refusal> {
        unqualified(&mut new, &Qualified::new(subject).context);
        let (store, subject) = self.store(subject);
        store.check(&subject, new, latest_only)
    }

    /// The version of a subject that has this schema. A subject that only other contexts have is found there, as in
    /// Confluent's registry.
    pub(super) fn look_up(&self, subject: &str, new: &NewSchema) -> Result<(Qualified, Version), Refusal> {
        self.search(subject, |store, qualified| {
            let mut new = new.clone();
            unqualified(&mut new, &qualified.context);
            store.look_up(&qualified.subject, new)
        })
    }

    /// One version of a subject, searched for in the same way.
    pub(super) fn version(&self, subject: &str, wanted: &str) -> Result<(Qualified, Version), Refusal> {
        self.search(subject, |store, qualified| store.version(&qualified.subject, wanted))
    }

    fn search(
        &self,
        subject: &str,
        find: impl Fn(&Store, &Qualified) -> Result<Version, Refusal>,
    ) -> Result<(Qualified, Version), Refusal> {
        let asked = Qualified::new(subject);
        let not_found = Err(Refusal::SubjectNotFound(subject.to_owned()));
        let found = self.stores.get(&asked.context).map_or(not_found, |store| find(store, &asked));
        let refusal = match found {
            Ok(version) => return Ok((asked, version)),
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
    pub(super) fn schema(&self, context: &str, id: u32) -> Result<&NewSchema, Refusal> {
        self.stores.get(context).ok_or(Refusal::SchemaNotFound)?.schema(id)
    }

    /// The schema of an id. The same id may mean another schema in each context: it is that of the subject's, else, for a
    /// subject without a context, that of the context in which the subject has the id.
    pub(super) fn schema_by_id(&self, id: u32, subject: &str) -> Result<&NewSchema, Refusal> {
        let asked = Qualified::new(subject);
        let own = self.schema(&asked.context, id);
        if own.is_ok() || asked.context != DEFAULT || asked.subject.is_empty() {
            return own;
        }
        let has = |store: &&Store| {
            let versions = store.versions(&asked.subject).unwrap_or_default();
            versions.iter().any(|version| version.id == id)
        };
        self.stores.values().find(has).ok_or(Refusal::SchemaNotFound)?.schema(id)
    }

    /// Subjects with a version that is not deleted, whose names begin with a prefix.
    pub(super) fn subjects(&self, prefix: &str) -> Vec<String> {
        let names = self.stores.iter().flat_map(|(context, store)| {
            let qualified =
                move |subject: &str| Qualified { context: context.clone(), subject: subject.to_owned() };
            store.subjects().into_iter().map(move |subject| qualified(subject).name())
        });
        names.filter(|name| name.starts_with(prefix)).collect()
    }
}

/// Takes the context off references that have that of their schema: a store knows none.
fn unqualified(new: &mut NewSchema, context: &str) {
    for reference in &mut new.references {
        let qualified = Qualified::new(&reference.subject);
        if qualified.context == context {
            reference.subject = qualified.subject;
        }
    }
}
