//! The exports of the catalogue pass the judges of the catalogues that they are for, and say what the contract says.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use eventgen_artifacts::File;
use eventgen_artifacts::catalogue::{Export, Settings};
use eventgen_schema::types::Type;
use eventgen_schema::{Contract, TypeGraph};
use serde_json::Value;

use crate::catalogue::hostile;
use crate::judges::{Folder, contracts, finds_each, folder_of, judge, with_each};

fn files(export: Export, contract: &Contract) -> Vec<File> {
    export.files(contract, &Settings::new("Catalogue").version("2.1.0"))
}

/// The contracts of every judge, and one whose texts are what somebody would attack a page with.
fn all() -> Vec<(String, Contract)> {
    contracts().into_iter().chain([("hostile".to_owned(), hostile())]).collect()
}

#[test]
fn every_file_of_an_export_has_a_path_of_its_own() {
    for (name, contract) in all() {
        for export in Export::ALL {
            let files = files(export, &contract);
            // Some file systems do not distinguish the case of letters.
            let paths: BTreeSet<String> = files.iter().map(|file| file.path.to_lowercase()).collect();
            assert_eq!(paths.len(), files.len(), "{name}");
            for path in paths {
                let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte);
                assert!(path.bytes().all(is_plain) && !path.contains(".."), "{name}: {path}");
            }
            assert_eq!(files, self::files(export, &contract), "{name}");
        }
    }
}

fn write(folder: &Path, files: &[File]) {
    for file in files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, &file.text).expect("a file");
    }
}

#[test]
#[ignore = "needs EventCatalog's linter"]
fn the_linter_of_eventcatalog_accepts_folders() {
    let folder = Folder::new();
    let mut expected = Vec::new();
    for (name, contract) in all() {
        let files = files(Export::EventCatalog, &contract);
        let resources = files.iter().filter(|file| file.path.rsplit('.').next() == Some("mdx")).count();
        expected.push(format!("resources {name}: {resources}"));
        write(&folder.path().join(name), &files);
    }
    // The same judge finds what is wrong.
    let (_, orders) = contracts().swap_remove(0);
    let mistakes = [
        ("version: \"2.1.0\"", "version: two"),
        ("\n  - id: orders.events.v1\n", "\n  - id: orders.events.v2\n"),
        ("schemaPath: schema", "schemaPath: schemas"),
        ("<NodeGraph />", "<Graph />"),
        ("## On Kafka", "## On {Kafka"),
        ("## On Kafka", "## On {kafka}"),
        ("id: ", "ident: "),
    ];
    for (index, (from, to)) in mistakes.into_iter().enumerate() {
        let mut files = files(Export::EventCatalog, &orders);
        let at = files.iter().position(|file| file.path.starts_with("events/") && file.text.contains(from));
        let file = &mut files[at.expect(from)];
        file.text = file.text.replacen(from, to, 1);
        write(&folder.path().join(format!("wrong{index}")), &files);
    }
    let printed = judge("EVENTGEN_JUDGES", "eventcatalog.mjs", &[], folder.path());
    for (index, (_, to)) in mistakes.into_iter().enumerate() {
        let start = format!("error wrong{index}: ");
        assert!(printed.iter().any(|line| line.starts_with(&start)), "{to}: {printed:#?}");
    }
    let of_contracts =
        |line: &&String| !line.starts_with("error wrong") && !line.starts_with("resources wrong");
    let printed: BTreeSet<&String> = printed.iter().filter(of_contracts).collect();
    assert_eq!(printed, expected.iter().collect::<BTreeSet<_>>());
}

#[test]
#[ignore = "needs Backstage's model"]
fn the_model_of_backstage_accepts_entities() {
    let folder = Folder::new();
    for (name, contract) in all() {
        folder.write(&name, &files(Export::Backstage, &contract)[0]);
    }
    let printed = judge("EVENTGEN_JUDGES", "backstage.mjs", &[], folder.path());
    let errors: Vec<_> = printed.iter().filter(|line| line.starts_with("error ")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for (name, contract) in all() {
        let start = format!("entity {name}-catalog-info.yaml: ");
        let entities = printed.iter().filter_map(|line| line.strip_prefix(&start));
        let entities: Vec<Value> = entities.map(|json| serde_json::from_str(json).expect("JSON")).collect();
        let of = |kind: &str| entities.iter().filter(|it| it["kind"] == kind).collect::<Vec<_>>();
        let (apis, resources) = (of("API"), of("Resource"));
        assert_eq!(apis.len(), contract.events.len(), "{name}");
        for (api, event) in apis.iter().zip(&contract.events) {
            let definition = api["spec"]["definition"].as_str().expect("a text");
            if event.avro_fingerprint().is_some() {
                let [definition, schema] = [definition, &event.schema]
                    .map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
                assert_eq!(definition, schema, "{name}");
            } else {
                assert_eq!(definition, event.schema.trim_end(), "{name}");
            }
        }
        let titles: Vec<_> = resources.iter().map(|it| it["metadata"]["title"].clone()).collect();
        assert_eq!(titles, contract.topics.keys().map(|topic| topic.as_str().into()).collect::<Vec<Value>>());
        for (index, topic) in contract.topics.values().enumerate() {
            let reference = Value::from(format!(
                "resource:{}",
                resources[index]["metadata"]["name"].as_str().unwrap_or_default()
            ));
            let users: BTreeSet<&str> = topic
                .producers
                .iter()
                .map(String::as_str)
                .chain(topic.consumers.iter().map(|consumer| consumer.group.as_str()))
                .collect();
            let depends =
                |it: &&&Value| it["spec"]["dependsOn"].as_array().is_some_and(|on| on.contains(&reference));
            let components = of("Component");
            let found: BTreeSet<&str> =
                components.iter().filter(depends).filter_map(|it| it["metadata"]["title"].as_str()).collect();
            assert_eq!(found, users, "{name}");
        }
    }
    let (_, orders) = contracts().swap_remove(0);
    let mistakes = [
        ("kind: API", "kind: Api"),
        ("lifecycle: production", "lifecycles: production"),
        ("name: com.example", "name: \"com example\" #"),
        ("\"resource:", "\"resources:"),
        ("spec:", "specs:"),
        ("consumesApis:\n    - ", "consumesApis:\n    - un"),
    ];
    let text = files(Export::Backstage, &orders).swap_remove(0).text;
    finds_each("backstage.mjs", &[], "yaml", &with_each(&text, &mistakes));
}

#[test]
#[ignore = "needs the schema of the Open Data Contract Standard"]
fn data_contracts_fit_the_schema_of_the_standard() {
    let schema = folder_of("EVENTGEN_ODCS_SCHEMA");
    let folder = Folder::new();
    for (name, contract) in all() {
        for file in files(Export::Odcs, &contract) {
            folder.write(&name, &file);
        }
    }
    let printed = judge("EVENTGEN_JUDGES", "odcs.mjs", &[&schema], folder.path());
    let errors: Vec<_> = printed.iter().filter(|line| line.starts_with("error ")).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    for (name, contract) in all() {
        let written = files(Export::Odcs, &contract);
        for (file, topic) in written.iter().zip(contract.topics.values()) {
            let start = format!("contract {name}-{}: ", file.path);
            let line = printed.iter().find_map(|line| line.strip_prefix(&start)).expect("a contract");
            let read: Value = serde_json::from_str(line).expect("JSON");
            assert_eq!(read["id"], *topic.name, "{name}");
            assert_eq!(read["team"]["name"].as_str(), topic.owner.as_deref(), "{name}");
            let objects = read["schema"].as_array().expect("objects");
            let events: Vec<_> = contract.events_on(&topic.name).collect();
            assert_eq!(objects.len(), events.len(), "{name}");
            for (object, event) in objects.iter().zip(events) {
                assert_eq!(object["name"], *event.name, "{name}");
                let types: &TypeGraph = contract.types_of(event);
                let Type::Record(record) = types.get(event.type_id) else { panic!("{name}") };
                let properties = object["properties"].as_array().expect("properties");
                let fields: Vec<_> = record.fields.iter().map(|field| field.name.as_str()).collect();
                let written: Vec<_> =
                    properties.iter().filter_map(|property| property["name"].as_str()).collect();
                assert_eq!(written, fields, "{name}");
                let docs = record.fields.iter().map(|field| field.doc.as_deref());
                assert!(
                    docs.eq(properties.iter().map(|property| property["description"].as_str())),
                    "{name}"
                );
                let keys = properties.iter().filter(|property| property["primaryKey"] == true).count();
                assert_eq!(keys, event.key.iter().filter(|path| path.fields.len() == 1).count(), "{name}");
            }
        }
    }
    let (_, orders) = contracts().swap_remove(0);
    let mistakes = [
        ("kind: DataContract", "kind: Contract"),
        ("apiVersion: v3.1.0", "apiVersion: v3.9.0"),
        ("logicalType: string", "logicalType: text"),
        ("required: true", "required: often"),
        ("physicalType: topic", "physicalTyp: topic"),
        ("property: retention", "properti: retention"),
    ];
    let text = files(Export::Odcs, &orders).swap_remove(0).text;
    finds_each("odcs.mjs", &[&schema], "yaml", &with_each(&text, &mistakes));
}
