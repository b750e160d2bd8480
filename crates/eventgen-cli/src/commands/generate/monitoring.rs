//! What the artefacts that watch topics and groups have in common.

use std::collections::BTreeSet;
use std::path::Path;

use eventgen_artifacts::{Exporter, File, Settings};
use eventgen_schema::Contract;

use crate::arguments::{self, Monitoring};
use crate::count::count;
use crate::files::Wanted;
use crate::word::quoted;

/// The settings of a command line.
pub(super) fn settings(monitoring: &Monitoring) -> Settings {
    let settings = Settings::new(match monitoring.exporter {
        arguments::Exporter::Kafka => Exporter::KafkaExporter,
        arguments::Exporter::Kminion => Exporter::Kminion,
        arguments::Exporter::Klag => Exporter::KlagExporter,
        arguments::Exporter::Runtime => Exporter::Runtime,
    });
    match &monitoring.cluster_label[..] {
        [] => settings,
        labels => settings.cluster_labels(labels.iter().cloned()),
    }
}

/// What is monitored, such as `1 topic, 2 groups`.
pub(super) fn content(contract: &Contract) -> String {
    let consumers = contract.topics.values().flat_map(|topic| &topic.consumers);
    let groups: BTreeSet<&str> = consumers.map(|consumer| consumer.group.as_str()).collect();
    format!("{}, {}", count(contract.topics.len(), "topic"), count(groups.len(), "group"))
}

/// The options that change what is generated, as they are written.
pub(super) fn options(monitoring: &Monitoring) -> String {
    let mut options = String::new();
    if let Some(environment) = &monitoring.env {
        options.extend([" --env ", &quoted(environment)]);
    }
    if monitoring.exporter != arguments::Exporter::Kafka {
        options.push_str(" --exporter ");
        options.push_str(settings(monitoring).exporter().as_str());
    }
    for label in &monitoring.cluster_label {
        options.extend([" --cluster-label ", &quoted(label)]);
    }
    options
}

/// Files in a folder, which name the command that wrote them.
pub(super) fn generated(files: Vec<File>, folder: &Path, command: &str) -> Vec<Wanted> {
    wanted(files.into_iter().map(|file| file.generated_by(command)).collect(), folder)
}

/// Files in a folder.
pub(super) fn wanted(files: Vec<File>, folder: &Path) -> Vec<Wanted> {
    let wanted = |file: File| Wanted { path: folder.join(&file.path), text: file.text };
    files.into_iter().map(wanted).collect()
}
