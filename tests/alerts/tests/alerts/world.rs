//! Everything that runs: the service, the exporter, a Prometheus for each of them, and Alertmanager.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Instant, SystemTime};

use eventgen_artifacts::Exporter;
use eventgen_testkit::EmbeddedRegistry;

use crate::alertmanager::Alertmanager;
use crate::process::Process;
use crate::prometheus::Source;
use crate::support::{PATIENCE, SHORT, variable};
use crate::{http, panels, rules};

pub(crate) struct World {
    begun: SystemTime,
    folder: PathBuf,
    registry: EmbeddedRegistry,
    /// Where the service listens, whenever it runs.
    service_address: String,
    service: Option<Process>,
    exporter: Option<Process>,
    alertmanager: Alertmanager,
    /// The metrics of the service itself.
    pub(crate) runtime: Source,
    /// The metrics of `eventgen lag --listen`.
    pub(crate) kafka_exporter: Source,
}

impl World {
    pub(crate) fn start(registry: EmbeddedRegistry) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("alerts");
        // What an earlier run left.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let [service_address, exporter_address] = http::free_addresses();
        let exporter = exporter(&exporter_address, &folder);
        let mut alertmanager = Alertmanager::start(&folder);
        let start = |name, exporter, target: &str| {
            Source::start(name, &rules::shortened(exporter), target, &alertmanager.address, &folder)
        };
        let mut runtime = start("runtime", Exporter::Runtime, &service_address);
        let mut kafka_exporter = start("kafka_exporter", Exporter::KafkaExporter, &exporter_address);
        until("the servers are ready", || {
            runtime.is_ready() && kafka_exporter.is_ready() && alertmanager.is_ready()
        });
        until("the exporter answers", || http::request("GET", &exporter_address, "/metrics").is_ok());
        Self {
            begun: SystemTime::now(),
            folder,
            registry,
            service_address,
            service: None,
            exporter: Some(exporter),
            alertmanager,
            runtime,
            kafka_exporter,
        }
    }

    /// Starts the service and waits until it is ready.
    pub(crate) fn start_service(&mut self, delay: u64) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alerts-service"));
        command
            .env("KAFKA_BOOTSTRAP_SERVERS", variable("EVENTGEN_KAFKA"))
            .env("SCHEMA_REGISTRY_URL", self.registry.url())
            .env("LISTEN", &self.service_address)
            .env("DELAY_MILLISECONDS", delay.to_string());
        let mut service = Process::start(&mut command, &self.folder.join("service.log"));
        until("the service is ready", || {
            service.check("the service");
            http::request("GET", &self.service_address, "/ready").is_ok()
        });
        self.service = Some(service);
    }

    /// Changes how long the handler takes, in milliseconds.
    pub(crate) fn set_delay(&self, delay: u64) {
        http::request("PUT", &self.service_address, &format!("/delay/{delay}")).expect("set");
    }

    pub(crate) fn stop_service(&mut self) {
        self.service.take().expect("it runs").stop();
    }

    pub(crate) fn kill_service(&mut self) {
        self.service.take().expect("it runs").kill();
    }

    pub(crate) fn kill_exporter(&mut self) {
        self.exporter.take().expect("it runs").kill();
    }

    /// Waits until an alert fires, in Prometheus and in Alertmanager.
    pub(crate) fn fires(&self, source: &Source, alert: &str) {
        self.comes_to(source, alert, true);
    }

    /// Waits until an alert does not fire any more, in Prometheus and in Alertmanager.
    pub(crate) fn resolves(&self, source: &Source, alert: &str) {
        self.comes_to(source, alert, false);
    }

    fn comes_to(&self, source: &Source, alert: &str, fires: bool) {
        let begun = Instant::now();
        loop {
            let (firing, active) = (source.firing(), self.alertmanager.active(source.name));
            let has = |alerts: &[String]| alerts.iter().any(|name| name == alert);
            if has(&firing) == fires && has(&active) == fires {
                let verb = if fires { "fires" } else { "is resolved" };
                println!("{}: {alert} {verb} after {:.1?}", source.name, begun.elapsed());
                return;
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "{}: {alert} in Prometheus {firing:?}, in Alertmanager {active:?}, wanted {fires}\n{}",
                source.name,
                source.state()
            );
            sleep(SHORT);
        }
    }

    /// Draws all dashboards with what has happened so far, and fails if a panel shows nothing.
    pub(crate) fn look_at_dashboards(&self) {
        let range = panels::Range::since(self.begun);
        for (source, exporter) in
            [(&self.runtime, Exporter::Runtime), (&self.kafka_exporter, Exporter::KafkaExporter)]
        {
            panels::look(source, exporter, &range, &self.folder.join("dashboards"));
        }
    }

    /// Waits until nothing fires.
    pub(crate) fn is_silent(&self) {
        until("no alert fires", || {
            [&self.runtime, &self.kafka_exporter]
                .into_iter()
                .all(|source| source.firing().is_empty() && self.alertmanager.active(source.name).is_empty())
        });
    }
}

/// Starts `eventgen lag --listen` for the contract.
fn exporter(address: &str, folder: &Path) -> Process {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut command = Command::new(env!("CARGO"));
    // Cargo replaces itself by the program.
    command
        .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--", "lag"])
        .arg(manifest.join("schemas"))
        .args(["--bootstrap-servers", &variable("EVENTGEN_KAFKA"), "--listen", address, "--watch", "1"])
        .current_dir(manifest.join("../.."));
    Process::start(&mut command, &folder.join("exporter.log"))
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not reached: {what}");
        sleep(SHORT);
    }
}
