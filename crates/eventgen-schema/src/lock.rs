//! `eventgen.lock`: which schemas are registered where.
//!
//! `eventgen register` writes it, one line for each subject, so that two branches that register different subjects merge.
//! It is committed: a program without access to a registry compares a contract with it.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::Path;

use crate::contract::{Contract, KeySchema, RegisteredSchema, Topic};
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::frontend::front_ends;
use crate::node::{Node, Value};
use crate::reader::{open_file, parse_toml};
use crate::source::{Sources, Span};

/// The name of the file, which is beside `eventgen.toml`.
pub const LOCK_FILE_NAME: &str = "eventgen.lock";

/// The version of the format.
const VERSION: &str = "1";

/// The property that names the topic of a schema of keys.
const KEYS_OF: &str = "keys-of";

/// What is registered, by registry and subject.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    registries: BTreeMap<String, BTreeMap<String, Locked>>,
    sources: Sources,
}

/// A registered schema.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Locked {
    /// Its version in the subject; `None` if the registry does not say it.
    pub version: Option<u32>,
    /// Its id in the registry.
    pub id: u32,
    /// [`fingerprint`] of its text.
    pub fingerprint: String,
    /// The topic whose keys have it, without the prefix of an environment; `None` if it is not the schema of a typed key.
    pub keys_of: Option<String>,
    /// Where the file says so.
    pub(crate) span: Option<Span>,
}

impl Locked {
    /// A schema that a registry has.
    pub fn new(id: u32, version: Option<u32>, fingerprint: String) -> Self {
        Self { version, id, fingerprint, keys_of: None, span: None }
    }

    /// The schema of the keys of a topic.
    #[must_use]
    pub fn with_keys_of(mut self, topic: impl Into<String>) -> Self {
        self.keys_of = Some(topic.into());
        self
    }
}

impl Lock {
    /// Reads a file; `None` if there is none.
    ///
    /// # Errors
    /// It cannot be read, or is not a lock.
    pub fn read(path: &Path) -> Result<Option<Self>, Diagnostics> {
        match open_file(path).and_then(io::read_to_string) {
            Ok(text) => Self::parse(path, text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => {
                Err(Diagnostics::new(Sources::default(), vec![Diagnostic::unreadable(path, &error)]))
            }
        }
    }

    fn parse(path: &Path, text: String) -> Result<Self, Diagnostics> {
        let mut sources = Sources::default();
        let source = sources.add(path, text);
        if let Some(range) = conflict(sources.text(source)) {
            let diagnostic = Diagnostic::error(code::WRONG_VALUE, "eventgen.lock has conflicts of a merge")
                .at(&Span { source, range }, "git wrote this line")
                .help(
                    "keep the lines of both sides; where both have a subject, keep one of them: `eventgen register` writes \
                     it again",
                );
            return Err(Diagnostics::new(sources, vec![diagnostic]));
        }
        let wrong = |diagnostic: Diagnostic, sources: &Sources| {
            let diagnostic = diagnostic.help(
                "restore the file from git, or remove what is wrong and run `eventgen register` for each environment",
            );
            Diagnostics::new(sources.clone(), vec![diagnostic])
        };
        let root = parse_toml(&sources, source).map_err(|diagnostic| wrong(diagnostic, &sources))?;
        let malformed = |span: &Span, remark: &str| {
            let diagnostic = Diagnostic::error(code::WRONG_VALUE, "eventgen.lock is not as it was written");
            wrong(diagnostic.at(span, remark), &sources)
        };
        match root.get("version").map(|node| (&node.value, &node.span)) {
            Some((Value::Number(version), _)) if version == VERSION => {}
            Some((_, span)) => return Err(malformed(span, "another version of eventgen wrote it")),
            None => return Err(malformed(&root.span, "it has no version")),
        }
        let mut lock = Self::default();
        let table = |node: &Node| match node.value {
            Value::Object(_) => Ok(()),
            _ => Err(malformed(&node.span, "expected a table")),
        };
        root.get("registries").map_or(Ok(()), table)?;
        for registry in root.get("registries").map(Node::members).unwrap_or_default() {
            table(&registry.value)?;
            let subjects = lock.registries.entry(registry.name.clone()).or_default();
            for subject in registry.value.members() {
                table(&subject.value)?;
                let locked = locked(&subject.value).map_err(|(span, remark)| malformed(&span, remark))?;
                subjects
                    .insert(subject.name.clone(), Locked { span: Some(subject.name_span.clone()), ..locked });
            }
        }
        lock.sources = sources;
        Ok(lock)
    }

    /// Sets what a registry has of a subject.
    pub fn set(&mut self, registry: &str, subject: &str, locked: Locked) {
        self.registries.entry(registry.to_owned()).or_default().insert(subject.to_owned(), locked);
    }

    /// Removes the subjects of a registry that are not kept.
    pub fn retain(&mut self, registry: &str, mut is_kept: impl FnMut(&str) -> bool) {
        if let Some(subjects) = self.registries.get_mut(registry) {
            subjects.retain(|subject, _| is_kept(subject));
        }
    }

    /// The registries with their subjects.
    pub fn registries(&self) -> &BTreeMap<String, BTreeMap<String, Locked>> {
        &self.registries
    }

    /// The subject in a registry that the keys of a topic were registered under, and what it has. `wanted` are the subjects of
    /// the contract ([`Contract::fingerprints`]): what is another schema's now is not that of the keys.
    pub fn keys_of<'a>(
        &'a self,
        registry: &str,
        (contract, topic): (&Contract, &Topic),
        wanted: &BTreeMap<String, Vec<String>>,
    ) -> Option<(&'a str, &'a Locked)> {
        let subjects = self.registries.get(registry)?;
        let own = contract.key_of(topic).and_then(|key| subjects.get_key_value(&key.subject));
        let marked = || {
            let mut others = subjects.iter().filter(|(subject, _)| !wanted.contains_key(*subject));
            others.find(|(_, locked)| locked.keys_of.as_ref() == Some(&topic.subject_name))
        };
        // Earlier versions did not write the topic.
        let named = || {
            let found = subjects.get_key_value(&format!("{}-key", topic.subject_name))?;
            (found.1.keys_of.is_none() && !wanted.contains_key(found.0)).then_some(found)
        };
        own.or_else(marked).or_else(named).map(|(subject, locked)| (&**subject, locked))
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }
}

/// What a file says of a subject, else where it is wrong and why.
fn locked(node: &Node) -> Result<Locked, (Span, &'static str)> {
    // Versions and ids are positive integers of 32 bits in the API of a registry.
    let number = |name: &str, remark: &'static str| match node.get(name) {
        None => Ok(None),
        Some(node) => match &node.value {
            Value::Number(text) => match text.parse::<i32>() {
                Ok(number @ 1..) => Ok(Some(number.unsigned_abs())),
                _ => Err((node.span.clone(), remark)),
            },
            _ => Err((node.span.clone(), remark)),
        },
    };
    let version = number("version", "expected the number of a version: 1 or more")?;
    let Some(id) = number("id", "expected an id: 1 or more")? else {
        return Err((node.span.clone(), "expected `version`, `id`, `fingerprint`"));
    };
    let Some(fingerprint) = node.get("fingerprint") else {
        return Err((node.span.clone(), "expected `version`, `id`, `fingerprint`"));
    };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    match fingerprint.as_str() {
        Some(text) if text.len() == 16 && text.bytes().all(is_digit) => {
            let locked = Locked::new(id, version, text.to_owned());
            match node.get(KEYS_OF).map(|node| node.as_str().ok_or(node)) {
                None => Ok(locked),
                Some(Ok(topic)) => Ok(locked.with_keys_of(topic)),
                Some(Err(node)) => Err((node.span.clone(), "expected the name of a topic")),
            }
        }
        _ => Err((fingerprint.span.clone(), "expected 16 hexadecimal digits")),
    }
}

/// The first line that a merge with conflicts wrote.
fn conflict(text: &str) -> Option<Range<usize>> {
    let markers = ["<<<<<<< ", ">>>>>>> "];
    let mut start = 0;
    text.split_inclusive('\n').find_map(|line| {
        let range = start..start + line.trim_end().len();
        start += line.len();
        markers.iter().any(|marker| line.starts_with(marker)).then_some(range)
    })
}

impl fmt::Display for Lock {
    /// The text of the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Written by `eventgen register`. Commit it: `eventgen diff --against lock` reads it.")?;
        writeln!(f, "version = {VERSION}")?;
        for (registry, subjects) in &self.registries {
            writeln!(f, "\n[registries.{}]", quoted(registry))?;
            for (subject, locked) in subjects {
                let version =
                    locked.version.map(|version| format!("version = {version}, ")).unwrap_or_default();
                let (id, fingerprint) = (locked.id, &locked.fingerprint);
                let keys_of = locked.keys_of.as_ref();
                let keys_of =
                    keys_of.map(|topic| format!(", {KEYS_OF} = {}", quoted(topic))).unwrap_or_default();
                writeln!(
                    f,
                    "{} = {{ {version}id = {id}, fingerprint = \"{fingerprint}\"{keys_of} }}",
                    quoted(subject)
                )?;
            }
        }
        Ok(())
    }
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

/// CRC-64-AVRO of the normal form of a schema's text, in hexadecimal. The space between the parts of an Avro schema and the
/// order of its properties do not count.
pub fn fingerprint(schema: &RegisteredSchema<'_>) -> String {
    let front_end = front_ends().into_iter().find(|front_end| front_end.schema_type() == schema.schema_type);
    let text = front_end.map_or_else(|| schema.text.to_owned(), |front_end| front_end.normalize(schema.text));
    format!("{:016x}", eventgen_avro::fingerprint(text.as_bytes()))
}

impl Contract {
    /// The subjects of all events, of their typed keys and of the schemas that these refer to, with the fingerprints of their
    /// schemas. Several events may share a subject.
    pub fn fingerprints(&self) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for event in &self.events {
            let registered = event.registered();
            found.entry(event.subject.clone()).or_default().push(fingerprint(&registered));
            if let Some(key) = &event.typed_key {
                let fingerprints = found.entry(key.subject.clone()).or_default();
                let fingerprint = fingerprint(&key.registered());
                if !fingerprints.contains(&fingerprint) {
                    fingerprints.push(fingerprint);
                }
            }
            let key = event.typed_key.as_ref().map(KeySchema::registered);
            for referred in [Some(registered), key].iter().flatten().flat_map(|it| self.references(it)) {
                let subject = self.reference_strategy.subject(&referred.name);
                let fingerprints = found.entry(subject).or_default();
                if fingerprints.is_empty() {
                    fingerprints.push(fingerprint(&referred.registered(event.schema_type)));
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut lock = Lock::default();
        lock.set(
            "http://localhost:8081",
            "orders \"v1\"-value",
            Locked::new(7, Some(3), "00ff00ff00ff00ff".to_owned()),
        );
        lock.set("prod", "a/b.proto", Locked::new(8, None, "0123456789abcdef".to_owned()));
        let key = Locked::new(9, Some(1), "0123456789abcdef".to_owned()).with_keys_of("orders \"v1\"");
        lock.set("prod", "shop.OrderKey", key);
        let text = lock.to_string();
        let read = Lock::parse(Path::new(LOCK_FILE_NAME), text.clone()).expect("a lock");
        assert_eq!(read.to_string(), text);
        assert_eq!(read.registries()["prod"]["a/b.proto"].id, 8);
        assert_eq!(read.registries()["prod"]["shop.OrderKey"].keys_of.as_deref(), Some("orders \"v1\""));
    }

    const FINE: &str = "00ff00ff00ff00ff";

    fn subject(numbers: &str, fingerprint: &str) -> String {
        format!("version = 1\n[registries.a]\nb = {{ {numbers}, fingerprint = \"{fingerprint}\" }}")
    }

    #[test]
    fn other_versions_and_broken_files_are_errors() {
        for (text, remark) in [
            ("version = 2", "another version"),
            ("", "it has no version"),
            ("version = 1\n[registries.a]\nb = { id = 1 }", "expected `version`, `id`, `fingerprint`"),
            ("version = 1\nregistries = 1", "expected a table"),
            ("version = 1\n[registries]\na = 1", "expected a table"),
            ("version = 1\n[registries.a]\nb = 1", "expected a table"),
            (&subject("keys-of = 1, id = 1", FINE), "expected the name of a topic"),
            (&subject("version = -1, id = 1", FINE), "expected the number of a version"),
            (&subject("version = 1.5, id = 1", FINE), "expected the number of a version"),
            (&subject("id = 4294967296", FINE), "expected an id"),
            (&subject("id = \"x\"", FINE), "expected an id"),
            (&subject("id = 0", FINE), "expected an id"),
            (&subject("id = 1", "x"), "expected 16 hexadecimal digits"),
            (&subject("id = 1", "00FF00FF00FF00FF"), "expected 16 hexadecimal digits"),
            ("version 1", "this is not TOML"),
            ("version = 1\n<<<<<<< HEAD\n=======\n>>>>>>> b\n", "git wrote this line"),
        ] {
            let error = Lock::parse(Path::new(LOCK_FILE_NAME), text.to_owned()).expect_err(text);
            assert!(error.render(false).contains(remark), "{error}");
        }
    }
}
