//! Alerts about outboxes, from what `eventgen outbox relay --listen` serves. A contract does not say whether a service has an
//! outbox, so they are files of their own.

use askama::Template;

use crate::error::Error;
use crate::file::File;
use crate::outbox;
use crate::settings::Settings;

/// The path of the rules.
pub const OUTBOX_RULES: &str = "outbox.rules.yml";
/// The path of their tests.
pub const OUTBOX_TESTS: &str = "tests/outbox.rules.test.yml";

/// The rules of outboxes, by the names of their tables. A name that
/// [cannot be that of a table](outbox::Settings::is_table) is left out.
///
/// # Errors
/// The template cannot be filled in.
pub fn outbox_rules<T: AsRef<str>>(tables: &[T], settings: &Settings) -> Result<File, Error> {
    let cluster = settings.cluster_labels.join(", ");
    let rules = Rules { tables: outbox::names(tables), cluster, delayed_seconds: outbox::DELAYED_SECONDS };
    File::render(OUTBOX_RULES.to_owned(), &rules)
}

/// Tests for `promtool test rules` of the rules of outboxes.
///
/// # Errors
/// The template cannot be filled in.
pub fn outbox_tests<T: AsRef<str>>(tables: &[T], settings: &Settings) -> Result<File, Error> {
    let cluster: Vec<String> =
        settings.cluster_labels.iter().map(|label| format!(", {label}=\"green\"")).collect();
    let tests = Tests {
        path: OUTBOX_TESTS,
        rules: OUTBOX_RULES,
        tables: outbox::names(tables),
        by: settings.cluster_labels.iter().flat_map(|label| [", ", label]).collect(),
        cluster: cluster.concat(),
        scenarios: SCENARIOS,
    };
    File::render(OUTBOX_TESTS.to_owned(), &tests)
}

#[derive(Debug, Template)]
#[template(path = "prometheus/outbox_rules.yml", escape = "none")]
struct Rules<'a> {
    tables: Vec<&'a str>,
    /// The labels of clusters, separated by commas.
    cluster: String,
    delayed_seconds: f64,
}

#[derive(Debug, Template)]
#[template(path = "prometheus/outbox_tests.yml", escape = "none")]
struct Tests<'a> {
    path: &'static str,
    rules: &'static str,
    tables: Vec<&'a str>,
    /// The labels of clusters, each after a comma.
    by: String,
    /// The same with values.
    cluster: String,
    scenarios: &'static [Scenario],
}

/// What happens to an outbox.
#[derive(Debug)]
struct Scenario {
    title: &'static str,
    /// Values of metrics, by the end of their names.
    series: &'static [(&'static str, &'static str)],
    /// When no alert fires.
    quiet: &'static str,
    /// When the alert fires, which it is, its severity, and whether it has the labels of a cluster. `None` if none fires.
    fires: Option<(&'static str, &'static str, &'static str, bool)>,
}

const WELL: (&str, &str) = ("up", "1x30");
const WORKS: (&str, &str) = ("relay", "1x30");
const FRESH: (&str, &str) = ("oldest_seconds", "5x30");
const NONE_PARKED: (&str, &str) = ("parked", "0x30");

const SCENARIOS: &[Scenario] = &[
    Scenario { title: "All is well.", series: &[WELL, WORKS, FRESH, NONE_PARKED], quiet: "20m", fires: None },
    Scenario {
        title: "Rows wait for longer and longer.",
        series: &[WELL, WORKS, ("oldest_seconds", "0+60x30"), NONE_PARKED],
        quiet: "5m",
        fires: Some(("8m", "OutboxDelayed", "critical", true)),
    },
    Scenario {
        title: "No relay works.",
        series: &[WELL, ("relay", "0x30"), FRESH, NONE_PARKED],
        quiet: "1m",
        fires: Some(("4m", "OutboxWithoutRelay", "critical", true)),
    },
    Scenario {
        title: "Rows are parked.",
        series: &[WELL, WORKS, FRESH, ("parked", "0x5 2x25")],
        quiet: "4m",
        fires: Some(("7m", "OutboxParked", "warning", true)),
    },
    Scenario {
        title: "The database does not answer.",
        series: &[("up", "0x30")],
        quiet: "4m",
        fires: Some(("7m", "OutboxAbsent", "critical", true)),
    },
    Scenario {
        title: "No relay is scraped.",
        series: &[],
        quiet: "4m",
        fires: Some(("7m", "OutboxAbsent", "critical", false)),
    },
];
