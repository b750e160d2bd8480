//! `eventgen docs` and `eventgen show --output json`.

use std::fs;

use crate::support::Project;

#[test]
fn pages_are_written_once_and_those_of_events_that_are_gone_are_removed() {
    let project = Project::with_an_event();
    let check = || project.run(&["docs", "--check"]);
    check().fails(3, &["out of date: run `eventgen docs`"]);
    assert!(!project.path().join("catalogue").exists());
    let written = project.run(&["docs"]);
    assert_eq!((written.code, written.stdout.as_str()), (0, "catalogue/index.html\n"), "{written:?}");
    assert!(written.stderr.contains("1 event on 1 topic"), "{written:?}");
    let page = project.read("catalogue/events/com.example.orders.OrderPlaced.html");
    assert!(page.contains("customerId") && page.contains("BACKWARD"), "{page}");
    check().fails(0, &["up to date"]);
    project.run(&["docs"]).fails(0, &["up to date"]);
    project.replace("schemas/order_placed.avsc", "orders.placed.v1", "orders.placed.v2");
    check().fails(3, &["1 file of an older contract"]);
    project.run(&["docs"]).fails(0, &["1 file of an older contract removed"]);
    assert!(!project.path().join("catalogue/topics/orders.placed.v1.html").exists());
    assert!(project.path().join("catalogue/topics/orders.placed.v2.html").exists());
    check().fails(0, &["up to date"]);
}

#[test]
fn files_of_somebody_else_are_left_alone() {
    let project = Project::with_an_event();
    project.write("website/index.html", "ours");
    project.run(&["docs", "--out", "website"]).fails(2, &["has files, and no catalogue"]);
    assert_eq!(project.read("website/index.html"), "ours");
    project.run(&["docs"]).fails(0, &[]);
    project.write("catalogue/notes.txt", "mine");
    // A list that was changed by hand removes nothing outside of the folder.
    let list = project.read("catalogue/.eventgen-catalogue");
    project.write("catalogue/.eventgen-catalogue", &format!("{list}../eventgen.toml\n"));
    project.run(&["docs"]).fails(0, &["up to date"]);
    assert_eq!(project.read("catalogue/notes.txt"), "mine");
    assert!(project.path().join("eventgen.toml").exists());
}

#[test]
fn exports_are_written_beside_files_of_somebody_else() {
    let project = Project::with_an_event();
    project.write("portal/events/mine/index.mdx", "mine");
    let export = |name: &str| project.run(&["docs", "--export", name, "--out", "portal"]);
    for (name, path, word) in [
        ("eventcatalog", "portal/events/com.example.orders.OrderPlaced/index.mdx", "<NodeGraph />"),
        ("backstage", "portal/catalog-info.yaml", "kind: API"),
        ("odcs", "portal/orders.placed.v1.odcs.yaml", "kind: DataContract"),
    ] {
        let written = export(name);
        assert_eq!((written.code, written.stdout.as_str()), (0, "portal\n"), "{written:?}");
        assert!(project.read(path).contains(word), "{path}");
        export(name).fails(0, &["up to date"]);
    }
    project.replace("schemas/order_placed.avsc", "orders.placed.v1", "orders.placed.v2");
    let check = project.run(&["docs", "--export", "odcs", "--out", "portal", "--check"]);
    check.fails(3, &["run `eventgen docs --export odcs`"]);
    export("odcs").fails(0, &["1 file of an older contract removed"]);
    export("eventcatalog").fails(0, &["removed"]);
    assert_eq!(project.read("portal/events/mine/index.mdx"), "mine");
    assert!(project.path().join("portal/catalog-info.yaml").exists());
}

#[test]
fn an_export_does_not_replace_a_file_of_somebody_else() {
    let project = Project::with_an_event();
    project.write("catalog-info.yaml", "mine");
    let refused = project.run(&["docs", "--export", "backstage", "--out", "."]);
    refused.fails(2, &["catalog-info.yaml was not written by this command"]);
    assert_eq!(project.read("catalog-info.yaml"), "mine");
    assert!(!project.path().join(".eventgen-backstage").exists());
    let wrong = project.run(&["docs", "--export", "odcs", "--contract-version", "1.0"]);
    wrong.fails(2, &["write three numbers"]);
}

#[test]
fn an_environment_and_a_title_are_on_the_pages() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[environments.prod]\nreplication-factor = 5\n");
    project.run(&["docs", "--env", "prod", "--title", "Orders & more"]).fails(0, &[]);
    let page = project.read("catalogue/topics/orders.placed.v1.html");
    assert!(
        page.contains("Orders &#38; more") && page.contains(">prod<") && page.contains("<dd>5</dd>"),
        "{page}"
    );
    project.run(&["docs", "--env", "pord"]).fails(1, &["did you mean `prod`?"]);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let project = Project::with_an_event();
    project.write("catalogue", "a file");
    let ran = project.run(&["docs"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(ran.stderr.contains("catalogue") && ran.stderr.contains("cannot be"), "{ran:?}");
    assert_eq!(fs::read_to_string(project.path().join("catalogue")).expect("a file"), "a file");
}

#[test]
fn the_effective_contract_is_shown_as_json() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[environments.prod]\nreplication-factor = 5\n");
    let parsed = |arguments: &[&str]| -> serde_json::Value {
        let ran = project.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran:?}");
        serde_json::from_str(&ran.stdout).expect("JSON")
    };
    let plain = parsed(&["show", "--output", "json"]);
    assert_eq!(plain["topics"][0]["partitions"], 12);
    assert!(plain["topics"][0]["replicationFactor"].is_null() && plain["environment"].is_null(), "{plain}");
    let prod = parsed(&["show", "--env", "prod", "--output", "json"]);
    assert_eq!((&prod["environment"], &prod["topics"][0]["replicationFactor"]), (&"prod".into(), &5.into()));
    assert_eq!(prod["events"][0]["name"], "com.example.orders.OrderPlaced");
}
