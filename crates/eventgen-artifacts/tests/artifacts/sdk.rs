//! The types of Grafana's foundation SDK, the oracle of Grafana, accept the dashboards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventgen_artifacts::Exporter;
use tempfile::TempDir;

use crate::dashboards::{all, outboxes};

/// The number of random contracts.
const RANDOM: u64 = 50;

#[test]
#[ignore = "needs Grafana's SDK"]
fn dashboards_have_the_types_of_the_sdk() {
    let project = Project::new();
    project.write("outboxes", &outboxes(Exporter::KafkaExporter).text);
    for exporter in Exporter::ALL {
        for (contract, files) in all(exporter, RANDOM).iter().enumerate() {
            for (index, file) in files.iter().enumerate() {
                project.write(&format!("{}-{contract}-{index}", exporter.as_str()), &file.text);
            }
        }
    }
    assert_eq!(project.errors(), "");
}

#[test]
#[ignore = "needs Grafana's SDK"]
fn types_differ_where_a_dashboard_is_wrong() {
    let project = Project::new();
    let dashboards = all(Exporter::KafkaExporter, 0);
    let overview = &dashboards[0][0].text;
    let mistakes = [
        ("\"drawStyle\": \"line\"", "\"drawStyle\": \"lines\""),
        ("\"unit\": \"recps\"", "\"unit\": \"records\""),
        ("\"editorMode\": \"code\"", "\"editormode\": \"code\""),
        ("\"type\": \"timeseries\"", "\"type\": \"graph\""),
        ("\"type\": \"query\"", "\"type\": \"label\""),
        ("\"hide\": 0", "\"hide\": 7"),
        ("\"showLegend\": true", "\"showLegend\": \"yes\""),
        ("\"annotations\"", "\"annotation\""),
        ("\"schemaVersion\": 42", "\"schemaVersion\": 41"),
        ("\"gridPos\"", "\"gridpos\""),
        ("\"expr\"", "\"query\""),
        ("\"mode\": \"absolute\"", "\"mode\": \"relative\""),
        ("\"description\"", "\"help\""),
    ];
    for (index, (from, to)) in mistakes.iter().enumerate() {
        assert!(overview.contains(from), "no `{from}` in the dashboard");
        project.write(&format!("wrong-{index}"), &overview.replacen(from, to, 1));
    }
    let errors = project.errors();
    for (index, (from, to)) in mistakes.iter().enumerate() {
        let found = errors.lines().any(|line| line.starts_with(&format!("wrong-{index}.ts(")));
        assert!(found, "`{to}` instead of `{from}` has the types of the SDK:\n{errors}");
    }
}

/// A folder with dashboards in TypeScript, inside the one that has the SDK.
struct Project {
    sdk: PathBuf,
    folder: TempDir,
}

impl Project {
    fn new() -> Self {
        let sdk =
            std::env::var_os("EVENTGEN_GRAFANA_SDK").expect("run by `cargo xtask test --only monitoring`");
        let sdk = PathBuf::from(sdk);
        let folder = TempDir::new_in(&sdk).expect("a folder");
        let form = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/grafana/form.ts");
        fs::copy(form, folder.path().join("form.ts")).expect("a copy");
        Self { sdk, folder }
    }

    fn write(&self, name: &str, json: &str) {
        let import = "import type { Dashboard } from \"./form.js\";";
        let module = format!("{import}\nexport const dashboard: Dashboard = {json};\n");
        fs::write(self.folder.path().join(name).with_extension("ts"), module).expect("a file");
    }

    /// The errors of the compiler, one in each line.
    fn errors(&self) -> String {
        let options = r#"{ "compilerOptions": { "noEmit": true, "strict": true, "skipLibCheck": true, "pretty": false,
            "module": "nodenext", "moduleResolution": "nodenext" }, "include": ["*.ts"] }"#;
        fs::write(self.folder.path().join("tsconfig.json"), options).expect("a file");
        let compiler = self.sdk.join("node_modules/.bin/tsc");
        let output = Command::new(compiler).current_dir(self.folder.path()).output().expect("tsc runs");
        let errors = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.success(), errors.is_empty(), "{errors}");
        errors
    }
}
