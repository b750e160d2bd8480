//! `eventgen check`: the list of events, errors with their locations, exit codes.

use crate::support::{ORDER_PLACED, Project};

const LISTED: &str = "orders.placed.v1: com.example.orders.OrderPlaced, key customerId, subject \
                      orders.placed.v1-value BACKWARD\n";

#[test]
fn a_contract_without_errors_is_listed() {
    let project = Project::with_an_event();
    let summary = "1 event on 1 topic, read from 2 files: no errors\n";
    project.run(&["check"]).ends(0, LISTED, summary);
    project.run(&["check", "schemas/order_placed.avsc"]).ends(0, LISTED, summary);
    let here = project.path().to_str().expect("UTF-8");
    project.run_in("schemas", &["-C", here, "check"]).ends(0, LISTED, summary);
    project.run_in("schemas", &["check", "."]).ends(0, LISTED, summary);
}

#[test]
fn the_owner_the_services_and_the_delays_of_a_topic_are_listed() {
    let project = Project::with_an_event();
    let services = r#""partitions": 12, "producers": ["checkout", "import"], "consumers": [{ "group": "billing" }],
        "retry": { "mode": "topics", "delays": ["10s", "90s"] }"#;
    project.replace("schemas/order_placed.avsc", "\"partitions\": 12", services);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n\n[defaults]\nowner = \"shop\"\n");
    let listed = format!(
        "{}, owner shop, written by checkout, import, read by billing, retried after 10s, 1m30s\n",
        LISTED.trim_end()
    );
    project.run(&["check"]).ends(0, &listed, "1 event on 1 topic, read from 2 files: no errors\n");
    let shown = project.run(&["show"]).stdout;
    for line in [
        "    retry: in topics after 10s, 1m30s\n",
        "    retry topic: orders.placed.v1.billing.retry.0, later records of the keys that wait\n",
        "    retry topic: orders.placed.v1.billing.retry.1, after 10s\n",
        "    retry topic: orders.placed.v1.billing.retry.2, after 1m30s\n",
        "        retention.ms: ",
    ] {
        assert!(shown.contains(line), "{line:?} in {shown}");
    }
    // They are planned with their source.
    for topic in ["orders.placed.v1.billing.retry.2", "orders.placed.v1.dlq"] {
        let ran = project.run(&["topics", "plan", "--bootstrap-servers", "localhost:1", "--topic", topic]);
        ran.fails(2, &["belongs to topic `orders.placed.v1`", "pass --topic orders.placed.v1"]);
    }
}

#[test]
fn settings_of_a_misspelt_topic_are_reported_where_all_schemas_are_read() {
    let project = Project::with_an_event();
    project.write(
        "schemas/refunds/refunded.avsc",
        &ORDER_PLACED.replace("OrderPlaced", "Refunded").replace("orders.placed", "refunds.paid"),
    );
    project
        .write("eventgen.toml", "schemas = [\"schemas\"]\n\n[topics.\"refund.paid.v1\"]\npartitions = 3\n");
    project.run(&["check"]).fails(0, &["warning[EG0310]", "did you mean `refunds.paid.v1`?"]);
    let part = project.run(&["check", "schemas/order_placed.avsc"]);
    assert_eq!((part.code, part.stderr.contains("EG0310")), (0, false), "{part:?}");
}

#[test]
fn imports_are_searched_in_include_paths() {
    let project = Project::new();
    let shop = "import schema \"sku.avsc\";\n@kafka({\"topic\": \"orders\", \"key\": \"id\"})\nrecord Order { string id; Sku sku; }\n";
    project.write("schemas/shop.avdl", shop);
    project.write("classes/sku.avsc", r#"{ "type": "record", "name": "Sku", "fields": [] }"#);
    let listed = "orders: Order, key id, subject orders-value BACKWARD\n";
    let summary = "1 event on 1 topic, read from 2 files: no errors\n";
    project.run(&["check", "schemas", "-I", "classes"]).ends(0, listed, summary);
    project
        .run(&["check", "--include", "other", "--include", "classes", "schemas"])
        .fails(1, &["other does not exist"]);
    project
        .run(&["check", "schemas"])
        .fails(1, &["error[EG0502]: `sku.avsc` is not found", "searched in schemas;"]);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\ninclude = [\"classes\"]\n");
    let summary = "1 event on 1 topic, read from 3 files: no errors\n";
    project.run(&["check"]).ends(0, listed, summary);
    project.run_in("classes", &["check"]).ends(0, listed, summary);
    project.run(&["generate"]).fails(0, &["1 event on 1 topic"]);
    assert!(project.read("src/generated/eventgen.rs").contains("pub struct Sku"));
}

#[test]
fn the_manifest_is_found_from_another_folder() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n\n[defaults]\nowner = \"shop\"\n");
    project.write("elsewhere/notes.txt", "");
    let listed = format!("{}, owner shop\n", LISTED.trim_end());
    let summary = "1 event on 1 topic, read from 2 files: no errors\n";
    let absolute = project.path().join("schemas");
    let absolute = absolute.to_str().expect("UTF-8");
    for arguments in
        [["check"].as_slice(), &["check", "../schemas"], &["check", absolute], &["-C", "..", "check"]]
    {
        project.run_in("elsewhere", arguments).ends(0, &listed, summary);
    }
    let elsewhere = Project::new();
    elsewhere.run(&["check", absolute]).ends(0, &listed, summary);
}

#[test]
fn all_errors_of_all_files_are_shown_with_paths_relative_to_the_folder() {
    let project = Project::with_an_event();
    project.replace("schemas/order_placed.avsc", "\"partitions\"", "\"partitons\"");
    project.write("schemas/broken.avsc", "{ \"type\": \"record\" \"name\": \"Broken\" }\n");
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n\n[defaults]\nreplicas = 3\n");
    let expected = r#"error[EG0107]: unknown property `replicas` in [defaults]
 --> eventgen.toml:4:1
  |
4 | replicas = 3
  | ^^^^^^^^ no property has this name or one like it
  |
  = help: `eventgen explain EG0107` lists the properties and their defaults

error[EG0003]: this is not JSON
 --> schemas/broken.avsc:1:19
  |
1 | { "type": "record" "name": "Broken" }
  |                   ^ expected comma
  |
  = help: schemas are JSON: double quotes, a comma between values and none after the last

error[EG0107]: unknown property `partitons` in the kafka annotation
 --> schemas/order_placed.avsc:8:5
  |
8 |     "partitons": 12
  |     ^^^^^^^^^^^ did you mean `partitions`?
  |
  = help: `eventgen explain EG0107` lists the properties and their defaults

3 errors in 3 files
"#;
    project.run(&["check"]).ends(1, "", expected);
    // From a folder below, the way to the files is another one.
    let below = project.run_in("schemas", &["check"]);
    assert!(below.stderr.contains(" --> ../eventgen.toml:4:1\n"), "{}", below.stderr);
    assert!(below.stderr.contains(" --> ../schemas/order_placed.avsc:8:5\n"), "{}", below.stderr);
}

#[test]
fn warnings_do_not_fail_until_they_are_denied() {
    let project = Project::with_an_event();
    project.replace(
        "schemas/order_placed.avsc",
        "{ \"name\": \"orderId\", \"type\": \"string\" }",
        "{ \"name\": \"orderId\", \"type\": \"string\", \"logicalType\": \"uuid\" }",
    );
    let ran = project.run(&["check"]);
    assert_eq!((ran.code, &*ran.stdout), (0, LISTED), "{ran:?}");
    assert!(ran.stderr.starts_with("warning[EG0123]: "), "{}", ran.stderr);
    assert!(ran.stderr.contains("\n1 warning in 1 of 2 files\n"), "{}", ran.stderr);

    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[lint]\nmisplaced-logical-type = \"deny\"\n");
    project.run(&["check"]).fails(1, &["error[EG0123]: ", "\n1 error in 1 of 2 files\n"]);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[lint]\nmisplaced-logical-type = \"allow\"\n");
    project.run(&["check"]).ends(0, LISTED, "1 event on 1 topic, read from 2 files: no errors\n");
}

#[test]
fn an_environment_is_checked_with_its_own_settings() {
    let project = Project::with_an_event();
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n\n[environments.dev]\nreplication-factor = 1\n\n[environments.prod]\nproduction = \
         true\nreplication-factor = 2\n",
    );
    project.run(&["check", "--env", "dev"]).fails(0, &["no errors"]);
    let said = ["error[EG0302]", "two replicas", " --> eventgen.toml:8:22\n"];
    project.run(&["check", "--env", "prod"]).fails(1, &said[..1]);
    // Nobody chose an environment: production is looked at all the same.
    project.run(&["check"]).fails(1, &[said[0], said[2]]);
}

#[test]
fn an_unknown_environment_is_an_error_with_a_suggestion() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n[environments.prod]\n");
    let expected =
        "error[EG0202]: eventgen.toml has no environment `prdo`\n = help: did you mean `prod`?\n\n1 error\n";
    project.run(&["check", "--env", "prdo"]).ends(1, "", expected);
}

#[test]
fn a_contract_without_schemas_is_an_error() {
    let project = Project::new();
    project.run(&["check"]).fails(1, &["error[EG0002]: no schemas are named"]);
    project.run(&["check", "schemas"]).fails(1, &["error[EG0001]: schemas does not exist"]);
    project.write("schemas/readme.txt", "nothing");
    let none = "error[EG0002]: there is no schema file (.avsc, .avpr, .avdl, .proto) in schemas";
    project.run(&["check", "schemas"]).fails(1, &[none]);
    let said =
        ["no eventgen.toml was found in this folder or above it", "the folder `schemas` exists: name it"];
    project.run(&["check"]).fails(1, &said);
    project.write("schemas/order_placed.avsc", ORDER_PLACED);
    project.run(&["check", "schemas"]).ends(0, LISTED, "1 event on 1 topic, read from 1 file: no errors\n");
    let no_manifest =
        "there is no eventgen.toml in this folder or above it, so environment `prod` is unknown";
    project.run(&["check", "schemas", "--env", "prod"]).fails(1, &[no_manifest]);
    project.run(&["-C", "nowhere", "check"]).fails(1, &["the folder nowhere cannot be entered"]);
}

#[test]
fn eventgen_toml_is_found_above_the_paths() {
    let project = Project::new();
    project.write("service/eventgen.toml", "schemas = [\"schemas\"]\n[environments.dev]\n");
    project.write("service/schemas/order_placed.avsc", ORDER_PLACED);
    project.write("elsewhere/readme.txt", "nothing");
    let summary = "1 event on 1 topic, read from 2 files: no errors\n";
    let check = |path| ["check", path, "--env", "dev"];
    project.run(&check("service/schemas")).ends(0, LISTED, summary);
    project.run(&check("service/schemas/order_placed.avsc")).ends(0, LISTED, summary);
    project.run_in("elsewhere", &check("../service/schemas")).ends(0, LISTED, summary);
    let absolute = project.path().join("service/schemas");
    project.run_in("elsewhere", &check(absolute.to_str().expect("UTF-8"))).ends(0, LISTED, summary);
    project.write("service/eventgen.toml", "schemas = [\"schemas\"]\n[defaults]\nreplicas = 3\n");
    project.run(&["check", "service/schemas"]).fails(1, &[" --> service/eventgen.toml:3:1\n"]);
}

#[test]
fn a_wrong_command_line_is_an_error_of_usage() {
    let project = Project::with_an_event();
    project.run(&["chekc"]).fails(2, &["check"]);
    project.run(&["check", "--output", "xml"]).fails(2, &["json, sarif, junit, github"]);
}

#[test]
fn a_folder_that_eventgen_toml_lists_and_that_is_missing_is_shown_there() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", "schemas = [\"schema\"]\n");
    project.run(&["check"]).fails(1, &["error[EG0001]: schema does not exist", " --> eventgen.toml:1:12\n"]);
    project.write("eventgen.toml", "schemas = [\"schemas\"]\ninclude = [\"protos\"]\n");
    project.run(&["check"]).fails(1, &["error[EG0001]: protos does not exist", " --> eventgen.toml:2:12\n"]);
}
