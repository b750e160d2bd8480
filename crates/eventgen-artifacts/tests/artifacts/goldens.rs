//! The files of the sample contracts are those in `tests/goldens`.

use std::path::{Path, PathBuf};

use eventgen_artifacts::{
    Error, Exporter, File, Settings, asyncapi, catalogue, ci, grafana, json, outbox, prometheus, shell,
    strimzi, terraform,
};
use eventgen_schema::Contract;

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

#[test]
fn files_about_the_cluster_are_as_they_were() {
    for (name, contract) in samples() {
        for file in about_the_cluster(&contract).expect("files") {
            expect(&goldens().join(name).join("cluster"), &file);
        }
    }
}

/// One contract is enough, and styles and scripts are files of their own.
#[test]
fn pages_of_a_sample_are_as_they_were() {
    let (name, contract) = samples().into_iter().find(|(name, _)| *name == "payments").expect("a sample");
    let settings = catalogue::Settings::new("Payments").environment("prod".to_owned());
    for file in catalogue::Catalogue::new(&contract, &settings).files().expect("pages") {
        if !file.path.starts_with("assets/catalogue.") {
            expect(&goldens().join(name).join("catalogue"), &file);
        }
    }
}

/// One contract of each schema language.
#[test]
fn exports_of_samples_are_as_they_were() {
    let settings = catalogue::Settings::new("Samples").version("2.1.0");
    for (name, contract) in samples().into_iter().filter(|(name, _)| ["orders", "payments"].contains(name)) {
        for export in catalogue::Export::ALL {
            for file in export.files(&contract, &settings) {
                expect(&goldens().join(name).join("exports").join(export.as_str()), &file);
            }
        }
    }
}

#[test]
fn the_table_of_an_outbox_is_as_it_was() {
    let inbox = outbox::inbox("inbox").expect("migrations");
    for file in outbox::files(&outbox::Settings::new()).expect("migrations").into_iter().chain(inbox) {
        expect(&goldens().join("outbox"), &file);
    }
}

#[test]
fn rules_and_dashboard_of_an_outbox_are_as_they_were() {
    let settings = Settings::new(Exporter::KafkaExporter);
    for file in
        [prometheus::outbox_rules(&["outbox"], &settings), prometheus::outbox_tests(&["outbox"], &settings)]
    {
        expect(&goldens().join("outbox"), &file.expect("rules"));
    }
    let dashboard = grafana::outbox_dashboard(&["outbox"], &settings).expect("a dashboard");
    expect(&goldens().join("outbox"), &dashboard);
}

#[test]
fn workflows_are_as_they_were() {
    let variables = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let prod =
        ci::Settings::for_environment("prod", variables(&["REGISTRY_PASSWORD"]), variables(&["BROKERS"]));
    for (folder, settings) in [("ci", ci::Settings::new()), ("ci/prod", prod)] {
        expect(&goldens().join(folder), &ci::workflow(&settings).expect("a workflow"));
    }
}

fn about_the_cluster(contract: &Contract) -> Result<Vec<File>, Error> {
    let server = asyncapi::Server::new("prod", "${KAFKA_BOOTSTRAP}")
        .schema_registry("https://registry.example.com".to_owned(), "confluent");
    let settings = asyncapi::Settings::new("Kafka", "1.0.0").server(server);
    let mut files = vec![
        json::contract(contract, Some("prod"))?,
        asyncapi::document(contract, &settings)?,
        terraform::topics(contract, terraform::Provider::Kafka)?,
    ];
    files.extend(strimzi::resources(contract, &strimzi::Settings::new("kafka"))?);
    files.extend(shell::scripts(contract)?);
    let mut confluent = terraform::topics(contract, terraform::Provider::Confluent)?;
    confluent.path = format!("confluent/{}", confluent.path);
    files.push(confluent);
    Ok(files)
}

fn goldens() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens")
}

fn expect(folder: &Path, file: &File) {
    expectorate::assert_contents(folder.join(&file.path), &file.text);
}
