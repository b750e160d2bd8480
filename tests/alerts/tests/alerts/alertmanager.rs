//! An Alertmanager that notifies nobody.

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::http;
use crate::process::Process;

const CONFIG: &str = "\
route: { receiver: nobody, group_wait: 1s }
receivers:
  - name: nobody
";

/// What the program is called: in Debian and Ubuntu, and elsewhere.
const PROGRAMS: [&str; 2] = ["prometheus-alertmanager", "alertmanager"];

pub(crate) struct Alertmanager {
    pub(crate) address: String,
    process: Process,
}

impl Alertmanager {
    pub(crate) fn start(folder: &Path) -> Self {
        let [address] = http::free_addresses();
        let file = folder.join("alertmanager.yml");
        fs::write(&file, CONFIG).expect("a configuration");
        let mut command = Command::new(program());
        command
            .arg(format!("--config.file={}", file.display()))
            .arg(format!("--storage.path={}", folder.join("alertmanager").display()))
            .arg(format!("--web.listen-address={address}"))
            // Without other instances.
            .arg("--cluster.listen-address=");
        let process = Process::start(&mut command, &folder.join("alertmanager.log"));
        Self { address, process }
    }

    pub(crate) fn is_ready(&mut self) -> bool {
        self.process.check("Alertmanager");
        http::request("GET", &self.address, "/-/ready").is_ok()
    }

    /// The names of the active alerts of a source.
    pub(crate) fn active(&self, source: &str) -> Vec<String> {
        let alerts = http::json(&self.address, "/api/v2/alerts?active=true");
        let alerts = alerts.as_array().expect("alerts");
        let of_source = alerts.iter().filter(|alert| alert["labels"]["source"] == source);
        of_source.map(|alert| alert["labels"]["alertname"].as_str().expect("a name").to_owned()).collect()
    }
}

fn program() -> &'static str {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = PROGRAMS
        .into_iter()
        .find(|program| env::split_paths(&path).any(|folder| folder.join(program).is_file()));
    found.expect("Alertmanager is installed")
}
