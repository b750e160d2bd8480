//! The files of the sample contracts are those in `tests/goldens`.

use std::path::{Path, PathBuf};

use eventgen_artifacts::{Exporter, File, Settings, prometheus};

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

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn expect(folder: &Path, file: &File) {
    expectorate::assert_contents(folder.join(&file.path), &file.text);
}
