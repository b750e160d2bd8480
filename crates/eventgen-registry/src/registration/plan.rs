//! The plan: requests that change nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::level::wanted;
use super::order::{Group, in_waves};
use super::question::{Question, Verdict};
use super::reads::Reads;
use super::{
    CompatibilityChecker, LevelChange, PARALLEL, Plan, PlanOptions, ResolvedSchema, SchemaChange,
    SubjectChange, WeakerLevels,
};
use crate::client::Versions;
use crate::{Compatibility, RegistryClient, RegistryError, SchemaReference, Subject, SubjectReference};

impl RegistryClient {
    /// Compares subjects with the registry and changes nothing. Several subjects are read at the same time.
    ///
    /// The registry checks compatibility itself where it can. The checker of the options checks it too, and alone where
    /// a level is about to change, a reference is not registered yet, or two schemas share a subject. Its reasons stand
    /// beside those of the registry.
    ///
    /// A subject that cannot be read or checked is a [`SchemaChange::Failed`]; the others are checked all the same.
    ///
    /// # Errors
    /// The registry is unreachable, overloaded or refuses the credentials.
    pub async fn plan(&self, subjects: &[Subject], options: PlanOptions<'_>) -> Result<Plan, RegistryError> {
        let mut planner = Planner {
            registry: self,
            checker: options.checker,
            weaker: options.weaker,
            reads: Reads::default(),
            versions: Versions::default(),
            refused: BTreeSet::new(),
            subjects: BTreeMap::new(),
        };
        let mut plan = Plan { changes: Vec::with_capacity(subjects.len()), waves: vec![] };
        let done = AtomicUsize::new(0);
        for wave in in_waves(subjects) {
            let checked = {
                let (planner, done) = (&planner, &done);
                let changes: Vec<_> = wave
                    .iter()
                    .map(|group| async move {
                        let changes = planner.changes(group).await;
                        if let Some(progress) = options.progress {
                            progress(done.fetch_add(group.len(), Ordering::Relaxed) + group.len());
                        }
                        changes
                    })
                    .collect();
                stream::iter(changes).buffered(PARALLEL).try_collect::<Vec<_>>().await?
            };
            let mut ranges = Vec::with_capacity(checked.len());
            for changes in checked {
                let start = plan.changes.len();
                planner.remember(&changes);
                plan.changes.extend(changes);
                ranges.push(start..plan.changes.len());
            }
            plan.waves.push(ranges);
        }
        Ok(plan)
    }
}

pub(super) struct Planner<'a> {
    pub(super) registry: &'a RegistryClient,
    pub(super) checker: Option<&'a dyn CompatibilityChecker>,
    weaker: WeakerLevels,
    reads: Reads,
    /// The registered versions of the subjects of earlier waves.
    versions: Versions,
    /// The subjects of earlier waves that would be refused.
    refused: BTreeSet<String>,
    /// The subjects of earlier waves by name.
    subjects: BTreeMap<String, Subject>,
}

/// A group that stays as it is.
fn refused(group: &Group, schema: &SchemaChange) -> Vec<SubjectChange> {
    let change = |subject: &Subject| SubjectChange {
        subject: subject.clone(),
        schema: schema.clone(),
        level: None,
        notes: vec![],
    };
    group.iter().map(change).collect()
}

/// The references of a schema.
enum References {
    Registered(Vec<SchemaReference>),
    /// One of them is registered by this plan.
    Pending,
    /// One of them will not be registered.
    Missing(String),
}

impl Planner<'_> {
    /// The changes of one subject.
    async fn changes(&self, group: &Group) -> Result<Vec<SubjectChange>, RegistryError> {
        let wanted = match wanted(group) {
            Ok(wanted) => wanted,
            Err(reason) => return Ok(refused(group, &SchemaChange::Blocked { reason })),
        };
        match self.checked(group, wanted).await {
            Err(error) if error.is_of_one_subject() => Ok(refused(group, &SchemaChange::Failed { error })),
            changes => changes,
        }
    }

    async fn checked(
        &self,
        group: &Group,
        wanted: Option<Compatibility>,
    ) -> Result<Vec<SubjectChange>, RegistryError> {
        let Some(first) = group.first() else { return Ok(vec![]) };
        let found = self.look_up(first);
        let (level, found) = tokio::join!(self.registry.level_step(&first.name, wanted), found);
        let (level, mut found) = (level?, Some(found?));
        if let (Some(change), WeakerLevels::Refuse) = (level.change, self.weaker) {
            let from = match change.from {
                Some(from) => Some(from),
                None => self.reads.level(self.registry).await?,
            };
            if let Some(from) = from.filter(|from| change.to.is_weaker_than(*from)) {
                let schema = SchemaChange::WeakerLevel { from, to: change.to };
                return Ok(refused(group, &schema));
            }
        }
        let mut current = level.own;
        let mut pending = Vec::new();
        let mut changes = Vec::with_capacity(group.len());
        for subject in group {
            let mut notes: Vec<String> =
                level.note.clone().into_iter().filter(|_| changes.is_empty()).collect();
            let found = match found.take() {
                Some(found) => found,
                None => self.look_up(subject).await?,
            };
            let schema = match found {
                Ok(unchanged) => unchanged,
                Err(References::Missing(reason)) => SchemaChange::Blocked { reason },
                Err(references) => {
                    if current.is_none() && level.note.is_none() {
                        current = self.current_level(subject, level.own, level.change).await?;
                    }
                    let references = match &references {
                        References::Registered(references) => Some(&references[..]),
                        _ => None,
                    };
                    let existing = self.registry.versions(&subject.name).await?;
                    let change = level.change;
                    let question = Question {
                        subject,
                        references,
                        existing: &existing,
                        pending: &pending,
                        change,
                        current,
                    };
                    match self.verdict(&question, &mut notes).await? {
                        Verdict::Incompatible { found, registry } => {
                            SchemaChange::Incompatible { found, registry }
                        }
                        Verdict::Compatible if existing.is_empty() && pending.is_empty() => {
                            pending.push(self.resolved(subject));
                            SchemaChange::Create
                        }
                        Verdict::Compatible => {
                            pending.push(self.resolved(subject));
                            SchemaChange::NewVersion
                        }
                    }
                }
            };
            let change = level.change.filter(|_| changes.is_empty() && !schema.is_refused());
            let schema = self.unless_read_only(subject, schema, change).await?;
            changes.push(SubjectChange { subject: subject.clone(), schema, level: change, notes });
        }
        Ok(changes)
    }

    /// The version that has the schema, else what the schema refers to.
    async fn look_up(&self, subject: &Subject) -> Result<Result<SchemaChange, References>, RegistryError> {
        let references = match self.references(subject) {
            References::Registered(references) => references,
            references => return Ok(Err(references)),
        };
        let found = self.registry.look_up(&subject.name, &subject.schema(&references)).await?;
        Ok(match found {
            Some(found) => Ok(SchemaChange::Unchanged { id: found.id, version: found.version }),
            None => Err(References::Registered(references)),
        })
    }

    fn references(&self, subject: &Subject) -> References {
        let missing: Vec<String> = subject
            .references
            .iter()
            .filter_map(|SubjectReference { subject, .. }| {
                if self.refused.contains(subject) {
                    Some(format!("it refers to `{subject}`, which is refused"))
                } else if !self.subjects.contains_key(subject) {
                    Some(format!("it refers to `{subject}`, which is not registered before it"))
                } else {
                    None
                }
            })
            .collect();
        if !missing.is_empty() {
            return References::Missing(missing.join("; "));
        }
        self.versions.references(subject).map_or(References::Pending, References::Registered)
    }

    /// The level by which the registry checks the subject now, as far as a check needs it.
    async fn current_level(
        &self,
        subject: &Subject,
        own: Option<Compatibility>,
        change: Option<LevelChange>,
    ) -> Result<Option<Compatibility>, RegistryError> {
        if own.is_some() || (self.checker.is_none() && change.is_none()) {
            return Ok(own);
        }
        let own = match change {
            // It was read already.
            Some(_) => None,
            None => match self.registry.compatibility_level(&subject.name).await {
                Err(RegistryError::Unauthorized { status: 403, .. }) => return Ok(None),
                own => own?,
            },
        };
        match own {
            Some(own) => Ok(Some(own)),
            None => self.reads.level(self.registry).await,
        }
    }

    /// The change, unless the mode of the registry forbids it.
    async fn unless_read_only(
        &self,
        subject: &Subject,
        schema: SchemaChange,
        level: Option<LevelChange>,
    ) -> Result<SchemaChange, RegistryError> {
        let is_write = matches!(schema, SchemaChange::Create | SchemaChange::NewVersion);
        if !is_write && level.is_none() {
            return Ok(schema);
        }
        Ok(match self.reads.blocking_mode(self.registry, &subject.name).await? {
            Some(mode) => SchemaChange::Blocked { reason: format!("the registry is in the mode {mode}") },
            None => schema,
        })
    }

    /// A subject with the texts of the subjects that it refers to, directly or through others.
    pub(super) fn resolved(&self, subject: &Subject) -> ResolvedSchema {
        let mut references = BTreeMap::new();
        let mut open: Vec<&SubjectReference> = subject.references.iter().collect();
        while let Some(reference) = open.pop() {
            let Some(referred) = self.subjects.get(&reference.subject) else { continue };
            if references.insert(reference.name.clone(), referred.text.to_string()).is_none() {
                open.extend(&referred.references);
            }
        }
        let (schema_type, text) = (subject.schema_type.clone(), subject.text.to_string());
        ResolvedSchema { subject: subject.name.clone(), schema_type, text, references, version: None }
    }

    fn remember(&mut self, changes: &[SubjectChange]) {
        for SubjectChange { subject, schema, .. } in changes {
            self.subjects.insert(subject.name.clone(), subject.clone());
            match schema {
                SchemaChange::Unchanged { version, .. } => {
                    self.versions.insert(&subject.name, &subject.name, *version);
                }
                schema if schema.is_refused() => {
                    self.refused.insert(subject.name.clone());
                }
                // A later schema of the subject is the one that others refer to.
                _ => self.versions.remove(&subject.name),
            }
        }
    }
}
