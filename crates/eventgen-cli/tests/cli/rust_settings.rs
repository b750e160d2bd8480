//! `eventgen generate` with the `[rust]` table of `eventgen.toml`.

use eventgen_build::{Config, Dates, Decimals, configure};

use crate::support::Project;

const FILE: &str = "src/generated/eventgen.rs";

const ORDER: &str = r#"{
  "type": "record",
  "name": "Order",
  "namespace": "shop",
  "kafka": { "topic": "orders", "key": "id", "partitions": 12 },
  "fields": [
    { "name": "id", "type": "string" },
    { "name": "note", "type": "string" },
    { "name": "placed", "type": { "type": "int", "logicalType": "date" } },
    { "name": "total", "type": { "type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2 } },
    { "name": "money", "type": {
      "type": "record", "name": "Money", "namespace": "shop.common",
      "fields": [{ "name": "amount", "type": "long" }]
    } }
  ]
}"#;

/// A project with this text in its `eventgen.toml`.
fn project(rust: &str) -> Project {
    let project = Project::new();
    project.write("eventgen.toml", &format!("schemas = [\"schemas\"]\n{rust}"));
    project.write("schemas/order.avsc", ORDER);
    project
}

/// The code that the command generates with this table.
fn by_table(rust: &str) -> String {
    let project = project(rust);
    project.run(&["generate"]).fails(0, &["is new"]);
    project.read(FILE)
}

/// The code that a build script generates with these calls.
fn by_calls(config: Config) -> String {
    let project = project("");
    let out = project.path().join("out");
    std::fs::create_dir_all(&out).expect("a folder");
    config.out_dir(&out).compile(project.path().join("schemas")).expect("code");
    project.read("out/eventgen.rs")
}

/// Checks that a table and calls generate the same code, which differs from that without settings.
#[track_caller]
fn same(table: &str, calls: Config, contains: &str) {
    let code = by_table(table);
    assert!(code.contains(contains), "`{contains}` is not in {code}");
    assert!(!by_table("").contains(contains), "`{contains}` is there without the setting");
    assert_eq!(code, by_calls(calls));
}

#[test]
fn type_attributes() {
    same(
        "[rust.type-attributes]\n\".shop\" = [\"#[derive(PartialOrd)]\", \"#[must_use]\"]",
        configure().type_attribute(".shop", "#[derive(PartialOrd)]").type_attribute(".shop", "#[must_use]"),
        "#[derive(PartialOrd)]\n    #[must_use]",
    );
}

#[test]
fn field_attributes() {
    same(
        "[rust.field-attributes]\n\"Order.note\" = \"#[deprecated]\"",
        configure().field_attribute("Order.note", "#[deprecated]"),
        "#[deprecated]\n        pub note",
    );
}

#[test]
fn string_types() {
    same(
        "[rust.string-types]\n\".\" = \"::std::sync::Arc<str>\"\n\"note\" = \"::std::boxed::Box<str>\"",
        configure().string_type(".", "::std::sync::Arc<str>").string_type("note", "::std::boxed::Box<str>"),
        "pub note: ::std::boxed::Box<str>",
    );
}

#[test]
fn extern_paths() {
    same(
        "[rust.extern-paths]\n\".shop.common\" = \"::common::shop::common\"",
        configure().extern_path(".shop.common", "::common::shop::common"),
        "pub money: ::common::shop::common::Money",
    );
}

#[test]
fn serde() {
    same("[rust]\nserde = true", configure().serde(true), "::eventgen::private::serde::Serialize");
}

#[test]
fn borrowed() {
    same("[rust]\nborrowed = true", configure().borrowed(true), "pub struct OrderRef<'a>");
}

#[test]
fn builders() {
    same("[rust]\nbuilders = 2", configure().builders(2), "::eventgen::private::bon::Builder");
}

#[test]
fn decimals() {
    same(
        "[rust]\ndecimals = \"bigdecimal\"",
        configure().decimals(Decimals::BigDecimal),
        "pub total: ::eventgen::private::bigdecimal::BigDecimal",
    );
}

#[test]
fn dates() {
    for (name, dates, contains) in [
        ("jiff", Dates::Jiff, "pub placed: ::eventgen::private::jiff::civil::Date"),
        ("integers", Dates::Integers, "pub placed: i32"),
    ] {
        same(&format!("[rust]\ndates = \"{name}\""), configure().dates(dates), contains);
    }
}

#[test]
fn all_settings_together() {
    same(
        "[rust]\nserde = true\nborrowed = true\nbuilders = 0\ndecimals = \"bigdecimal\"\ndates = \"jiff\"\n\
         [rust.type-attributes]\n\"Money\" = \"#[derive(PartialOrd)]\"\n\
         [rust.field-attributes]\n\"Order.note\" = \"#[deprecated]\"\n\
         [rust.string-types]\n\"Order.id\" = \"::std::sync::Arc<str>\"",
        configure()
            .serde(true)
            .borrowed(true)
            .builders(0)
            .decimals(Decimals::BigDecimal)
            .dates(Dates::Jiff)
            .type_attribute("Money", "#[derive(PartialOrd)]")
            .field_attribute("Order.note", "#[deprecated]")
            .string_type("Order.id", "::std::sync::Arc<str>"),
        "::std::sync::Arc<str>",
    );
}

#[test]
fn the_defaults_can_be_written_out() {
    let defaults = "[rust]\nserde = false\nborrowed = false\ndecimals = \"rust_decimal\"\ndates = \"chrono\"";
    assert_eq!(by_table(defaults), by_table(""));
}

/// Checks that `generate` and `check` fail with this location and these texts.
#[track_caller]
fn fails(rust: &str, texts: &[&str]) {
    let project = project(rust);
    project.run(&["check"]).fails(1, texts);
    project.run(&["generate"]).fails(1, texts);
    assert!(!project.path().join(FILE).exists());
}

#[test]
fn an_unknown_property_is_an_error_with_a_suggestion() {
    fails(
        "[rust]\nserdee = true",
        &["error[EG0107]", "`serdee`", "[rust]", "eventgen.toml:3:1", "did you mean `serde`?"],
    );
    fails("[rust.type-attribute]\n\"Order\" = \"#[x]\"", &["EG0107", "did you mean `type-attributes`?"]);
}

#[test]
fn a_wrong_value_is_an_error_at_its_location() {
    fails("[rust]\nserde = \"yes\"", &["error[EG0108]", "eventgen.toml:3:9", "true or false"]);
    fails("[rust]\nbuilders = -1", &["error[EG0108]", "a whole number from 0"]);
    fails("[rust]\ndates = \"jif\"", &["error[EG0108]", "did you mean `jiff`?"]);
    fails("[rust]\ndecimals = \"f64\"", &["error[EG0108]", "rust_decimal, bigdecimal"]);
    fails("[rust]\nstring-types = \"Arc<str>\"", &["error[EG0108]", "a table of paths"]);
    fails(
        "[rust.string-types]\n\".\" = [\"A\"]",
        &["error[EG0108]", "must be a string", "eventgen.toml:3:7"],
    );
    fails("[rust.type-attributes]\nshop.Order = \"#[x]\"", &["error[EG0108]", "the path in quotes"]);
}

#[test]
fn a_setting_that_cannot_be_applied_is_an_error_at_its_location() {
    fails(
        "[rust.type-attributes]\n\"Ordr\" = \"#[x]\"\n\"Order\" = \"derive(Eq)\"",
        &["eventgen.toml:3:1", "did you mean `Order`?", "eventgen.toml:4:11", "is not valid Rust"],
    );
    fails("[rust.field-attributes]\n\".shop.Order.nte\" = \"#[x]\"", &["did you mean `.shop.Order.note`?"]);
    fails("[rust.extern-paths]\n\"shop.common.Money\" = \"::a::B\"", &["write `.shop.common.Money`"]);
}

#[test]
fn a_report_has_the_settings_that_cannot_be_applied_and_the_warnings() {
    let project =
        project("[rust.type-attributes]\n\"Order\" = \"derive(Eq)\"\n[topics.ordres]\npartitions = 3\n");
    let ran = project.run(&["check", "--output", "json"]);
    for text in ["\"code\": \"EG0108\"", "\"line\": 3", "\"code\": \"EG0310\"", "\"line\": 4"] {
        assert!(ran.stdout.contains(text), "`{text}` is not in {}", ran.stdout);
    }
    assert_eq!(ran.code, 1, "{ran:?}");
}

#[test]
fn an_environment_changes_what_its_topics_get() {
    let project = project("[environments.prod]\npartitions = 48\n");
    project.run(&["generate"]).fails(0, &["is new"]);
    assert!(project.read(FILE).contains(".with_partitions(12)"));
    project.run(&["generate", "--env", "prod", "--check"]).fails(3, &["run `eventgen generate --env prod`"]);
    project.run(&["generate", "--env", "prod"]).fails(0, &["is changed"]);
    assert!(project.read(FILE).contains(".with_partitions(48)"));
    project.run(&["generate", "--env", "prodd"]).fails(1, &["did you mean `prod`?"]);
}
