//! `eventgen generate prometheus`: rules, their tests, and options.

use crate::support::Project;

const RULES: &str = "monitoring/prometheus/kafka.rules.yml";
const TESTS: &str = "monitoring/prometheus/tests/kafka.rules.test.yml";

fn project() -> Project {
    let project = Project::with_an_event();
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\": 12",
        "\"consumers\": [{ \"group\": \"warehouse\", \"maxLag\": \"5m\" }]",
    );
    project
}

#[test]
fn rules_are_written_once_and_then_unchanged() {
    let project = project();
    project.run(&["generate", "prometheus"]).ends(
        0,
        &format!("{RULES}: written\n"),
        &format!("{RULES} is new: 1 topic, 1 group\n"),
    );
    let rules = project.read(RULES);
    assert!(
        rules.contains("kafka_consumergroup_lag{consumergroup=\"warehouse\", topic=\"orders.placed.v1\"}")
    );
    assert!(!project.path().join(TESTS).exists());
    project.run(&["generate", "prometheus", "schemas", "--check"]).ends(
        0,
        &format!("{RULES}: unchanged\n"),
        &format!("{RULES} is up to date: 1 topic, 1 group\n"),
    );
}

#[test]
fn a_check_names_the_command_with_its_options() {
    let project = project();
    let options = ["--exporter", "kminion", "--cluster-label", "kafka", "--tests"];
    let run = |more: &[&str]| project.run(&[&["generate", "prometheus"], &options[..], more].concat());
    let command = "`eventgen generate prometheus --exporter kminion --cluster-label kafka --tests`";
    run(&["--check"]).ends(
        3,
        &format!("{RULES}: missing\n{TESTS}: missing\n"),
        &format!("2 files are out of date: run {command} and commit the result\n"),
    );
    assert!(!project.path().join("monitoring").exists());
    run(&[]).ends(0, &format!("{RULES}: written\n{TESTS}: written\n"), "2 files are new: 1 topic, 1 group\n");
    run(&["--check"]).ends(
        0,
        &format!("{RULES}: unchanged\n{TESTS}: unchanged\n"),
        "2 files are up to date: 1 topic, 1 group\n",
    );
    let rules = project.read(RULES);
    assert!(rules.contains("kminion_kafka_topic_partition_high_water_mark"), "{rules}");
    assert!(rules.contains("max by (kafka, partition)"), "{rules}");
    project.replace("schemas/order_placed.avsc", "5m", "10m");
    run(&["--check"]).fails(3, &[&format!("run {command}")]);
}

#[test]
fn a_label_that_the_rules_use_is_refused() {
    let project = project();
    for label in ["topic", "not-a-label", "__name__", "messaging_system", "eventgen_hold_reason"] {
        project
            .run(&["generate", "prometheus", "--cluster-label", label])
            .fails(2, &["not a name of a label"]);
    }
}

#[test]
fn rules_for_the_metrics_of_the_services_themselves() {
    let project = project();
    project
        .run(&["generate", "prometheus", "--exporter", "runtime", "--check"])
        .fails(3, &["run `eventgen generate prometheus --exporter runtime`"]);
    project.run(&["generate", "prometheus", "--exporter", "runtime"]).fails(0, &["1 topic, 1 group"]);
    let rules = project.read(RULES);
    assert!(rules.contains("- alert: KafkaConsumerBreakerOpen"), "{rules}");
    assert!(!rules.contains("- alert: KafkaTopicAbsent"), "{rules}");
}

#[test]
fn rules_about_outboxes_are_written_where_they_are_asked_for() {
    let project = project();
    project.run(&["generate", "prometheus", "--tests"]).fails(0, &["are new"]);
    assert!(!project.path().join("monitoring/prometheus/outbox.rules.yml").exists());
    let generate = ["generate", "prometheus", "--tests", "--outbox", "orders.outbox", "--outbox", "outbox"];
    project.run(&generate).fails(0, &["new"]);
    let text = project.read("monitoring/prometheus/outbox.rules.yml");
    for table in ["orders.outbox", "outbox"] {
        assert!(text.contains(&format!("name: outbox-{table}\n")), "{text}");
    }
    let check = [&generate[..], &["--check"]].concat();
    project.run(&check).fails(0, &["are up to date"]);
    project.replace("monitoring/prometheus/tests/outbox.rules.test.yml", "30", "31");
    let repair = "run `eventgen generate prometheus --tests --outbox orders.outbox --outbox outbox`";
    project.run(&check).fails(3, &[repair]);
}

#[test]
fn a_folder_with_the_name_of_an_artefact_is_named_by_its_path() {
    let project = Project::with_an_event();
    project.write("prometheus/order_placed.avsc", crate::support::ORDER_PLACED);
    project.run(&["generate", "./prometheus", "--out", "src"]).fails(0, &["src/eventgen.rs is new"]);
}
