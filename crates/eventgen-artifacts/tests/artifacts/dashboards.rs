//! Dashboards are consistent: identifiers, links, positions and texts.

use std::collections::BTreeSet;
use std::time::Duration;

use eventgen_artifacts::{Exporter, File, Settings, grafana};
use eventgen_schema::contract::MaxLag;
use serde_json::Value;

use crate::contracts::samples;
use crate::random;

/// The dashboards of the samples and of random contracts, by contract.
pub(crate) fn all(exporter: Exporter, random: u64) -> Vec<Vec<File>> {
    let samples = samples().into_iter().map(|(_, contract)| contract);
    let contracts = samples.chain((0..random).map(random::contract));
    let settings = Settings::new(exporter);
    contracts.map(|contract| grafana::dashboards(&contract, &settings).expect("dashboards")).collect()
}

/// The dashboard of two outboxes.
pub(crate) fn outboxes(exporter: Exporter) -> File {
    grafana::outbox_dashboard(&["outbox", "orders.outbox", "no table"], &Settings::new(exporter))
        .expect("a dashboard")
}

fn parsed(files: &[File]) -> Vec<Value> {
    files.iter().map(|file| serde_json::from_str(&file.text).expect("JSON")).collect()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn each_dashboard_has_an_identifier_of_its_own_and_links_lead_to_dashboards() {
    for exporter in Exporter::ALL {
        for files in all(exporter, 10) {
            let dashboards = parsed(&files);
            let uids: BTreeSet<&str> = dashboards.iter().map(|dashboard| text(&dashboard["uid"])).collect();
            assert_eq!(uids.len(), dashboards.len());
            for dashboard in &dashboards {
                let panels = array(&dashboard["panels"]).iter();
                let links = panels.flat_map(|panel| array(&panel["links"])).chain(array(&dashboard["links"]));
                let targets: Vec<&str> =
                    links.filter_map(|link| link["url"].as_str()?.strip_prefix("/d/")).collect();
                assert!(!targets.is_empty() || dashboards.len() == 1);
                assert!(targets.iter().all(|target| uids.contains(target)), "{targets:?}");
            }
            let overview = &dashboards[0];
            let content = array(&overview["panels"]).iter().map(|panel| text(&panel["options"]["content"]));
            let content: String = content.collect();
            for topic in &dashboards[1..] {
                let (title, uid) = (text(&topic["title"]), text(&topic["uid"]));
                assert!(content.contains(&format!("| [{title}](d/{uid}?")), "{content}");
            }
        }
    }
}

#[test]
fn the_dashboard_of_outboxes_leads_to_the_overview_of_its_title() {
    let settings = Settings::new(Exporter::KafkaExporter).with_title("Orders");
    let (_, contract) = samples().into_iter().next().expect("a sample");
    let overview = &parsed(&grafana::dashboards(&contract, &settings).expect("dashboards"))[0];
    let file = grafana::outbox_dashboard(&["outbox"], &settings).expect("a dashboard");
    let dashboard = &parsed(&[file])[0];
    let uid = text(&overview["uid"]);
    assert_ne!(text(&dashboard["uid"]), uid);
    assert_eq!(text(&dashboard["links"][0]["url"]), format!("/d/{uid}"));
    let tables = array(&dashboard["templating"]["list"]).iter().find(|variable| variable["name"] == "table");
    assert_eq!(tables.expect("a variable")["query"], "outbox");
}

#[test]
fn panels_explain_themselves_and_do_not_overlap() {
    for exporter in Exporter::ALL {
        let outboxes = parsed(&[outboxes(exporter)]);
        for dashboard in all(exporter, 10).iter().flat_map(|files| parsed(files)).chain(outboxes) {
            let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
            for panel in array(&dashboard["panels"]) {
                assert!(ids.insert(panel["id"].as_u64().expect("an id")), "{panel}");
                let at = |name: &str| panel["gridPos"][name].as_u64().expect("a position");
                assert!(at("x") + at("w") <= 24, "{panel}");
                for x in at("x")..at("x") + at("w") {
                    for y in at("y")..at("y") + at("h") {
                        assert!(cells.insert((x, y)), "{panel}");
                    }
                }
                assert!(!text(&panel["title"]).is_empty(), "{panel}");
                if panel["type"] != "row" {
                    assert!(text(&panel["description"]).ends_with('.'), "{panel}");
                }
            }
        }
    }
}

#[test]
fn lag_is_compared_with_the_limit_that_the_alert_applies() {
    let (_, orders) = samples().into_iter().find(|(name, _)| *name == "orders").expect("a sample");
    for exporter in Exporter::ALL {
        let files = grafana::dashboards(&orders, &Settings::new(exporter)).expect("dashboards");
        let dashboard: Value = serde_json::from_str(&files[1].text).expect("JSON");
        let panels = array(&dashboard["panels"]).iter();
        let mut lag = panels.filter(|panel| panel["title"] == "Lag in time" && panel["type"] == "timeseries");
        let panel = lag.next().expect("a panel");
        assert_eq!(panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1]["value"], 300.0);
        assert_eq!(panel["fieldConfig"]["defaults"]["custom"]["thresholdsStyle"]["mode"], "dashed");
        assert!(lag.next().is_none());
    }
}

#[test]
fn the_latest_lag_in_time_turns_red_at_the_limit_of_its_group() {
    for (name, contract) in samples() {
        for exporter in Exporter::ALL {
            let files = grafana::dashboards(&contract, &Settings::new(exporter)).expect("dashboards");
            for topic in contract.topics.values().filter(|topic| !topic.consumers.is_empty()) {
                let path = format!("topics/{}.json", topic.name);
                let file = files.iter().find(|file| file.path == path).expect("a dashboard");
                let dashboard: Value = serde_json::from_str(&file.text).expect("JSON");
                let mut panels = array(&dashboard["panels"]).iter();
                let panel = panels.find(|panel| panel["title"] == "Lag in time" && panel["type"] == "stat");
                let panel = panel.expect("a panel");
                assert_eq!(array(&panel["targets"]).len(), topic.consumers.len(), "{name}");
                for (target, consumer) in array(&panel["targets"]).iter().zip(&topic.consumers) {
                    let group = format!("group=\"{}\"", consumer.group);
                    assert!(text(&target["expr"]).contains(&group), "{name}: {target}");
                    let mut overrides = array(&panel["fieldConfig"]["overrides"]).iter();
                    let own = overrides.find(|own| own["matcher"]["options"] == target["refId"]);
                    let Some(MaxLag::Time(limit)) = consumer.max_lag else {
                        assert!(own.is_none(), "{name}: {panel}");
                        continue;
                    };
                    let mut properties = array(&own.expect("an override")["properties"]).iter();
                    let thresholds = properties.find(|property| property["id"] == "thresholds");
                    let steps = array(&thresholds.expect("thresholds")["value"]["steps"]);
                    let red = steps.iter().find(|step| step["color"] == "red").expect("red");
                    // Where lag in time is computed from offsets, shorter limits are applied as two minutes.
                    let is_computed = matches!(exporter, Exporter::KafkaExporter | Exporter::Kminion);
                    let shortest = Duration::from_secs(if is_computed { 120 } else { 0 });
                    let applied = limit.max(shortest).as_secs_f64();
                    assert_eq!(red["value"].as_f64(), Some(applied), "{name}");
                }
            }
        }
    }
}

#[test]
fn a_title_makes_other_dashboards_of_the_same_topics() {
    let (_, orders) = samples().into_iter().find(|(name, _)| *name == "orders").expect("a sample");
    let settings = Settings::new(Exporter::KafkaExporter);
    let uids = |settings: &Settings| -> Vec<String> {
        let files = grafana::dashboards(&orders, settings).expect("dashboards");
        parsed(&files).iter().map(|dashboard| text(&dashboard["uid"]).to_owned()).collect()
    };
    let (usual, titled) = (uids(&settings), uids(&settings.clone().with_title("Shipping")));
    assert!(usual.iter().all(|uid| !titled.contains(uid)), "{usual:?} {titled:?}");
}
