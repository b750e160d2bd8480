//! `eventgen generate prometheus`: alert rules, and tests of them.

use std::collections::BTreeSet;
use std::path::Path;

use eventgen_artifacts::{Exporter, File, Settings, prometheus};
use eventgen_schema::Contract;

use crate::arguments::{self, Monitoring};
use crate::failure::Failure;
use crate::files::{Request, Wanted, write};
use crate::load::load;
use crate::outcome::Outcome;
use crate::terminal::{Terminal, count};

pub(super) fn generate(arguments: &arguments::Prometheus, terminal: Terminal) -> Result<Outcome, Failure> {
    let monitoring = &arguments.monitoring;
    let contract = load(&monitoring.schemas, monitoring.env.as_deref(), terminal)?.loaded.contract;
    let settings = settings(monitoring);
    let mut files = vec![prometheus::rules(&contract, &settings)?];
    if arguments.tests {
        files.push(prometheus::tests(&contract, &settings)?);
    }
    let tests = if arguments.tests { " --tests" } else { "" };
    let request = Request {
        check: arguments.check,
        content: content(&contract),
        command: &format!("eventgen generate prometheus{}{tests}", options(monitoring)),
    };
    write(&wanted(files, &arguments.out), &request)
}

/// The settings of a command line.
fn settings(monitoring: &Monitoring) -> Settings {
    let settings = Settings::new(match monitoring.exporter {
        arguments::Exporter::Kafka => Exporter::KafkaExporter,
        arguments::Exporter::Kminion => Exporter::Kminion,
        arguments::Exporter::Klag => Exporter::KlagExporter,
    });
    match &monitoring.cluster_label[..] {
        [] => settings,
        labels => settings.cluster_labels(labels.iter().cloned()),
    }
}

/// What is monitored, such as `1 topic, 2 groups`.
fn content(contract: &Contract) -> String {
    let consumers = contract.topics.values().flat_map(|topic| &topic.consumers);
    let groups: BTreeSet<&str> = consumers.map(|consumer| consumer.group.as_str()).collect();
    format!("{}, {}", count(contract.topics.len(), "topic"), count(groups.len(), "group"))
}

/// The options that change what is generated, as they are written.
fn options(monitoring: &Monitoring) -> String {
    let mut options = String::new();
    if let Some(environment) = &monitoring.env {
        options.push_str(" --env ");
        options.push_str(environment);
    }
    if monitoring.exporter != arguments::Exporter::Kafka {
        options.push_str(" --exporter ");
        options.push_str(settings(monitoring).exporter().as_str());
    }
    for label in &monitoring.cluster_label {
        options.push_str(" --cluster-label ");
        options.push_str(label);
    }
    options
}

fn wanted(files: Vec<File>, folder: &Path) -> Vec<Wanted> {
    let wanted = |file: File| Wanted { path: folder.join(&file.path), text: file.text };
    files.into_iter().map(wanted).collect()
}
