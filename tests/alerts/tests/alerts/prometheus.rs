//! A Prometheus with the rules of one source of metrics.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::http;
use crate::process::Process;

/// A source of metrics.
pub(crate) struct Source {
    /// The value of the label `source` in Alertmanager.
    pub(crate) name: &'static str,
    address: String,
    process: Process,
}

impl Source {
    /// Starts a Prometheus that scrapes a target once a second and sends alerts to an Alertmanager.
    pub(crate) fn start(
        name: &'static str,
        rules: &str,
        target: &str,
        alertmanager: &str,
        folder: &Path,
    ) -> Self {
        let [address] = http::free_addresses();
        let folder = folder.join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("kafka.rules.yml"), rules).expect("rules");
        let config = format!(
            "\
global:
  scrape_interval: 1s
  scrape_timeout: 1s
  evaluation_interval: 1s
  external_labels: {{ source: {name} }}
rule_files: [kafka.rules.yml]
alerting:
  alertmanagers:
    - static_configs:
        - targets: ['{alertmanager}']
scrape_configs:
  - job_name: {name}
    static_configs:
      - targets: ['{target}']
"
        );
        fs::write(folder.join("prometheus.yml"), config).expect("a configuration");
        let mut command = Command::new("prometheus");
        command
            .arg(format!("--config.file={}", folder.join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
            .arg(format!("--web.listen-address={address}"));
        let process = Process::start(&mut command, &folder.join("prometheus.log"));
        Self { name, address, process }
    }

    pub(crate) fn is_ready(&mut self) -> bool {
        self.process.check("Prometheus");
        http::request("GET", &self.address, "/-/ready").is_ok()
    }

    /// What it answers to a request of its API.
    pub(crate) fn ask(&self, path: &str) -> Value {
        http::json(&self.address, path)
    }

    /// The names of the alerts that fire.
    pub(crate) fn firing(&self) -> Vec<String> {
        let answer = self.ask("/api/v1/alerts");
        let alerts = answer["data"]["alerts"].as_array().expect("alerts");
        let firing = alerts.iter().filter(|alert| alert["state"] == "firing");
        firing.map(|alert| alert["labels"]["alertname"].as_str().expect("a name").to_owned()).collect()
    }

    /// Fails if an alert fires.
    pub(crate) fn does_not_fire(&self, alert: &str) {
        assert!(!self.firing().iter().any(|name| name == alert), "{}: {alert}", self.name);
    }

    /// What the recorded series and the alerts are, to understand a failure.
    pub(crate) fn state(&self) -> String {
        let series = self.ask("/api/v1/query?query=%7B__name__%3D~%22eventgen%3A.%2B%22%7D");
        format!("{}\n{}", self.ask("/api/v1/alerts"), series)
    }
}
