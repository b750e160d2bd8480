//! The `[rust]` table of `eventgen.toml` in a build script.

use std::env;
use std::fs;
use std::path::Path;

use eventgen_build::{Config, Dates, configure};

const ORDER: &str = r#"{
  "type": "record",
  "name": "Order",
  "namespace": "shop",
  "kafka": { "topic": "orders", "key": "id" },
  "fields": [
    { "name": "id", "type": "string" },
    { "name": "placed", "type": { "type": "int", "logicalType": "date" } }
  ]
}"#;

const TABLE: &str = r##"
[rust]
dates = "jiff"
borrowed = true

[rust.type-attributes]
"Order" = "#[derive(PartialOrd)]"

[rust.string-types]
"Order.id" = "::std::sync::Arc<str>"
"##;

fn generate(config: Config) -> Result<String, eventgen_build::Error> {
    fs::create_dir_all("out").expect("a folder");
    config.out_dir("out").compile("schemas")?;
    Ok(fs::read_to_string("out/eventgen.rs").expect("the generated file"))
}

fn write(path: &str, text: &str) {
    fs::write(path, text).expect("a file");
}

/// One test: the current folder belongs to the process.
#[test]
fn a_build_script_reads_the_table_and_its_calls_take_precedence() {
    let folder = tempfile::TempDir::new().expect("a folder");
    env::set_current_dir(folder.path()).expect("the folder");
    fs::create_dir_all("schemas").expect("a folder");
    write("schemas/order.avsc", ORDER);
    // The end of the search for `eventgen.toml`.
    fs::create_dir_all(".git").expect("a folder");
    let calls = || {
        configure()
            .dates(Dates::Jiff)
            .borrowed(true)
            .type_attribute("Order", "#[derive(PartialOrd)]")
            .string_type("Order.id", "::std::sync::Arc<str>")
    };
    let by_calls = generate(calls()).expect("code");
    assert!(by_calls.contains("jiff") && by_calls.contains("OrderRef") && by_calls.contains("Arc<str>"));
    let error = generate(configure().environment("prod")).expect_err("there is no eventgen.toml").to_string();
    assert!(error.contains("environment `prod`") && error.contains("eventgen.toml"), "{error}");
    write("eventgen.toml", "[environments.prod]\nreplication-factor = 3\n");
    let (plain, prod) = (generate(configure()), generate(configure().environment("prod")));
    let (plain, prod) = (plain.expect("code"), prod.expect("code"));
    assert!(prod != plain && prod.contains(".with_replication_factor(3)"), "{prod}");
    let error = generate(configure().environment("prd")).expect_err("a wrong name").to_string();
    assert!(error.contains("did you mean `prod`?"), "{error}");

    write("eventgen.toml", TABLE);
    assert_eq!(generate(configure()).expect("code"), by_calls);

    let overridden = configure()
        .dates(Dates::Integers)
        .borrowed(false)
        .string_type("Order.id", "::std::boxed::Box<str>")
        .type_attribute("Order", "#[derive(Eq)]");
    let code = generate(overridden).expect("code");
    assert!(code.contains("pub placed: i32") && !code.contains("OrderRef"), "{code}");
    assert!(code.contains("Box<str>") && !code.contains("Arc<str>"), "{code}");
    let (table, call) = (code.find("PartialOrd"), code.find("#[derive(Eq)]"));
    assert!(table.is_some() && table < call, "attributes of both apply, those of the table first: {code}");

    write("eventgen.toml", "[rust.type-attributes]\n\"Ordr\" = \"#[derive(Eq)]\"\n");
    let error = generate(configure()).expect_err("a path that matches nothing").to_string();
    assert!(error.contains("eventgen.toml:2:1") && error.contains("did you mean `Order`?"), "{error}");
    assert!(Path::new("out/eventgen.rs").exists(), "the file of the last success is kept");

    // A package of a workspace compiles a part of the schemas that the file names.
    let workspace =
        "schemas = [\"schemas\", \"others\"]\n[rust.type-attributes]\n\"Payment\" = \"#[derive(Eq)]\"\n";
    write("eventgen.toml", workspace);
    assert!(!generate(configure()).expect("the path may be in the other folder").contains("derive(Eq)"));
    write("eventgen.toml", &workspace.replace(", \"others\"", ""));
    generate(configure()).expect_err("all schemas are read, and none matches");
}
