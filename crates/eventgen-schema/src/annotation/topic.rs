//! The words about a topic, wherever they stand, and how they are put together.

use std::collections::BTreeMap;

use super::quantity;
use super::words::{Casing, Words, wrong_kind};
use crate::code;
use crate::contract::{
    Backoff, Compatibility, ConsumerGroup, DeadLetter, MaxLag, Ordering, Retry, SubjectStrategy, Topic,
};
use crate::diagnostic::Diagnostic;
use crate::node::{Member, Node, Value};
use crate::source::{Span, Spanned};

/// The words, in camel case.
pub(crate) const TOPIC_WORDS: [&str; 12] = [
    "partitions",
    "replicationFactor",
    "config",
    "ordering",
    "keyFormat",
    "retry",
    "deadLetter",
    "compatibility",
    "subjectStrategy",
    "producers",
    "consumers",
    "owner",
];

/// How long dead letters are kept unless the contract says otherwise: 14 days, or as long as the source.
const DEAD_LETTER_RETENTION_MS: u64 = 14 * 86_400_000;
/// Kafka's own default of `retention.ms`.
const DEFAULT_RETENTION_MS: u64 = 7 * 86_400_000;

/// What one place says about a topic.
#[derive(Debug, Clone, Default)]
pub(crate) struct TopicWords {
    partitions: Option<Spanned<u32>>,
    replication_factor: Option<Spanned<u16>>,
    config: BTreeMap<String, Spanned<String>>,
    ordering: Option<Spanned<Ordering>>,
    retry: Option<Spanned<Retry>>,
    dead_letter: Option<Spanned<Option<DeadLetterWords>>>,
    compatibility: Option<Spanned<Compatibility>>,
    subject_strategy: Option<Spanned<SubjectStrategy>>,
    producers: Option<Spanned<Vec<String>>>,
    consumers: Option<Spanned<Vec<ConsumerGroup>>>,
    owner: Option<Spanned<String>>,
}

#[derive(Debug, Clone, Default, PartialEq)]
struct DeadLetterWords {
    topic: Option<String>,
    partitions: Option<u32>,
    config: BTreeMap<String, String>,
}

impl TopicWords {
    /// Reads the words that `words` has.
    pub(crate) fn read(words: &mut Words<'_, '_>, casing: Casing) -> Self {
        words.one_of("keyFormat", &[("string", ())]);
        Self {
            partitions: words.number("partitions", 1),
            replication_factor: words.number("replicationFactor", 1),
            config: words.get("config").map(|node| read_config(node, words.mistakes)).unwrap_or_default(),
            ordering: words.one_of(
                "ordering",
                &[("key", Ordering::Key), ("none", Ordering::None), ("total", Ordering::Total)],
            ),
            retry: words.get("retry").and_then(|node| read_retry(node, casing, words.mistakes)),
            dead_letter: words
                .get("deadLetter")
                .and_then(|node| read_dead_letter(node, casing, words.mistakes)),
            compatibility: words
                .one_of("compatibility", &Compatibility::ALL.map(|level| (level.as_str(), level))),
            subject_strategy: words.one_of(
                "subjectStrategy",
                &[
                    ("TopicName", SubjectStrategy::TopicName),
                    ("RecordName", SubjectStrategy::RecordName),
                    ("TopicRecordName", SubjectStrategy::TopicRecordName),
                ],
            ),
            producers: words.strings("producers"),
            consumers: words.get("consumers").and_then(|node| read_consumers(node, casing, words.mistakes)),
            owner: words.string("owner"),
        }
    }

    /// Adds what another event says about the same topic; two that disagree are a mistake.
    pub(crate) fn agree(&mut self, other: Self, topic: &str, mistakes: &mut Vec<Diagnostic>) {
        let mut agree = Agreement { topic, mistakes };
        agree.on("partitions", &mut self.partitions, other.partitions);
        agree.on("replicationFactor", &mut self.replication_factor, other.replication_factor);
        agree.on("ordering", &mut self.ordering, other.ordering);
        agree.on("retry", &mut self.retry, other.retry);
        agree.on("deadLetter", &mut self.dead_letter, other.dead_letter);
        agree.on("compatibility", &mut self.compatibility, other.compatibility);
        agree.on("subjectStrategy", &mut self.subject_strategy, other.subject_strategy);
        agree.on("producers", &mut self.producers, other.producers);
        agree.on("consumers", &mut self.consumers, other.consumers);
        agree.on("owner", &mut self.owner, other.owner);
        for (name, value) in other.config {
            let mut mine = self.config.remove(&name);
            agree.on(&name, &mut mine, Some(value));
            self.config.extend(mine.map(|mine| (name, mine)));
        }
    }

    /// These words over weaker ones.
    pub(crate) fn over(self, weaker: &Self) -> Self {
        let mut config = weaker.config.clone();
        config.extend(self.config);
        Self {
            partitions: self.partitions.or_else(|| weaker.partitions.clone()),
            replication_factor: self.replication_factor.or_else(|| weaker.replication_factor.clone()),
            config,
            ordering: self.ordering.or_else(|| weaker.ordering.clone()),
            retry: self.retry.or_else(|| weaker.retry.clone()),
            dead_letter: self.dead_letter.or_else(|| weaker.dead_letter.clone()),
            compatibility: self.compatibility.or_else(|| weaker.compatibility.clone()),
            subject_strategy: self.subject_strategy.or_else(|| weaker.subject_strategy.clone()),
            producers: self.producers.or_else(|| weaker.producers.clone()),
            consumers: self.consumers.or_else(|| weaker.consumers.clone()),
            owner: self.owner.or_else(|| weaker.owner.clone()),
        }
    }

    /// Which records keep their order.
    pub(crate) fn ordering(&self) -> Ordering {
        self.ordering.as_ref().map(|ordering| ordering.value).unwrap_or_default()
    }

    /// The compatibility level of the topic's subjects.
    pub(crate) fn compatibility(&self) -> Compatibility {
        self.compatibility.as_ref().map(|level| level.value).unwrap_or_default()
    }

    /// The topic that these words describe; `events` is how many it carries.
    pub(crate) fn into_topic(self, name: &str, events: usize, mistakes: &mut Vec<Diagnostic>) -> Topic {
        self.check(mistakes);
        let config: BTreeMap<String, String> =
            self.config.into_iter().map(|(name, value)| (name, value.value)).collect();
        let dead_letter = match self.dead_letter {
            Some(Spanned { value: None, .. }) => None,
            Some(Spanned { value: Some(words), .. }) => Some(dead_letter(words, name, &config)),
            None => Some(dead_letter(DeadLetterWords::default(), name, &config)),
        };
        let only_one =
            if events == 1 { SubjectStrategy::TopicName } else { SubjectStrategy::TopicRecordName };
        let ordering = self.ordering.map(|ordering| ordering.value).unwrap_or_default();
        let partitions = self.partitions.map(|partitions| partitions.value);
        Topic {
            name: name.to_owned(),
            partitions: if ordering == Ordering::Total { Some(1) } else { partitions },
            replication_factor: self.replication_factor.map(|factor| factor.value),
            config,
            ordering,
            retry: self.retry.map(|retry| retry.value).unwrap_or_default(),
            dead_letter,
            subject_strategy: self.subject_strategy.map_or(only_one, |strategy| strategy.value),
            producers: self.producers.map(|producers| producers.value).unwrap_or_default(),
            consumers: self.consumers.map(|consumers| consumers.value).unwrap_or_default(),
            owner: self.owner.map(|owner| owner.value),
        }
    }

    fn check(&self, mistakes: &mut Vec<Diagnostic>) {
        if let (Some(factor), Some(in_sync)) =
            (&self.replication_factor, self.config.get("min.insync.replicas"))
            && in_sync.value.parse::<u16>().is_ok_and(|in_sync| in_sync > factor.value)
        {
            let message = format!(
                "min.insync.replicas {} is above the replication factor {}",
                in_sync.value, factor.value
            );
            mistakes.push(
                Diagnostic::error(code::TOO_MANY_IN_SYNC, message)
                    .at(&in_sync.span, "no write could ever be acknowledged")
                    .at(&factor.span, "with this many replicas")
                    .help("keep it one below the replication factor, so that one broker may be down"),
            );
        }
        if let (Some(ordering), Some(partitions)) = (&self.ordering, &self.partitions)
            && ordering.value == Ordering::Total
            && partitions.value != 1
        {
            mistakes.push(
                Diagnostic::error(code::TOTAL_ORDER, "a total order needs exactly one partition")
                    .at(&partitions.span, "these are more")
                    .at(&ordering.span, "asked for here")
                    .help("set 1, or order by key"),
            );
        }
    }
}

struct Agreement<'a> {
    topic: &'a str,
    mistakes: &'a mut Vec<Diagnostic>,
}

impl Agreement<'_> {
    fn on<T: PartialEq>(&mut self, word: &str, mine: &mut Option<Spanned<T>>, theirs: Option<Spanned<T>>) {
        match (&*mine, theirs) {
            (Some(mine), Some(theirs)) if mine.value != theirs.value => self.mistakes.push(
                Diagnostic::error(
                    code::CONFLICT,
                    format!("two events disagree about `{word}` of topic `{}`", self.topic),
                )
                .at(&theirs.span, "this differs")
                .at(&mine.span, "from this")
                .help("say it on one of the events only, or alike on both"),
            ),
            (None, theirs) => *mine = theirs,
            _ => {}
        }
    }
}

fn dead_letter(words: DeadLetterWords, source: &str, source_config: &BTreeMap<String, String>) -> DeadLetter {
    let mut config = words.config;
    config.entry("retention.ms".to_owned()).or_insert_with(|| match source_config.get("retention.ms") {
        // Kept for ever, like the source.
        Some(forever) if forever.starts_with('-') => forever.clone(),
        kept => kept
            .and_then(|kept| kept.parse().ok())
            .unwrap_or(DEFAULT_RETENTION_MS)
            .max(DEAD_LETTER_RETENTION_MS)
            .to_string(),
    });
    DeadLetter {
        topic: words.topic.unwrap_or_else(|| format!("{source}.dlq")),
        partitions: words.partitions,
        config,
    }
}

fn read_config(node: &Node, mistakes: &mut Vec<Diagnostic>) -> BTreeMap<String, Spanned<String>> {
    let Value::Object(members) = &node.value else {
        mistakes.push(wrong_kind("`config`", "an object of Kafka's topic configuration", node));
        return BTreeMap::new();
    };
    let value = |member: &Member| match config_value(&member.name, &member.value) {
        Ok(value) => Some((member.name.clone(), Spanned { value, span: member.value.span.clone() })),
        Err(mistake) => {
            mistakes.push(mistake);
            None
        }
    };
    members.iter().filter_map(value).collect()
}

/// A configuration value as Kafka takes it.
fn config_value(name: &str, node: &Node) -> Result<String, Diagnostic> {
    let unknown = |example: &str| {
        Diagnostic::error(code::INVALID_QUANTITY, format!("`{name}` is not understood"))
            .at(&node.span, "")
            .help(format!("write {example}, or -1 for no limit"))
    };
    let unit = name.rsplit('.').next().unwrap_or_default();
    match &node.value {
        Value::String(text) if text == "-1" => Ok(text.clone()),
        Value::String(text) if unit == "ms" => quantity::milliseconds(text)
            .map(|ms| ms.to_string())
            .ok_or_else(|| unknown("a duration like \"7d\" or \"500ms\"")),
        Value::String(text) if unit == "bytes" => quantity::bytes(text)
            .map(|bytes| bytes.to_string())
            .ok_or_else(|| unknown("a size like \"1GiB\" or \"500MB\"")),
        Value::String(text) | Value::Number(text) => Ok(text.clone()),
        Value::Boolean(value) => Ok(value.to_string()),
        _ => Err(wrong_kind(&format!("`{name}`"), "a string, a number or a boolean", node)),
    }
}

fn read_retry(node: &Node, casing: Casing, mistakes: &mut Vec<Diagnostic>) -> Option<Spanned<Retry>> {
    let vocabulary = ["attempts", "backoff", "initial", "max", "jitter", "mode"];
    let mut words = Words::read(node, "`retry`", &vocabulary, casing, mistakes)?;
    if let Some(mode) =
        words.one_of("mode", &[("inPlace", true), ("topics", false)]).filter(|mode| !mode.value)
    {
        words.mistakes.push(
            Diagnostic::error(code::NOT_SUPPORTED, "retry topics are not supported yet")
                .at(&mode.span, "")
                .help("leave `mode` out: retries in place keep the order of a key"),
        );
    }
    let default = Retry::default();
    let example = "\"200ms\" or \"30s\"";
    let backoff =
        words.one_of("backoff", &[("fixed", Backoff::Fixed), ("exponential", Backoff::Exponential)]);
    let value = Retry {
        attempts: words.number("attempts", 0).map_or(default.attempts, |attempts| attempts.value),
        backoff: backoff.map_or(default.backoff, |backoff| backoff.value),
        initial: words
            .quantity("initial", quantity::duration, example)
            .map_or(default.initial, |pause| pause.value),
        max: words.quantity("max", quantity::duration, example).map_or(default.max, |pause| pause.value),
        jitter: words.boolean("jitter").unwrap_or(default.jitter),
    };
    Some(Spanned { value, span: node.span.clone() })
}

fn read_dead_letter(
    node: &Node,
    casing: Casing,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Spanned<Option<DeadLetterWords>>> {
    let span = node.span.clone();
    if matches!(node.value, Value::Boolean(false)) {
        return Some(Spanned { value: None, span });
    }
    let mut words = Words::read(
        node,
        "`deadLetter` (false, or an object)",
        &["topic", "partitions", "config"],
        casing,
        mistakes,
    )?;
    let topic = words.string("topic");
    let partitions = words.number("partitions", 1).map(|partitions| partitions.value);
    let config = words.get("config").map(|node| read_config(node, words.mistakes)).unwrap_or_default();
    if let Some(topic) = &topic {
        check_topic_name(&topic.value, &topic.span, words.mistakes);
    }
    let config = config.into_iter().map(|(name, value)| (name, value.value)).collect();
    Some(Spanned {
        value: Some(DeadLetterWords { topic: topic.map(|topic| topic.value), partitions, config }),
        span,
    })
}

fn read_consumers(
    node: &Node,
    casing: Casing,
    mistakes: &mut Vec<Diagnostic>,
) -> Option<Spanned<Vec<ConsumerGroup>>> {
    let Value::Array(items) = &node.value else {
        mistakes.push(wrong_kind("`consumers`", "a list of objects with a `group`", node));
        return None;
    };
    let mut consumers = Vec::with_capacity(items.len());
    for item in items {
        let Some(mut words) = Words::read(item, "a consumer", &["group", "maxLag"], casing, mistakes) else {
            continue;
        };
        let max_lag = match words.get("maxLag").map(|node| &node.value) {
            Some(Value::Number(_)) => words.number("maxLag", 0).map(|records| MaxLag::Records(records.value)),
            Some(_) => words
                .quantity("maxLag", quantity::duration, "\"5m\", or a number of records")
                .map(|time| MaxLag::Time(time.value)),
            None => None,
        };
        match words.string("group") {
            Some(group) => consumers.push(ConsumerGroup { group: group.value, max_lag }),
            None => mistakes.push(
                Diagnostic::error(code::MISSING_WORD, "a consumer needs a `group`")
                    .at(&item.span, "this has none"),
            ),
        }
    }
    Some(Spanned { value: consumers, span: node.span.clone() })
}

/// Reports a topic name that Kafka does not allow.
pub(super) fn check_topic_name(name: &str, span: &Span, mistakes: &mut Vec<Diagnostic>) {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if name.len() > 249 || matches!(name, "." | "..") || !name.bytes().all(allowed) {
        mistakes.push(
            Diagnostic::error(code::INVALID_TOPIC_NAME, "Kafka does not allow a topic of this name")
                .at(span, "")
                .help("use letters, digits, `.`, `_` and `-`, at most 249 of them"),
        );
    }
}
