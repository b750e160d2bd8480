//! `eventgen generate grafana`: dashboards and options.

use crate::support::Project;

const OVERVIEW: &str = "monitoring/grafana/overview.json";
const TOPIC: &str = "monitoring/grafana/topics/orders.placed.v1.json";

#[test]
fn dashboards_are_written_once_and_then_unchanged() {
    let project = Project::with_an_event();
    project.run(&["generate", "grafana"]).ends(
        0,
        &format!("{OVERVIEW}: written\n{TOPIC}: written\n"),
        "2 files are new: 1 topic, 0 groups\n",
    );
    assert!(project.read(TOPIC).contains("\"title\": \"orders.placed.v1\""));
    project.run(&["generate", "grafana", "schemas", "--check"]).ends(
        0,
        &format!("{OVERVIEW}: unchanged\n{TOPIC}: unchanged\n"),
        "2 files are up to date: 1 topic, 0 groups\n",
    );
}

#[test]
fn a_check_names_the_command_with_its_options() {
    let project = Project::with_an_event();
    let options = ["--exporter", "kminion", "--cluster-label", "kafka", "--title", "Our orders"];
    let run = |more: &[&str]| project.run(&[&["generate", "grafana"], &options[..], more].concat());
    let command = "`eventgen generate grafana --exporter kminion --cluster-label kafka --title 'Our orders'`";
    run(&["--check"]).ends(
        3,
        &format!("{OVERVIEW}: missing\n{TOPIC}: missing\n"),
        &format!("2 files are out of date: run {command} and commit the result\n"),
    );
    assert!(!project.path().join("monitoring").exists());
    run(&[]).fails(0, &["2 files are new"]);
    let overview = project.read(OVERVIEW);
    assert!(overview.contains("\"title\": \"Our orders\""), "{overview}");
    assert!(overview.contains("kafka=~\\\"$kafka\\\""), "{overview}");
    project.run(&["generate", "grafana", "--check"]).fails(3, &["2 files are out of date"]);
}

#[test]
fn outboxes_have_a_dashboard_beside_those_of_topics() {
    let project = Project::with_an_event();
    let with_outbox = ["generate", "grafana", "--outbox", "orders.outbox"];
    project.run(&with_outbox).fails(0, &["3 files are new"]);
    let dashboard = project.read("monitoring/grafana/outbox.json");
    assert!(dashboard.contains("`eventgen generate grafana --outbox orders.outbox`"), "{dashboard}");
    assert!(dashboard.contains("eventgen_outbox_oldest_seconds{"), "{dashboard}");
    project.run(&[&with_outbox[..], &["--check"]].concat()).fails(0, &["3 files are up to date"]);
    project.run(&["generate", "grafana", "--check"]).fails(0, &["2 files are up to date"]);
    project.run(&["generate", "grafana", "--outbox", "a b"]).fails(2, &["lower-case letters"]);
}

#[test]
fn a_label_that_a_dashboard_has_as_a_variable_is_refused() {
    Project::with_an_event()
        .run(&["generate", "grafana", "--cluster-label", "datasource"])
        .fails(2, &["not a name of a label"]);
}
