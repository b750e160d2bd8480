//! The headers of dead letters, of all who write them.

use super::header::Header;

/// How often a record was sent back.
pub(crate) const REDRIVES: &str = "__dlq.redrive.count";

/// After this many redrives a letter is parked: it is not sent back again unless that is asked for.
pub const LOOPS: u32 = 3;

/// Who has written the headers of a dead letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum HeaderFamily {
    /// `__dlq.errors.…`: eventgen, and share groups of Kafka (KIP-1191).
    Dlq,
    /// `__streams.errors.…`: Kafka Streams (KIP-1034).
    Streams,
    /// `kafka_dlt-…`: Spring for Apache Kafka, whose numbers are binary.
    Spring,
    /// `__connect.errors.…`: sink connectors of Kafka Connect (KIP-298).
    Connect,
    /// `__rule.…`: the rules of Confluent's serializers.
    Rule,
}

impl HeaderFamily {
    const ALL: [Self; 5] = [Self::Dlq, Self::Streams, Self::Spring, Self::Connect, Self::Rule];

    /// What the names of its headers begin with.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Dlq => "__dlq.errors.",
            Self::Streams => "__streams.errors.",
            Self::Spring => "kafka_dlt-",
            Self::Connect => "__connect.errors.",
            Self::Rule => "__rule.",
        }
    }

    /// A short name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dlq => "dlq",
            Self::Streams => "streams",
            Self::Spring => "spring",
            Self::Connect => "connect",
            Self::Rule => "rule",
        }
    }

    /// The family whose headers were written last. A record that was sent back and has failed elsewhere may have several.
    fn last_of(headers: &[Header]) -> Option<Self> {
        let family = |header: &Header| {
            Self::ALL.into_iter().find(|family| header.name.starts_with(family.prefix().as_bytes()))
        };
        headers.iter().rev().find_map(family)
    }
}

/// Where a dead letter comes from, and why it is one, by its headers. What its family does not tell is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The family of the headers; `None` if the record has none of them.
    pub family: Option<HeaderFamily>,
    /// The topic of the record.
    pub topic: Option<String>,
    /// Its partition.
    pub partition: Option<i32>,
    /// Its offset.
    pub offset: Option<i64>,
    /// The group that could not handle it.
    pub group: Option<String>,
    /// Why, in a word: `poison`, `unknown`, `rejected` or `exhausted` by eventgen, the stage by Connect, the mode by rules.
    pub disposition: Option<String>,
    /// The error.
    pub message: Option<String>,
    /// The type of the error.
    pub exception: Option<String>,
    /// How often the handler was called.
    pub deliveries: Option<u32>,
    /// When it failed, in milliseconds since the Unix epoch.
    pub failed_at: Option<i64>,
    /// When the record was made, in milliseconds since the Unix epoch, where the letter has another timestamp.
    pub made_at: Option<i64>,
    /// The parts of the record that the letter omits, such as `value,headers`.
    pub omitted: Option<String>,
    /// How often the record was sent back before.
    pub redrives: u32,
}

impl Origin {
    /// Reads the headers of a letter.
    pub fn of(headers: &[Header]) -> Self {
        let family = HeaderFamily::last_of(headers);
        let named = Named(headers);
        let mut origin = match family {
            None => Self::default(),
            Some(HeaderFamily::Dlq) => dlq(&named),
            Some(HeaderFamily::Streams) => streams(&named),
            Some(HeaderFamily::Spring) => spring(&named),
            Some(HeaderFamily::Connect) => connect(&named),
            Some(HeaderFamily::Rule) => rule(&named),
        };
        origin.family = family;
        origin.redrives = named.number(REDRIVES).unwrap_or(0);
        origin
    }
}

fn dlq(named: &Named<'_>) -> Origin {
    Origin {
        topic: named.name("__dlq.errors.topic"),
        partition: named.number("__dlq.errors.partition"),
        offset: named.number("__dlq.errors.offset"),
        group: named.name("__dlq.errors.group"),
        disposition: named.text("__dlq.errors.disposition"),
        message: named.text("__dlq.errors.message"),
        exception: named.text("__dlq.errors.exception"),
        deliveries: named.number("__dlq.errors.delivery.count"),
        failed_at: named.number("__dlq.errors.timestamp"),
        made_at: named.number("__dlq.errors.record.timestamp"),
        omitted: named.text("__dlq.errors.omitted"),
        ..Origin::default()
    }
}

fn streams(named: &Named<'_>) -> Origin {
    Origin {
        topic: named.name("__streams.errors.topic"),
        partition: named.number("__streams.errors.partition"),
        offset: named.number("__streams.errors.offset"),
        message: named.text("__streams.errors.message"),
        exception: named.text("__streams.errors.exception"),
        ..Origin::default()
    }
}

fn spring(named: &Named<'_>) -> Origin {
    // A listener's own exception wraps what the code has thrown.
    let cause = named.text("kafka_dlt-exception-cause-fqcn");
    let of_key = || named.text("kafka_dlt-key-exception-message");
    Origin {
        topic: named.name("kafka_dlt-original-topic"),
        partition: named.binary("kafka_dlt-original-partition").map(i32::from_be_bytes),
        offset: named.binary("kafka_dlt-original-offset").map(i64::from_be_bytes),
        group: named.name("kafka_dlt-original-consumer-group"),
        message: named.text("kafka_dlt-exception-message").or_else(of_key),
        exception: cause
            .or_else(|| named.text("kafka_dlt-exception-fqcn"))
            .or_else(|| named.text("kafka_dlt-key-exception-fqcn")),
        made_at: named.binary("kafka_dlt-original-timestamp").map(i64::from_be_bytes),
        ..Origin::default()
    }
}

fn connect(named: &Named<'_>) -> Origin {
    let connector = named.name("__connect.errors.connector.name");
    Origin {
        topic: named.name("__connect.errors.topic"),
        partition: named.number("__connect.errors.partition"),
        offset: named.number("__connect.errors.offset"),
        // The default of a sink connector.
        group: connector.map(|name| format!("connect-{name}")),
        disposition: named.text("__connect.errors.stage").map(|stage| stage.to_lowercase()),
        message: named.text("__connect.errors.exception.message"),
        exception: named.text("__connect.errors.exception.class.name"),
        ..Origin::default()
    }
}

fn rule(named: &Named<'_>) -> Origin {
    let (name, error) = (named.text("__rule.name"), named.text("__rule.exception"));
    let message = match (name, error) {
        (Some(name), Some(error)) => Some(format!("rule {name}: {error}")),
        (Some(name), None) => Some(format!("rule {name}")),
        (None, error) => error,
    };
    Origin {
        topic: named.name("__rule.topic"),
        disposition: named.text("__rule.mode").map(|mode| mode.to_lowercase()),
        message,
        ..Origin::default()
    }
}

/// The last header of each name.
struct Named<'a>(&'a [Header]);

impl Named<'_> {
    fn bytes(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().rev().find(|header| header.name == name.as_bytes())?.value.as_deref()
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.bytes(name)?).into_owned();
        (!text.is_empty()).then_some(text)
    }

    /// The name of something. Bytes that are not UTF-8 are the name of nothing.
    fn name(&self, name: &str) -> Option<String> {
        let name = std::str::from_utf8(self.bytes(name)?).ok()?;
        (!name.is_empty()).then(|| name.to_owned())
    }

    /// A number in decimal digits.
    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        std::str::from_utf8(self.bytes(name)?).ok()?.trim().parse().ok()
    }

    /// The `SIZE` bytes of a header; `None` if it has another length.
    fn binary<const SIZE: usize>(&self, name: &str) -> Option<[u8; SIZE]> {
        self.bytes(name)?.try_into().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(entries: &[(&str, &[u8])]) -> Vec<Header> {
        let header = |(name, value): &(&str, &[u8])| Header::new(*name, Some(value.to_vec()));
        entries.iter().map(header).collect()
    }

    fn place(origin: &Origin) -> (Option<&str>, Option<i32>, Option<i64>, Option<&str>) {
        (origin.topic.as_deref(), origin.partition, origin.offset, origin.group.as_deref())
    }

    #[test]
    fn all_five_families_tell_where_a_record_comes_from() {
        let dlq = Origin::of(&headers(&[
            ("__dlq.errors.topic", b"orders"),
            ("__dlq.errors.partition", b"3"),
            ("__dlq.errors.offset", b"17"),
            ("__dlq.errors.group", b"billing"),
            ("__dlq.errors.disposition", b"poison"),
            ("__dlq.errors.omitted", b"value,headers"),
            ("__dlq.redrive.count", b"2"),
        ]));
        assert_eq!(place(&dlq), (Some("orders"), Some(3), Some(17), Some("billing")));
        assert_eq!((dlq.omitted.as_deref(), dlq.redrives), (Some("value,headers"), 2));

        let streams = Origin::of(&headers(&[
            ("__streams.errors.topic", b"orders"),
            ("__streams.errors.partition", b"3"),
            ("__streams.errors.offset", b"17"),
            ("__streams.errors.exception", b"java.lang.IllegalStateException"),
        ]));
        assert_eq!(place(&streams), (Some("orders"), Some(3), Some(17), None));

        let spring = Origin::of(&headers(&[
            ("kafka_dlt-original-topic", b"orders"),
            ("kafka_dlt-original-partition", &3_i32.to_be_bytes()),
            ("kafka_dlt-original-offset", &17_i64.to_be_bytes()),
            ("kafka_dlt-original-timestamp", &1_700_000_000_000_i64.to_be_bytes()),
            ("kafka_dlt-original-consumer-group", b"billing"),
            ("kafka_dlt-exception-fqcn", b"ListenerExecutionFailedException"),
            ("kafka_dlt-exception-cause-fqcn", b"IllegalStateException"),
        ]));
        assert_eq!(place(&spring), (Some("orders"), Some(3), Some(17), Some("billing")));
        assert_eq!(
            (spring.exception.as_deref(), spring.made_at),
            (Some("IllegalStateException"), Some(1_700_000_000_000))
        );

        let connect = Origin::of(&headers(&[
            ("__connect.errors.topic", b"orders"),
            ("__connect.errors.partition", b"3"),
            ("__connect.errors.offset", b"17"),
            ("__connect.errors.connector.name", b"s3"),
            ("__connect.errors.stage", b"VALUE_CONVERTER"),
        ]));
        assert_eq!(place(&connect), (Some("orders"), Some(3), Some(17), Some("connect-s3")));
        assert_eq!(connect.disposition.as_deref(), Some("value_converter"));

        let rule = Origin::of(&headers(&[
            ("__rule.topic", b"orders"),
            ("__rule.name", b"checkLen"),
            ("__rule.mode", b"WRITE"),
            ("__rule.exception", b"Expr failed"),
        ]));
        assert_eq!(place(&rule), (Some("orders"), None, None, None));
        assert_eq!(rule.message.as_deref(), Some("rule checkLen: Expr failed"));
    }

    #[test]
    fn the_family_that_was_written_last_counts() {
        let both =
            headers(&[("kafka_dlt-original-topic", b"old"), ("__dlq.errors.topic", b"new"), ("trace", b"x")]);
        assert_eq!(Origin::of(&both).topic.as_deref(), Some("new"));
        let mut appended = both;
        appended.push(Header::new("kafka_dlt-original-topic", Some(b"newest".to_vec())));
        assert_eq!(Origin::of(&appended).topic.as_deref(), Some("newest"));
    }

    #[test]
    fn headers_that_are_none_of_their_family_are_no_fault() {
        let strange = Origin::of(&headers(&[
            ("kafka_dlt-original-partition", b"3"),
            ("kafka_dlt-original-offset", b""),
            ("kafka_dlt-original-topic", b"\xff"),
            ("__dlq.redrive.count", b"-1"),
        ]));
        assert_eq!((strange.partition, strange.offset, strange.redrives), (None, None, 0));
        assert_eq!(strange.topic, None);
        for name in
            ["__dlq.errors.group", "kafka_dlt-original-consumer-group", "__connect.errors.connector.name"]
        {
            assert_eq!(Origin::of(&headers(&[(name, b"\xff")])).group, None, "{name}");
        }
        assert_eq!(Origin::of(&headers(&[("trace", b"x")])), Origin::default());
        let null = Origin::of(&[Header::new("__dlq.errors.topic", None)]);
        assert_eq!((null.family, null.topic), (Some(HeaderFamily::Dlq), None));
    }
}
