//! The properties of `eventgen.toml`.

use super::rust::RUST;
use super::{Form, Property, words};
use crate::contract::ReferenceStrategy;

/// A list of paths.
const PATHS: Form = Form::ListOf { item: &Form::AnyText, least: 0, most: None };
/// The properties and tables of `eventgen.toml`.
pub const MANIFEST: [Property; 9] = [
    Property::new(
        "schemas",
        PATHS,
        "Files and folders that `eventgen` reads where none are given. Relative to the file. Symbolic links are followed; a broken \
         one is an error.",
    ),
    Property::new("include", PATHS, "Folders that imports are searched in. Relative to the file."),
    Property::new("defaults", Form::Topic, "For all topics."),
    Property::new(
        "topics",
        Form::MapOf(&Form::Topic),
        "For this topic. A topic that no event is on is reported (`unused-settings`).",
    ),
    Property::new(
        "naming",
        Form::Object(&NAMING),
        "The form of topic names, in the syntax of the crate `regex-lite`: that of `regex` without classes of Unicode.",
    ),
    Property::new("lint", Form::Lints, "Levels. `eventgen explain` lists the lints."),
    Property::new("registry", Form::Object(&REGISTRY), "What is registered."),
    Property::new("environments", Form::MapOf(&Form::Environment), "What differs in an environment."),
    Property::new("rust", Form::Object(&RUST), "See generated-code-settings.md."),
];

/// The properties of `[naming]`.
pub const NAMING: [Property; 1] =
    [Property::new("topic", Form::Text, "A regular expression that the names of topics match.")];

/// The values of `annotations`, with whether they are kept.
pub(crate) const ANNOTATIONS: [(&str, bool); 2] = [("remove", false), ("keep", true)];

/// The values of `references`.
pub(crate) const REFERENCES: [(&str, ReferenceStrategy); 2] =
    [("default", ReferenceStrategy::Default), ("qualified", ReferenceStrategy::Qualified)];

/// The properties of `[registry]`.
pub const REGISTRY: [Property; 2] = [
    Property::new(
        "annotations",
        Form::OneOf(&words(&ANNOTATIONS)),
        "Whether schemas are registered with the annotation in them. Then every change of it is a new version.",
    )
    .default("\"remove\""),
    Property::new(
        "references",
        Form::OneOf(&words(&REFERENCES)),
        "The subjects of imported Protobuf files: `common/money.proto`, or `common.money` with `qualified`.",
    )
    .default("\"default\""),
];

/// The properties of an environment that topics do not have.
pub const ENVIRONMENT: [Property; 13] = [
    Property::new(
        "bootstrapServers",
        Form::Text,
        "Addresses of the brokers, used with `--env` by `eventgen topics`, `lag`, `tail`, `send`, `dlq` and `generate asyncapi`.",
    ),
    Property::new(
        "kafka",
        Form::ClientProperties,
        "Properties of librdkafka by their names, for the clients of the command: `sasl.username`. They override the variables \
         `KAFKA_…`, and `--property` overrides them.",
    ),
    Property::new(
        "clusterId",
        Form::Text,
        "The id of the cluster. `eventgen topics`, `send` and `dlq redrive`, `discard` refuse another one. What only \
         reads, `lag`, `tail`, `dlq list` and `show`, does not compare it.",
    ),
    Property::new(
        "schemaRegistry",
        Form::Text,
        "Address of the registry, used with `--env` by `eventgen register`, `import`, `diff`, `tail`, `send`, `dlq` and \
         `generate asyncapi`. Several addresses of one registry are separated by commas.",
    ),
    Property::new("schemaRegistryUsername", Form::Text, CREDENTIALS),
    Property::new("schemaRegistryPassword", Form::Text, CREDENTIALS),
    Property::new("schemaRegistryToken", Form::Text, "A bearer token instead of them."),
    Property::new(
        "schemaRegistrySslCaLocation",
        Form::Text,
        "File of PEM with the certificates that are trusted for the registry, instead of those of the system.",
    ),
    Property::new("schemaRegistrySslCertificateLocation", Form::Text, CERTIFICATE),
    Property::new("schemaRegistrySslKeyLocation", Form::Text, CERTIFICATE),
    Property::new(
        "schemaRegistryContext",
        Form::Text,
        "Its context, such as `staging`. Without one, the default context.",
    ),
    Property::new(
        "topicPrefix",
        Form::TopicPrefix,
        "What the names of all topics begin with, of dead-letter topics too: `dev.` makes `orders.v1` `dev.orders.v1`. Tables, \
         `[naming]` and subjects have the names without it.",
    ),
    Property::new(
        "production",
        Form::Boolean,
        "Fewer than three replicas are reported (`production-replicas`).",
    )
    .default("false"),
];

const CREDENTIALS: &str = "Credentials for it (HTTP basic authentication).";
const CERTIFICATE: &str =
    "Files of PEM with the certificate that is shown to the registry, and its private key.";
