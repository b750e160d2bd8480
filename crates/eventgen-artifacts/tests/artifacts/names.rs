//! Everything that rules and dashboards name exists: series, labels, runbooks.

use std::collections::BTreeSet;

use eventgen_artifacts::{Exporter, Settings, prometheus};
use serde_json::Value;

use crate::contracts::samples;
use crate::promql::labels_of;
use crate::rules::{Rule, parsed};
use crate::series::{self, Known, Labels, labels, names, page, rows};
use crate::{dashboards, random};

/// The number of random contracts.
const RANDOM: u64 = 50;

fn cluster(exporter: Exporter) -> &'static str {
    if exporter == Exporter::KlagExporter { "cluster_name" } else { "cluster" }
}

#[test]
fn rules_and_dashboards_read_series_and_labels_that_exist() {
    for exporter in Exporter::ALL {
        let of_source = series::of(exporter, cluster(exporter));
        let rules = all_rules(exporter, RANDOM);
        let dashboards = dashboards::all(exporter, RANDOM);
        assert_eq!(rules.len(), dashboards.len());
        for (rules, dashboards) in rules.iter().zip(&dashboards) {
            let known = checked(&parsed(rules), of_source.clone(), exporter);
            for file in dashboards {
                let dashboard: Value = serde_json::from_str(&file.text).expect("JSON");
                check_dashboard(&dashboard, &known)
                    .unwrap_or_else(|error| panic!("{} of {}: {error}", file.path, exporter.as_str()));
            }
        }
    }
}

/// The series of a source, of the rules, and of Prometheus itself. Fails if a rule names another one.
fn checked(rules: &[Rule], mut known: Known, exporter: Exporter) -> Known {
    let documented = recorded(cluster(exporter));
    // Dashboards are generated for topics without groups too, and for groups without limits.
    let mut all = documented.clone();
    let mut of_alerts =
        labels(["alertname", "alertstate", "severity", "owner", "topic", "group", cluster(exporter)]);
    for rule in rules {
        let fail =
            |error: String| panic!("{} of {}: {error}\n{}", rule.name, exporter.as_str(), rule.expression);
        let mut labels = labels_of(&rule.expression, &with(&known, &documented)).unwrap_or_else(fail);
        labels.extend(rule.labels.iter().cloned());
        if rule.records {
            assert_eq!(
                documented.get(&rule.name),
                Some(&labels),
                "{} is documented with its labels",
                rule.name
            );
            known.insert(rule.name.clone(), labels);
        } else {
            for label in &rule.templates {
                assert!(labels.contains(label), "the texts of {} have `{label}`: {labels:?}", rule.name);
            }
            of_alerts.extend(labels);
        }
    }
    all.insert("ALERTS".to_owned(), of_alerts);
    with(&known, &all)
}

fn with(known: &Known, more: &Known) -> Known {
    known.iter().chain(more).map(|(name, labels)| (name.clone(), labels.clone())).collect()
}

/// The recorded series, from the page about monitoring.
fn recorded(cluster: &str) -> Known {
    let page = page("monitoring.md");
    let rows = rows(&page, "## Recorded series");
    let series = rows.iter().map(|cells| {
        let labels: Labels = labels(names(cells[1]).into_iter().chain([cluster]));
        (names(cells[0])[0].to_owned(), labels)
    });
    series.collect()
}

fn check_dashboard(dashboard: &Value, known: &Known) -> Result<(), String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut seen = 0;
    for panel in list(&dashboard["panels"]) {
        for target in list(&panel["targets"]) {
            let expression = text(&target["expr"]).replace("$__rate_interval", "5m");
            let labels = labels_of(&expression, known).map_err(|error| format!("{error}\n{expression}"))?;
            let legend = text(&target["legendFormat"]);
            for label in legend.split("{{").skip(1).filter_map(|rest| rest.split("}}").next()) {
                if !labels.contains(label) {
                    return Err(format!("no label `{label}` of the legend in {labels:?}\n{expression}"));
                }
            }
            seen += 1;
        }
    }
    for annotation in list(&dashboard["annotations"]["list"]) {
        if let Some(expression) = annotation["expr"].as_str() {
            labels_of(expression, known)?;
        }
    }
    for variable in list(&dashboard["templating"]["list"]) {
        if variable["type"] == "query" {
            let query = text(&variable["query"]);
            let inside = query.strip_prefix("label_values(").and_then(|rest| rest.strip_suffix(')'));
            let (selector, label) =
                inside.and_then(|inside| inside.rsplit_once(", ")).ok_or(query.clone())?;
            if !labels_of(selector, known)?.contains(label) {
                return Err(format!("no label `{label}`: {query}"));
            }
        }
    }
    if seen == 0 { Err("no query".to_owned()) } else { Ok(()) }
}

#[test]
fn every_alert_has_a_section_for_whoever_is_on_call() {
    let page = page("operating.md");
    let sections: BTreeSet<String> = page
        .lines()
        .filter_map(|line| Some(line.strip_prefix("### `")?.strip_suffix('`')?.to_owned()))
        .collect();
    let mut rules: Vec<String> =
        Exporter::ALL.into_iter().flat_map(|exporter| all_rules(exporter, 10)).collect();
    rules.push(outbox_rules());
    let alerts: BTreeSet<String> = rules
        .iter()
        .flat_map(|rules| parsed(rules))
        .filter(|rule| !rule.records)
        .map(|rule| rule.name)
        .collect();
    assert_eq!(sections, alerts);
    for section in page.split("\n### ").skip(1) {
        for part in ["**Means**: ", "**Look**: ", "**Do**: "] {
            assert!(section.contains(part), "{section}");
        }
    }
    let before = "docs/operating.md#";
    let lines = rules.iter().flat_map(|rules| rules.lines());
    let anchors: BTreeSet<&str> = lines.filter_map(|line| Some(line.split_once(before)?.1)).collect();
    let expected: BTreeSet<String> = alerts.iter().map(|alert| alert.to_lowercase()).collect();
    assert_eq!(anchors, expected.iter().map(String::as_str).collect());
}

#[test]
fn the_table_of_alerts_has_all_of_them_with_their_severities() {
    let page = page("monitoring.md");
    let table: BTreeSet<(String, String)> = rows(&page, "## Alerts")
        .iter()
        .map(|cells| (names(cells[0])[0].to_owned(), cells[1].to_owned()))
        .collect();
    let rules =
        Exporter::ALL.into_iter().flat_map(|exporter| all_rules(exporter, 10)).chain([outbox_rules()]);
    let mut alerts = BTreeSet::new();
    for rule in rules.flat_map(|rules| parsed(&rules)).filter(|rule| !rule.records) {
        alerts.insert((rule.name, rule.severity));
    }
    assert_eq!(table, alerts);
}

/// The rules of the samples and of random contracts.
fn all_rules(exporter: Exporter, random: u64) -> Vec<String> {
    let samples = samples().into_iter().map(|(_, contract)| contract);
    let contracts = samples.chain((0..random).map(random::contract));
    let settings = Settings::new(exporter);
    contracts.map(|contract| prometheus::rules(&contract, &settings).expect("rules").text).collect()
}

fn outbox_rules() -> String {
    let settings = Settings::new(Exporter::KafkaExporter);
    prometheus::outbox_rules(&["outbox"], &settings).expect("rules").text
}

#[test]
fn rules_and_dashboard_of_an_outbox_read_series_and_labels_that_exist() {
    let page = page("outbox.md");
    let known: Known = rows(&page, "## Monitoring")
        .iter()
        .map(|cells| (names(cells[0])[0].to_owned(), labels(["table", "cluster"])))
        .collect();
    let rules = parsed(&outbox_rules());
    assert_eq!(rules.len(), 4);
    for rule in rules {
        labels_of(&rule.expression, &known).unwrap_or_else(|error| panic!("{}: {error}", rule.name));
    }
    let alerts = labels(["alertname", "alertstate", "severity", "table", "cluster"]);
    let known = with(&known, &[("ALERTS".to_owned(), alerts)].into());
    let file = dashboards::outboxes(Exporter::KafkaExporter);
    let dashboard: Value = serde_json::from_str(&file.text).expect("JSON");
    check_dashboard(&dashboard, &known).unwrap_or_else(|error| panic!("{error}"));
}
