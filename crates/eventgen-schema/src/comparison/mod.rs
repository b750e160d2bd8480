//! Compares what is about to be merged with what is in use: schemas by a set of rules, contracts by the lints of changes.
//!
//! Every difference is a [`Diagnostic`] with its location in both versions, whom it breaks and what to do instead.
//!
//! ```text
//! old, new ─▶ pairs of schemas ─▶ rules ─▶ elements ─▶ locations in the files of both ─▶ Diagnostics
//! ```

mod keys;
mod lock;
mod pairs;
mod places;
mod registered;
mod version;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

pub use self::keys::RegisteredKey;
pub use self::version::VersionText;

use self::places::{Files, Places};
use crate::compatibility::{Direction, Incompatibility, RuleSet};
use crate::contract::Compatibility;
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::frontend::{ParseError, SchemaVersion};
use crate::lint::{Levels, Whereabouts, located_changes};
use crate::loaded::Loaded;
use crate::source::Span;
use crate::stack::with_shared_room;

/// A comparison of a contract, or of schemas without one, with older versions.
///
/// ```no_run
/// use std::path::Path;
///
/// use eventgen_schema::Loader;
/// use eventgen_schema::comparison::Comparison;
/// use eventgen_schema::compatibility::RuleSet;
///
/// let old = Loader::new().path("released/schemas").load()?;
/// let new = Loader::new().path("schemas").load()?;
/// let mut comparison = Comparison::new(&new, RuleSet::Strict);
/// comparison.with_contract(&old, Path::to_owned);
/// println!("{}", comparison.finish(&Default::default()));
/// # Ok::<(), eventgen_schema::Diagnostics>(())
/// ```
#[derive(Debug)]
pub struct Comparison<'a> {
    new: &'a Loaded,
    rules: RuleSet,
    places: Places,
    /// The files of the new version.
    files: Files,
    found: Vec<Diagnostic>,
    /// The pairs of texts that were compared, backward or forward: several events may be in one file, with different levels.
    compared: BTreeMap<[VersionText; 2], (bool, bool)>,
    /// How many schemas were compared.
    schemas: usize,
}

/// One schema in its new and its old version.
struct Pair<'v> {
    name: &'v str,
    new: &'v VersionText,
    old: &'v VersionText,
    /// Where the new version is if nothing more exact is known.
    new_fallback: Option<Span>,
    old_fallback: Option<Span>,
    old_files: &'v Files,
}

impl<'a> Comparison<'a> {
    /// A comparison of `new` by a set of rules.
    pub fn new(new: &'a Loaded, rules: RuleSet) -> Self {
        let mut places = Places::default();
        let files = places.add(new.warnings.sources(), Path::to_owned);
        Self { new, rules, places, files, found: Vec::new(), compared: BTreeMap::new(), schemas: 0 }
    }

    /// Compares the contract with an older one: events and topics, and the schemas of the events by their compatibility
    /// levels. If a level is lowered, the old one still counts. `show` makes the paths of the old files that are shown.
    ///
    /// Returns the names of the events that the old contract does not have, which are compared with nothing.
    pub fn with_contract(&mut self, old: &Loaded, show: impl Fn(&Path) -> PathBuf) -> Vec<String> {
        let old_files = self.places.add(old.warnings.sources(), show);
        let pairs = self.new.contract.counterparts(&old.contract);
        let compared: BTreeSet<&str> = pairs.iter().map(|(event, _)| &*event.name).collect();
        let all = self.new.contract.events.iter().map(|event| &event.name);
        let left_out = all.filter(|name| !compared.contains(name.as_str())).cloned().collect();
        with_shared_room(|| {
            for (new_event, old_event) in pairs {
                self.schemas += 1;
                let version = |loaded: &Loaded, event| VersionText::of_event(&loaded.contract, event);
                let (new_text, old_text) = (version(self.new, new_event), version(old, old_event));
                let pair = Pair {
                    name: &new_event.name,
                    new: &new_text,
                    old: &old_text,
                    new_fallback: self.new.annotation_span(&new_event.name).map(|span| self.files.span(span)),
                    old_fallback: old.annotation_span(&old_event.name).map(|span| old_files.span(span)),
                    old_files: &old_files,
                };
                let directions =
                    union(new_event.compatibility.directions(), old_event.compatibility.directions());
                self.pair(&pair, directions);
            }
            self.changes(old, &old_files);
        });
        left_out
    }

    /// Compares schemas without a contract by a level. Schemas correspond by their full names, Protobuf files by the names
    /// that they are imported by. If both versions have one schema only, these correspond, whatever their names.
    pub fn with_schemas(&mut self, old: &Loaded, level: Compatibility, show: impl Fn(&Path) -> PathBuf) {
        let old_files = self.places.add(old.warnings.sources(), show);
        with_shared_room(|| {
            let (matched, removed) = pairs::schemas(self.new, old);
            for (name, new_text, old_text) in matched {
                self.schemas += 1;
                let pair = Pair {
                    name: &name,
                    new: &new_text,
                    old: &old_text,
                    new_fallback: self.files.first(),
                    old_fallback: old_files.first(),
                    old_files: &old_files,
                };
                self.pair(&pair, level.directions());
            }
            for (name, element) in removed {
                let message = format!("`{name}` is gone");
                let diagnostic = Diagnostic::lint(code::SCHEMA_REMOVED, message)
                    .help("keep the schema as long as there are records of it, or readers");
                let place = self.places.find(&old_files, &element).or_else(|| old_files.first());
                self.found.push(match place {
                    Some(span) => diagnostic.at(&span, "this one has no new version"),
                    None => diagnostic,
                });
            }
        });
    }

    /// How many schemas have been compared.
    pub fn schema_count(&self) -> usize {
        self.schemas
    }

    /// Adds a diagnostic whose labels are in the files of the new version.
    pub fn add(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Everything that was found, with levels of lints applied.
    pub fn finish(self, levels: &Levels) -> Diagnostics {
        Diagnostics::new(self.places.into_sources(), levels.apply(self.found))
    }

    /// The changes of the contract with their locations.
    fn changes(&mut self, old: &Loaded, old_files: &Files) {
        for change in located_changes(&old.contract, &self.new.contract) {
            // A setting of a topic may come from `eventgen.toml`; then this is the event that it holds for.
            let mut diagnostic = change.diagnostic;
            let new_files = self.files.clone();
            let remark = match &change.new {
                Some(Whereabouts::Annotation { event, property })
                    if self.new.property_span(event, property).is_none() =>
                {
                    "changed for this event"
                }
                _ => "changed here",
            };
            let new_span = change.new.and_then(|said| self.said(self.new, &new_files, &said));
            let old_span = change.old.and_then(|said| self.said(old, old_files, &said));
            if let Some(span) = new_span {
                diagnostic = diagnostic.at(&span, remark);
            }
            if let Some(span) = old_span {
                diagnostic = diagnostic.at(&span, "the old version");
            }
            self.found.push(diagnostic);
        }
    }

    /// Where a version says something, else where the annotation of its event is.
    fn said(&mut self, loaded: &Loaded, files: &Files, said: &Whereabouts) -> Option<Span> {
        let (event, found) = match said {
            Whereabouts::Annotation { event, property } => {
                (event, loaded.property_span(event, property).map(|span| files.span(span)))
            }
            Whereabouts::Schema { event, element } => (event, self.places.find(files, element)),
        };
        found.or_else(|| loaded.annotation_span(event).map(|span| files.span(span)))
    }

    fn pair(&mut self, pair: &Pair<'_>, (backward, forward): (bool, bool)) {
        // A registry does not see it, and neither does a reader.
        if pair.new == pair.old || !(backward || forward) {
            return;
        }
        let seen = self.compared.entry([pair.new.clone(), pair.old.clone()]).or_default();
        let is_first = *seen == (false, false);
        let (backward, forward) = (backward && !seen.0, forward && !seen.1);
        *seen = (seen.0 || backward, seen.1 || forward);
        if !(backward || forward) {
            return;
        }
        let (new, old) = match (pair.new.parse(), pair.old.parse()) {
            (Ok(new), Ok(old)) => (new, old),
            (Err(error), _) => return self.unreadable(pair, "new", &error),
            (_, Err(error)) => return self.unreadable(pair, "old", &error),
        };
        let mut found: Vec<(Direction, Incompatibility)> = Vec::new();
        let mut add = |direction, differences: Vec<Incompatibility>| {
            found.extend(differences.into_iter().map(|difference| (direction, difference)));
        };
        if backward {
            add(Direction::Backward, new.incompatibilities(&old, self.rules));
        }
        if forward {
            add(Direction::Forward, old.incompatibilities(&new, self.rules));
        }
        if is_first {
            add(Direction::Source, new.changes_since(&old, self.rules));
        }
        for (direction, difference) in found {
            self.report(pair, direction, &difference);
        }
    }

    fn report(&mut self, pair: &Pair<'_>, direction: Direction, found: &Incompatibility) {
        let (new, old) = direction.new_and_old(found);
        let code = match direction {
            Direction::Backward => code::NEW_READERS_BREAK,
            Direction::Forward => code::OLD_READERS_BREAK,
            Direction::Source => code::SOURCES_BREAK,
        };
        let (kind, path) = (found.kind.as_str(), &found.path);
        let place = if path.is_empty() { String::new() } else { format!(" at `{path}`") };
        let message = format!("{kind} in `{}`{place}: {}", pair.name, found.message);
        let new_span = self.places.find(&self.files, new).or_else(|| pair.new_fallback.clone());
        let old_span = self.places.find(pair.old_files, old).or_else(|| pair.old_fallback.clone());
        let mut diagnostic = Diagnostic::error(code, message)
            .help(format!("{} (forbidden by the rules `{}`)", found.kind.remedy(), found.rules))
            .fact("schema", pair.name)
            .fact("rule", kind)
            .fact("rules", found.rules.as_str())
            .fact("path", path)
            .fact("breaks", direction.breaks());
        if let Some(span) = new_span {
            diagnostic = diagnostic.at(&span, format!("breaks {}", direction.breaks()));
        }
        if let Some(span) = old_span {
            diagnostic = diagnostic.at(&span, "the old version");
        }
        self.found.push(diagnostic);
    }

    /// What cannot be compared is not accepted.
    fn unreadable(&mut self, pair: &Pair<'_>, which: &str, error: &ParseError) {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default();
        let message = format!("NOT_COMPARABLE in `{}`: the {which} version is not read: {reason}", pair.name);
        let mut diagnostic = Diagnostic::error(code::NEW_READERS_BREAK, message)
            .help("correct the version, or delete it from the registry if no record has it")
            .fact("schema", pair.name)
            .fact("rule", "NOT_COMPARABLE");
        for (span, remark) in
            [(&pair.new_fallback, "the new version"), (&pair.old_fallback, "the old version")]
        {
            if let Some(span) = span {
                diagnostic = diagnostic.at(span, remark);
            }
        }
        self.found.push(diagnostic);
    }
}

/// The directions of two levels together.
fn union(a: (bool, bool), b: (bool, bool)) -> (bool, bool) {
    (a.0 || b.0, a.1 || b.1)
}

impl VersionText {
    fn parse(&self) -> Result<SchemaVersion, ParseError> {
        SchemaVersion::parse(&self.schema_type, &self.text, &self.references)
    }
}
