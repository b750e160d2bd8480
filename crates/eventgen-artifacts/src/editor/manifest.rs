//! The schema of `eventgen.toml`.

use eventgen_schema::code::ALL;
use eventgen_schema::vocabulary::{ENVIRONMENT, MANIFEST, Property, TOPIC};
use serde_json::Value;

use super::annotation::with_delays;
use super::forms::object;
use super::schema::{Additional, Schema};

pub(super) fn schema() -> Schema {
    let written = Property::in_toml;
    let mut topic = object(&TOPIC, written);
    let mut environment = object(ENVIRONMENT.iter().chain(&TOPIC), written);
    for object in [&mut topic, &mut environment] {
        if let Some(retry) = object.properties.get_mut("retry") {
            with_delays(retry);
        }
    }
    let Schema { kind, properties, required, additional_properties, .. } = object(&MANIFEST, written);
    Schema {
        kind,
        properties,
        required,
        additional_properties,
        definitions: [
            ("clientProperties", client_properties()),
            ("environment", environment),
            ("lint", lints()),
            ("topic", topic),
        ]
        .into(),
        ..Schema::root("eventgen.toml")
    }
}

/// TOML reads `sasl.username = "…"` as a table in a table.
fn client_properties() -> Schema {
    let texts = ["string", "number", "boolean"].map(Schema::of);
    let values = texts.into_iter().chain([Schema::reference("#/definitions/clientProperties")]);
    Schema::map(Schema::any_of(values))
}

/// The lints with their levels.
fn lints() -> Schema {
    let lints = ALL.iter().filter_map(|code| Some((code, code.lint?)));
    let level = |(code, lint): (&eventgen_schema::code::Code, &eventgen_schema::code::Lint)| {
        let schema = Schema {
            default: Some(Value::from(lint.default.as_str())),
            description: format!("{}: {}", code.id, code.title),
            ..Schema::one_of(&["allow", "warn", "deny"])
        };
        (lint.name.to_owned(), schema)
    };
    Schema {
        properties: lints.map(level).collect(),
        additional_properties: Some(Additional::None(false)),
        ..Schema::of("object")
    }
}
