//! The files of the sample contracts are those in `tests/goldens`.

use std::path::{Path, PathBuf};

use eventgen_artifacts::{Exporter, File, Settings, grafana, prometheus};

use crate::contracts::samples;

#[test]
fn files_of_the_samples_are_as_they_were() {
    for (name, contract) in samples() {
        for exporter in Exporter::ALL {
            let settings = Settings::new(exporter);
            let folder = goldens().join(name).join(exporter.as_str());
            expect(&folder, &prometheus::rules(&contract, &settings).expect("rules"));
            expect(&folder, &prometheus::tests(&contract, &settings).expect("tests"));
        }
    }
}

/// One contract is enough: every kind of panel is in its dashboards.
#[test]
fn dashboards_of_a_sample_are_as_they_were() {
    let (name, contract) = samples().into_iter().find(|(name, _)| *name == "orders").expect("a sample");
    for exporter in Exporter::ALL {
        let folder = goldens().join(name).join(exporter.as_str()).join("grafana");
        for file in grafana::dashboards(&contract, &Settings::new(exporter)).expect("dashboards") {
            expect(&folder, &file);
        }
    }
}

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn expect(folder: &Path, file: &File) {
    expectorate::assert_contents(folder.join(&file.path), &file.text);
}
