//! The topic configurations that Kafka knows.

use crate::diagnostics::{Diagnostic, code, did_you_mean};
use crate::node::Member;

/// What Kafka 4.3 takes: `LogConfig.configNames()` of its storage module, without the one named internal.
const CONFIGS: [&str; 33] = [
    "cleanup.policy",
    "compression.gzip.level",
    "compression.lz4.level",
    "compression.type",
    "compression.zstd.level",
    "delete.retention.ms",
    "file.delete.delay.ms",
    "flush.messages",
    "flush.ms",
    "follower.replication.throttled.replicas",
    "index.interval.bytes",
    "leader.replication.throttled.replicas",
    "local.retention.bytes",
    "local.retention.ms",
    "max.compaction.lag.ms",
    "max.message.bytes",
    "message.timestamp.after.max.ms",
    "message.timestamp.before.max.ms",
    "message.timestamp.type",
    "min.cleanable.dirty.ratio",
    "min.compaction.lag.ms",
    "min.insync.replicas",
    "preallocate",
    "remote.log.copy.disable",
    "remote.log.delete.on.disable",
    "remote.storage.enable",
    "retention.bytes",
    "retention.ms",
    "segment.bytes",
    "segment.index.bytes",
    "segment.jitter.ms",
    "segment.ms",
    "unclean.leader.election.enable",
];

/// Reports a name that Kafka does not know.
pub(super) fn check_config(config: &Member, diagnostics: &mut Vec<Diagnostic>) {
    let name = config.name.as_str();
    if CONFIGS.contains(&name) {
        return;
    }
    let remark = match did_you_mean(name, CONFIGS) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "Kafka 4 has no topic configuration of this name".to_owned(),
    };
    diagnostics.push(
        Diagnostic::lint(code::UNKNOWN_CONFIG, format!("unknown topic configuration `{name}`"))
            .at(&config.name_span, remark)
            .help(
                "a broker that does not know it refuses the topic; `eventgen explain EG0308` lists the names",
            ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_lists_every_name() {
        for name in CONFIGS {
            assert!(code::UNKNOWN_CONFIG.page().contains(&format!("`{name}`")), "{name}");
        }
    }
}
