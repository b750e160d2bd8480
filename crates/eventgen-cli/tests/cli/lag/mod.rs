//! `eventgen lag` against the embedded cluster: what it prints and serves, and its exit codes. The mock does not list groups,
//! so that members and groups that the contract does not name are in `tests/real`.

mod kafka;
mod serving;
mod watching;

use std::path::Path;

use eventgen_testkit::TestCluster;
use expectorate::assert_contents;

use crate::support::{Project, Ran};
use kafka::Kafka;

const TOPIC: &str = "orders.placed.v1";

/// A project with three groups, and what they read: five records from 2020 and none of today.
fn project(cluster: &TestCluster) -> (Project, Kafka) {
    let mut project = Project::with_an_event();
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\": 12",
        r#""deadLetter": false, "consumers": [
            { "group": "billing", "maxLag": "5m" },
            { "group": "search" },
            { "group": "warehouse", "maxLag": 2 }
        ]"#,
    );
    project.set("KAFKA_BOOTSTRAP_SERVERS", &cluster.bootstrap_servers());
    let kafka = Kafka::new(cluster.bootstrap_servers());
    kafka.send(TOPIC, 0, 5);
    (project, kafka)
}

fn cluster() -> TestCluster {
    TestCluster::builder().brokers(1).start().expect("a cluster")
}

/// Without the warning that the mock cannot list groups.
fn without_warning(mut ran: Ran) -> Ran {
    let (warnings, rest) =
        ran.stderr.lines().partition::<Vec<_>, _>(|line| line.starts_with("warning: the groups"));
    assert_eq!(warnings.len(), 1, "{}", ran.stderr);
    ran.stderr = rest.join("\n") + "\n";
    ran
}

/// JSON without what differs from run to run.
fn masked(json: &str, cluster: &TestCluster) -> String {
    let lines = json.replace(&cluster.bootstrap_servers(), "BROKERS");
    let masked = lines.lines().map(|line| match line.split_once(": ") {
        Some((name, value))
            if name.contains("\"timestamp\"") || (name.contains("lagSeconds") && value.len() > 6) =>
        {
            format!("{name}: 1234567.8,")
        }
        _ if line.contains("cannot be listed") => "    \"the groups cannot be listed\"".to_owned(),
        _ => line.to_owned(),
    });
    masked.collect::<Vec<_>>().join("\n") + "\n"
}

fn golden(name: &str, text: &str) {
    assert_contents(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/goldens").join(name), text);
}

#[test]
fn the_worst_group_is_first_and_decides_the_exit_code() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("warehouse", TOPIC, 0, 2);
    kafka.commit("search", TOPIC, 0, 5);
    let ran = without_warning(project.run(&["lag"]));
    let servers = cluster.bootstrap_servers();
    assert_eq!(ran.stderr, format!("3 groups on 1 topic of {servers}: 1 NOTFOUND, 1 ERR, 1 OK\n"));
    assert_eq!(ran.code, 5);
    // The age of the record grows from run to run.
    let lines: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["STATE", "GROUP", "TOPIC", "LAG", "BEHIND", "MAXLAG", "MEMBERS", "WHY"]);
    assert_eq!(lines[1].join(" "), format!("NOTFOUND billing {TOPIC} - - 5m - no committed offset"));
    assert_eq!(lines[2][..4], ["ERR", "warehouse", TOPIC, "3"]);
    assert!(lines[2][4].starts_with(|digit: char| digit.is_ascii_digit()) && lines[2][4].contains('d'));
    assert_eq!(lines[2][5..].join(" "), "2 unknown lag 3 is over maxLag 2");
    assert_eq!(lines[3].join(" "), format!("OK search {TOPIC} 0 0s - unknown"));
    let column = |line: usize, word: &str| ran.stdout.lines().nth(line).and_then(|line| line.find(word));
    assert_eq!(column(0, "TOPIC"), column(1, TOPIC));
    assert_eq!(column(0, "WHY"), column(2, "lag 3"));

    let one = without_warning(project.run(&["lag", "--group", "search", "--partitions"]));
    assert_eq!(one.code, 0, "{one:?}");
    let lines: Vec<&str> = one.stdout.lines().map(str::trim).collect();
    assert_eq!(lines.len(), 2 + 1 + 4, "{}", one.stdout);
    assert!(lines[2].starts_with("PARTITION  COMMITTED  OLDEST  END  LAG  BEHIND  OWNER"), "{}", one.stdout);
    assert_eq!(lines[3].split_whitespace().collect::<Vec<_>>(), ["0", "5", "0", "5", "0", "0s", "-"]);
    assert_eq!(lines[4].split_whitespace().collect::<Vec<_>>(), ["1", "-", "0", "0", "-", "-", "-"]);
}

#[test]
fn a_limit_in_time_is_for_the_next_record() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("billing", TOPIC, 0, 4);
    let ran = without_warning(project.run(&["lag", "--group", "billing"]));
    assert_eq!(ran.code, 5, "{ran:?}");
    assert!(ran.stdout.contains("behind by more than maxLag 5m"), "{ran:?}");
    // A record of now, and one whose producer has a clock that is ahead.
    kafka.send_at(TOPIC, 0, 1, Kafka::now());
    kafka.send_at(TOPIC, 1, 1, Kafka::now() + 86_400_000);
    kafka.commit("billing", TOPIC, 0, 5);
    kafka.commit("billing", TOPIC, 1, 0);
    let ran = without_warning(project.run(&["lag", "--group", "billing"]));
    assert_eq!(ran.code, 0, "{ran:?}");
    let behind = ran.stdout.lines().nth(1).and_then(|line| line.split_whitespace().nth(4));
    assert!(behind.is_some_and(|behind| !behind.contains(['m', 'd']) || behind.ends_with("ms")), "{ran:?}");
}

#[test]
fn a_group_that_nobody_has_is_an_error() {
    let cluster = cluster();
    let (project, _) = project(&cluster);
    project.run(&["lag", "--group", "serch"]).fails(2, &["have a group `serch`: did you mean `search`?"]);
}

#[test]
fn json_has_every_partition() {
    let cluster = cluster();
    let (project, kafka) = project(&cluster);
    kafka.commit("warehouse", TOPIC, 0, 2);
    let ran = without_warning(project.run(&["lag", "--format", "json"]));
    assert_eq!(ran.code, 5);
    golden("lag.json", &masked(&ran.stdout, &cluster));
}

#[test]
fn a_topic_that_does_not_exist_is_reported_for_its_groups() {
    let cluster = cluster();
    let (project, _) = project(&cluster);
    project.replace("schemas/order_placed.avsc", TOPIC, "orders.placed.v2");
    let ran = without_warning(project.run(&["lag"]));
    assert_eq!((ran.code, ran.stdout.matches("the topic does not exist").count()), (5, 3), "{ran:?}");
}

#[test]
fn a_cluster_that_does_not_answer_has_an_exit_code_of_its_own() {
    let project = Project::with_an_event();
    project
        .run(&["lag", "--bootstrap-servers", "127.0.0.1:1"])
        .fails(6, &["error: no broker of `127.0.0.1:1` answered within 5 s"]);
}

#[test]
fn the_cluster_is_that_of_the_command_line_the_environment_or_the_variable() {
    let mut project = Project::with_an_event();
    project.run(&["lag"]).ends(
        1,
        "",
        "error: no cluster is configured: pass --env or --bootstrap-servers, or set KAFKA_BOOTSTRAP_SERVERS\n",
    );
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n[environments.empty]\n[environments.dev]\nbootstrap-servers = \"${BROKERS}\"\n\
         schema-registry = \"${NOT_SET}\"\n",
    );
    project.run(&["lag", "--env", "empty"]).ends(
        1,
        "",
        "error: environment `empty` of eventgen.toml has no `bootstrap-servers`: add it, or pass --bootstrap-servers\n",
    );
    project.run(&["lag", "--env", "dev"]).fails(1, &["environment variable BROKERS is not set"]);
    let cluster = cluster();
    project.set("BROKERS", &cluster.bootstrap_servers());
    project.set("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");
    let ran = without_warning(project.run(&["lag", "--env", "dev"]));
    let summary = format!("0 groups on 0 topics of {}: no groups\n", cluster.bootstrap_servers());
    ran.ends(0, "no groups\n", &summary);
    project.run(&["lag", "-X", "no.such=1", "--env", "dev"]).fails(1, &["no.such"]);
    project.run(&["lag", "-X", "nothing"]).fails(2, &["write NAME=VALUE"]);
}
