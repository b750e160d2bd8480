//! The descriptions of properties are those of the documentation, and Protobuf has the same properties.

use std::fs;
use std::path::Path;

use eventgen_schema::code::UNKNOWN_PROPERTY;
use eventgen_schema::vocabulary::{
    CONSUMER, DEAD_LETTER, ENVIRONMENT, EVENT, KAFKA_PROTO, MANIFEST, NAMING, Property, REGISTRY, RETRY,
    RUST, TOPIC,
};

/// The rows of the tables of a page, as plain text.
fn rows(page: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let text = fs::read_to_string(path).expect("a page");
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| without_links(cell.trim())).collect())
        .collect()
}

/// Markdown with the texts of links in their places.
fn without_links(markdown: &str) -> String {
    let mut out = String::new();
    let mut rest = markdown;
    while let Some(open) = rest.find('[') {
        let link = rest[open..].find("](").and_then(|middle| {
            let end = rest[open + middle..].find(')')?;
            Some((open + middle, open + middle + end))
        });
        match link {
            Some((middle, end)) if !rest[open + 1..middle].contains('[') => {
                out.push_str(&rest[..open]);
                out.push_str(&rest[open + 1..middle]);
                rest = &rest[end + 1..];
            }
            _ => {
                out.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    out + rest
}

/// Fails unless every property has a row with its description at the end.
#[track_caller]
fn are_described(properties: &[Property], page: &str, written: impl Fn(&Property) -> String) {
    let rows = rows(page);
    for property in properties {
        let name = format!("`{}`", written(property));
        let described = rows.iter().any(|row| {
            row.first().is_some_and(|cell| cell.split(", ").any(|cell| cell == name))
                && row.last().is_some_and(|about| *about == property.about)
        });
        let near: Vec<_> =
            rows.iter().filter(|row| row.first().is_some_and(|cell| cell.contains(&name))).collect();
        assert!(described, "{page} has no row of {name} that ends with {:?}: {near:?}", property.about);
    }
}

#[test]
fn descriptions_are_those_of_the_documentation() {
    let camel = |property: &Property| property.name.to_owned();
    for properties in [&EVENT[..], &TOPIC, &RETRY, &DEAD_LETTER, &CONSUMER] {
        are_described(properties, "contract.md", camel);
    }
    let table = |property: &Property| match property.name {
        "topics" => "[topics.\"<topic>\"]".to_owned(),
        "environments" => "[environments.<name>]".to_owned(),
        "defaults" | "naming" | "lint" | "rust" | "registry" => format!("[{}]", property.name),
        name => name.to_owned(),
    };
    are_described(&MANIFEST, "eventgen-toml.md", table);
    are_described(&REGISTRY, "eventgen-toml.md", Property::in_toml);
    are_described(&ENVIRONMENT, "eventgen-toml.md", Property::in_toml);
    are_described(&RUST, "generated-code-settings.md", Property::in_toml);
}

#[test]
fn the_page_of_unknown_properties_lists_all_of_them() {
    let page = UNKNOWN_PROPERTY.page();
    for property in EVENT.iter().chain(&TOPIC).chain(&RETRY).chain(&DEAD_LETTER).chain(&CONSUMER) {
        assert!(page.contains(&format!("`{}`", property.name)), "{}", property.name);
    }
    for property in ENVIRONMENT.iter().chain(&RUST).chain(&NAMING).chain(&REGISTRY) {
        assert!(page.contains(&format!("`{}`", property.in_toml())), "{}", property.name);
    }
    for property in MANIFEST {
        assert!(page.contains(property.name), "{}", property.name);
    }
}

#[test]
fn the_options_of_protobuf_have_the_same_properties() {
    for property in EVENT.iter().chain(&TOPIC).chain(&RETRY).chain(&DEAD_LETTER).chain(&CONSUMER) {
        let name = property.in_toml().replace('-', "_");
        assert!(KAFKA_PROTO.contains(&format!(" {name} = ")), "{name}");
    }
}

#[test]
fn defaults_are_json() {
    let all = [
        &EVENT[..],
        &TOPIC,
        &RETRY,
        &DEAD_LETTER,
        &CONSUMER,
        &MANIFEST,
        &ENVIRONMENT,
        &RUST,
        &NAMING,
        &REGISTRY,
    ];
    for property in all.into_iter().flatten() {
        if let Some(default) = property.default {
            let value: serde_json::Value = serde_json::from_str(default).expect("JSON");
            assert!(value.is_string() || value.is_boolean(), "{}: {value}", property.name);
        }
    }
}
