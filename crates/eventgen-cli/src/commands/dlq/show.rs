//! `eventgen dlq show`: letters with their values.

use std::ops::ControlFlow;

use eventgen_admin::blocking::SourceReader;
use eventgen_admin::dead_letters::{DeadLetter, LetterState, Progress};
use eventgen_admin::values::{Value, ValueError, ValueReader};
use eventgen_registry::{SchemaKey, wire};
use serde::Serialize;

use super::list_json::VERSION;
use super::select::remark;
use super::show_text;
use super::shown::{Content, Key, Shown};
use super::target::Target;
use crate::arguments::{DlqShow, Format};
use crate::bytes::Bytes;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::registry;
use crate::terminal::{Terminal, output, summary};

pub(super) fn show(arguments: &DlqShow, terminal: Terminal) -> Result<Outcome, Failure> {
    let target = Target::new(&arguments.letters, terminal)?;
    let mut decoder = Decoder::new(arguments, &target)?;
    let mut source = target.letters.sources();
    let (mut letters, mut more) = (Vec::new(), false);
    let (nothing, mut undecided) = (Progress::default(), 0);
    for topic in &target.open()? {
        if more {
            break;
        }
        undecided += topic.letters.read(topic.filter, |letter| {
            let progress = topic.progress.get(&letter.partition).unwrap_or(&nothing);
            let state = progress.state(&letter);
            let is_done = matches!(state, LetterState::Redriven | LetterState::Discarded);
            if is_done && !arguments.all {
                return ControlFlow::Continue(());
            }
            if letters.len() == arguments.limit {
                more = true;
                return ControlFlow::Break(());
            }
            let discard = progress.discard(letter.offset);
            let discarded = discard.map(|discard| (discard.reason.clone(), discard.by.clone(), discard.at));
            letters.push((letter, state, discarded));
            ControlFlow::Continue(())
        })?;
    }
    let shown: Vec<Shown> = letters
        .into_iter()
        .map(|(letter, state, discarded)| {
            let (key, value) = (decoder.key(&letter), decoder.content(&letter, &mut source));
            Shown { letter, state, discarded, key, value }
        })
        .collect();
    match arguments.letters.output {
        Format::Human => {
            for letter in &shown {
                output(&show_text::text(letter))?;
            }
        }
        Format::Json => output(&serde_json::to_string_pretty(&Document::of(&shown, &target.cluster))?)?,
    }
    let and_more = if more { ", and there are more: raise --limit, or narrow them down" } else { "" };
    summary(&format!(
        "{} shown from {}{and_more}",
        crate::count::count(shown.len(), "letter"),
        target.cluster
    ));
    let is_bytes =
        |shown: &Shown| matches!(shown.value, Content::Bytes(..)) || matches!(shown.key, Key::Bytes(..));
    if let (Some(hint), true) = (decoder.hint, shown.iter().any(is_bytes)) {
        summary(&hint);
    }
    Ok(remark(&target.topics, shown.len(), undecided))
}

/// Reads values, if there is a registry.
struct Decoder {
    reader: Option<ValueReader>,
    /// What to do if values are bytes.
    hint: Option<String>,
}

impl Decoder {
    fn new(arguments: &DlqShow, target: &Target) -> Result<Self, Failure> {
        let (url, context) = (arguments.schema_registry.as_deref(), arguments.context.as_deref());
        let connected =
            registry::connect(url, context, arguments.letters.env.as_deref(), target.manifest.as_ref());
        match connected {
            Ok(registry) => Ok(Self { reader: Some(ValueReader::new(registry)), hint: None }),
            Err(missing @ (Failure::NoRegistry | Failure::NoRegistryInEnvironment { .. })) => {
                Ok(Self { reader: None, hint: Some(format!("values are shown as bytes: {missing}")) })
            }
            Err(failure) => Err(failure),
        }
    }

    fn key(&mut self, letter: &DeadLetter) -> Key {
        let Some(key) = letter.key.as_deref() else { return Key::Plain };
        let header = letter.header(wire::KEY_HEADER);
        let read = match &mut self.reader {
            Some(reader) => reader.read_key(key, header),
            None if wire::is_framed(key, header) => {
                let id = wire::parse_value(key, header).ok().map(|key| key.schema);
                return Key::Bytes(id, "no registry".to_owned());
            }
            None => Ok(None),
        };
        match read {
            Ok(None) => Key::Plain,
            Ok(Some(key)) => Key::Decoded(key),
            Err(error) => Key::Bytes(error.schema_id(), self.reason(&error)),
        }
    }

    /// Why a key or a value is not decoded.
    fn reason(&mut self, error: &ValueError) -> String {
        if let ValueError::Registry { .. } = error {
            self.hint = Some(format!("values are shown as bytes: {error}"));
        }
        error.to_string()
    }

    fn content(&mut self, letter: &DeadLetter, source: &mut SourceReader) -> Content {
        let value = if letter.lacks_value() {
            match source.record_of(letter) {
                Ok(record) => record.value,
                Err(reason) => return Content::Missing(reason.to_string()),
            }
        } else {
            letter.value.clone()
        };
        let Some(value) = value else { return Content::Nothing };
        let header = letter.header(wire::VALUE_HEADER);
        let Some(reader) = &mut self.reader else {
            let id = wire::parse_value(&value, header).ok().map(|value| value.schema);
            return Content::Bytes(value, id, "no registry".to_owned());
        };
        match reader.read(&value, header) {
            Ok(decoded) => Content::Decoded(decoded),
            Err(error) => Content::Bytes(value, error.schema_id(), self.reason(&error)),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    bootstrap_servers: &'a str,
    letters: Vec<Entry<'a>>,
}

/// Times are milliseconds since the Unix epoch.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    dead_letter_topic: &'a str,
    partition: i32,
    offset: i64,
    state: &'static str,
    discarded: Option<Discarded<'a>>,
    family: Option<&'static str>,
    topic: Option<&'a str>,
    source_partition: Option<i32>,
    source_offset: Option<i64>,
    group: Option<&'a str>,
    disposition: Option<&'a str>,
    message: Option<&'a str>,
    exception: Option<&'a str>,
    deliveries: Option<u32>,
    redrives: u32,
    failed_at: Option<i64>,
    timestamp: Option<i64>,
    key: Option<Bytes<'a>>,
    key_schema_id: Option<SchemaKey>,
    key_value: Option<&'a Value>,
    /// Why the key is not decoded, if it has a schema.
    key_problem: Option<&'a str>,
    event: Option<&'a str>,
    schema_id: Option<SchemaKey>,
    value: Option<&'a Value>,
    bytes: Option<Bytes<'a>>,
    /// Why the value is not decoded, or not there.
    problem: Option<&'a str>,
    headers: Vec<(Bytes<'a>, Option<Bytes<'a>>)>,
}

#[derive(Serialize)]
struct Discarded<'a> {
    reason: &'a str,
    by: Option<&'a str>,
    at: i64,
}

impl<'a> Document<'a> {
    fn of(shown: &'a [Shown], cluster: &'a str) -> Self {
        Self { version: VERSION, bootstrap_servers: cluster, letters: shown.iter().map(Entry::of).collect() }
    }
}

impl<'a> Entry<'a> {
    fn of(shown: &'a Shown) -> Self {
        let (letter, origin) = (&shown.letter, &shown.letter.origin);
        let (decoded, schema_id, bytes, problem) = match &shown.value {
            Content::Nothing => (None, None, None, None),
            Content::Decoded(decoded) => (Some(decoded), Some(decoded.schema_id), None, None),
            Content::Bytes(bytes, id, problem) => (None, *id, Some(Bytes::of(bytes)), Some(problem.as_str())),
            Content::Missing(problem) => (None, None, None, Some(problem.as_str())),
        };
        let (key_schema_id, key_value, key_problem) = match &shown.key {
            Key::Plain => (None, None, None),
            Key::Decoded(key) => (Some(key.schema_id), Some(&key.value), None),
            Key::Bytes(id, problem) => (*id, None, Some(problem.as_str())),
        };
        Self {
            dead_letter_topic: &letter.topic,
            partition: letter.partition,
            offset: letter.offset,
            state: shown.state.as_str(),
            discarded: shown.discarded.as_ref().map(|(reason, by, at)| Discarded {
                reason,
                by: by.as_deref(),
                at: *at,
            }),
            family: origin.family.map(eventgen_admin::dead_letters::HeaderFamily::as_str),
            topic: origin.topic.as_deref(),
            source_partition: origin.partition,
            source_offset: origin.offset,
            group: origin.group.as_deref(),
            disposition: origin.disposition.as_deref(),
            message: origin.message.as_deref(),
            exception: origin.exception.as_deref(),
            deliveries: origin.deliveries,
            redrives: origin.redrives,
            failed_at: letter.failed_at(),
            timestamp: letter.timestamp,
            key: letter.key.as_deref().map(Bytes::of),
            key_schema_id,
            key_value,
            key_problem,
            event: decoded.map(|decoded| decoded.event.as_str()),
            schema_id,
            value: decoded.map(|decoded| &decoded.value),
            bytes,
            problem,
            headers: letter
                .headers
                .iter()
                .map(|header| (Bytes::of(&header.name), header.value.as_deref().map(Bytes::of)))
                .collect(),
        }
    }
}
