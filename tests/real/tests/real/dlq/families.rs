//! Letters of all who write them, byte for byte as they do.

/// Headers of a letter.
pub(super) type Headers = Vec<(String, Vec<u8>)>;

/// Who writes a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Dlq,
    Streams,
    Spring,
    Connect,
    Rule,
}

impl Family {
    pub(super) const ALL: [Self; 5] = [Self::Dlq, Self::Streams, Self::Spring, Self::Connect, Self::Rule];

    /// The headers of a letter whose record is at a place.
    pub(super) fn headers(self, topic: &str, partition: i32, offset: i64, group: &str) -> Headers {
        let text = |text: &str| text.as_bytes().to_vec();
        let (partition_text, offset_text) = (text(&partition.to_string()), text(&offset.to_string()));
        let entries: Vec<(&str, Vec<u8>)> = match self {
            Self::Dlq => vec![
                ("__dlq.errors.topic", text(topic)),
                ("__dlq.errors.partition", partition_text),
                ("__dlq.errors.offset", offset_text),
                ("__dlq.errors.group", text(group)),
                ("__dlq.errors.delivery.count", text("5")),
                ("__dlq.errors.message", text("account 17 is closed")),
                ("__dlq.errors.disposition", text("exhausted")),
            ],
            Self::Streams => vec![
                ("__streams.errors.exception", text("org.example.Closed")),
                ("__streams.errors.message", text("account 17 is closed")),
                ("__streams.errors.stacktrace", text("org.example.Closed\n\tat A.b(A.java:1)")),
                ("__streams.errors.topic", text(topic)),
                ("__streams.errors.partition", partition_text),
                ("__streams.errors.offset", offset_text),
            ],
            // Numbers are big-endian.
            Self::Spring => vec![
                ("kafka_dlt-original-topic", text(topic)),
                ("kafka_dlt-original-partition", partition.to_be_bytes().to_vec()),
                ("kafka_dlt-original-offset", offset.to_be_bytes().to_vec()),
                ("kafka_dlt-original-timestamp", 1_700_000_000_000_i64.to_be_bytes().to_vec()),
                ("kafka_dlt-original-timestamp-type", text("CreateTime")),
                ("kafka_dlt-original-consumer-group", text(group)),
                (
                    "kafka_dlt-exception-fqcn",
                    text("org.springframework.kafka.listener.ListenerExecutionFailedException"),
                ),
                ("kafka_dlt-exception-cause-fqcn", text("org.example.Closed")),
                ("kafka_dlt-exception-message", text("Listener failed; account 17 is closed")),
                ("kafka_dlt-exception-stacktrace", text("…")),
            ],
            Self::Connect => vec![
                ("__connect.errors.topic", text(topic)),
                ("__connect.errors.partition", partition_text),
                ("__connect.errors.offset", offset_text),
                ("__connect.errors.connector.name", text(group.trim_start_matches("connect-"))),
                ("__connect.errors.task.id", text("0")),
                ("__connect.errors.stage", text("VALUE_CONVERTER")),
                ("__connect.errors.class.name", text("org.example.Converter")),
                (
                    "__connect.errors.exception.class.name",
                    text("org.apache.kafka.connect.errors.DataException"),
                ),
                ("__connect.errors.exception.message", text("account 17 is closed")),
            ],
            Self::Rule => vec![
                ("__rule.name", text("checkAccount")),
                ("__rule.mode", text("READ")),
                ("__rule.subject", text(&format!("{topic}-value"))),
                ("__rule.topic", text(topic)),
                ("__rule.exception", text("account 17 is closed")),
            ],
        };
        entries.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }

    /// Whether the headers tell the group.
    pub(super) fn tells_group(self) -> bool {
        matches!(self, Self::Dlq | Self::Spring | Self::Connect)
    }
}
