//! The files beside the service are right: the tools of Prometheus and Alertmanager accept them, and what is generated is up
//! to date.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventgen_artifacts::{Exporter, Settings, grafana, prometheus};
use eventgen_schema::{Contract, Loader};
use expectorate::assert_contents;

/// Those whose rules and dashboards are beside the service.
const EXPORTERS: [Exporter; 2] = [Exporter::KafkaExporter, Exporter::Runtime];

fn monitoring() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("monitoring")
}

fn read(file: &str) -> String {
    fs::read_to_string(monitoring().join(file)).expect("a file")
}

fn contract() -> Contract {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    Loader::new().path(schemas).load().expect("a contract").contract
}

/// Runs a program on files of the folder and returns what it prints.
fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(monitoring()).output().expect("it runs");
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{program}: {}", printed.concat());
    printed.concat()
}

#[test]
fn rules_and_dashboards_are_those_of_the_contract() {
    for exporter in EXPORTERS {
        let settings = Settings::new(exporter);
        let folder = monitoring().join(exporter.as_str());
        let by = |artefact: &str| match exporter {
            Exporter::KafkaExporter => format!("eventgen generate {artefact}"),
            exporter => format!("eventgen generate {artefact} --exporter {}", exporter.as_str()),
        };
        let rules = prometheus::rules(&contract(), &settings).expect("rules").generated_by(&by("prometheus"));
        assert_contents(folder.join("prometheus").join(rules.path), &rules.text);
        for dashboard in grafana::dashboards(&contract(), &settings).expect("dashboards") {
            let dashboard = dashboard.generated_by(&by("grafana"));
            assert_contents(folder.join("grafana/dashboards").join(dashboard.path), &dashboard.text);
        }
    }
}

#[test]
fn containers_get_files_that_exist_for_each_exporter() {
    let compose = read("compose.yml");
    let mounted: Vec<&str> = compose
        .lines()
        .filter_map(|line| line.trim().strip_prefix("- ./")?.split_once(":/").map(|(path, _)| path))
        .collect();
    let chosen = "${EXPORTER:-kafka-exporter}";
    assert_eq!(mounted.iter().filter(|path| path.starts_with(chosen)).count(), 2, "{mounted:?}");
    for exporter in EXPORTERS {
        for path in &mounted {
            let path = monitoring().join(path.replace(chosen, exporter.as_str()));
            assert!(path.exists(), "{}", path.display());
        }
    }
}

#[test]
fn alerts_that_the_routes_name_are_in_the_rules() {
    let routes = read("alertmanager/alertmanager.yml");
    let rules = EXPORTERS.map(|exporter| read(&format!("{}/prometheus/kafka.rules.yml", exporter.as_str())));
    let rules = rules.concat();
    let names: Vec<&str> = routes
        .split(|char: char| !char.is_ascii_alphanumeric())
        .filter(|word| word.len() > "Kafka".len() && word.starts_with("Kafka"))
        .collect();
    assert!(names.len() >= 4, "{names:?}");
    for name in names {
        assert!(rules.contains(&format!("- alert: {name}\n")), "{name} is not an alert");
    }
}

#[test]
#[ignore = "needs promtool"]
fn promtool_accepts_the_configuration_with_the_rules() {
    for exporter in EXPORTERS {
        // The containers see both files in one folder.
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(exporter.as_str());
        fs::create_dir_all(&folder).expect("a folder");
        let rules = format!("{}/prometheus/kafka.rules.yml", exporter.as_str());
        for (file, name) in [("prometheus/prometheus.yml", "prometheus.yml"), (&rules, "kafka.rules.yml")] {
            fs::copy(monitoring().join(file), folder.join(name)).expect("a copy");
        }
        let config = folder.join("prometheus.yml");
        let printed = run("promtool", &["check", "config", config.to_str().expect("UTF-8")]);
        assert!(printed.contains("1 rule files found"), "{printed}");
        assert!(printed.contains("rules found"), "{printed}");
    }
}

#[test]
#[ignore = "needs amtool"]
fn amtool_accepts_the_routes_and_sends_alerts_where_they_belong() {
    run("amtool", &["check-config", "alertmanager/alertmanager.yml"]);
    let routes = ["config", "routes", "test", "--config.file=alertmanager/alertmanager.yml"];
    for (severity, receiver) in [("critical", "pager"), ("warning", "channel"), ("info", "nobody")] {
        let label = format!("severity={severity}");
        // A warning about the flag may follow.
        let printed = run("amtool", &[&routes[..], &[&label]].concat());
        assert_eq!(printed.lines().next(), Some(receiver), "{printed}");
    }
}
