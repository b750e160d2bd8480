//! The properties of the `kafka` annotation and of `eventgen.toml`: their names, values and defaults, and what they do.
//!
//! The checks read the names and the choices from here, and so do the JSON schemas for editors: a property that one of them
//! knows, the other knows. The descriptions are those of the documentation.

mod annotation;
mod config;
mod manifest;
mod rust;

pub(crate) use annotation::{
    BACKOFFS, KEY_FORMATS, LITERAL, MAX_DELAYS, MOST_PARTITIONS, MOST_REPLICAS, ORDERINGS, RETRY_MODES,
    RetryMode, STRATEGIES,
};
pub use annotation::{CONSUMER, DEAD_LETTER, EVENT, RETRY, TOPIC};
pub use config::{ConfigValues, configs};
pub(crate) use manifest::{ANNOTATIONS, REFERENCES};
pub use manifest::{ENVIRONMENT, MANIFEST, NAMING, REGISTRY};
pub(crate) use rust::{DATES, DECIMALS};
pub use rust::{Dates, Decimals, RUST};

use crate::reader::Casing;

/// The properties in Protobuf: a copy of `schemas/eventgen/kafka.proto`, which is not part of this package. A test keeps the two
/// equal.
pub const KAFKA_PROTO: &str = include_str!("../frontend/protobuf/kafka.proto");

/// A property.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Property {
    /// Its name in camel case; `eventgen.toml` and Protobuf have other forms of it.
    pub name: &'static str,
    /// What can be written for it.
    pub form: Form,
    /// The value that leaving it out has the effect of, as JSON. `None` if no value has that effect.
    pub default: Option<&'static str>,
    /// Whether it is an error to leave it out.
    pub is_required: bool,
    /// What it does, in Markdown: the text of the documentation.
    pub about: &'static str,
}

/// What can be written for a property.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Form {
    /// Text, which may be empty.
    AnyText,
    /// Text that is not empty.
    Text,
    /// The name of a topic.
    TopicName,
    /// What begins the name of a topic.
    TopicPrefix,
    /// A whole number.
    Number {
        /// The least one.
        least: u64,
        /// The greatest one.
        most: u64,
    },
    /// `true` or `false`.
    Boolean,
    /// A number with a unit, such as `5m`.
    Duration,
    /// A duration above zero.
    PositiveDuration,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A list of the same form.
    ListOf {
        /// The form of the items.
        item: &'static Form,
        /// The smallest number of items.
        least: usize,
        /// The greatest number of items.
        most: Option<usize>,
    },
    /// An object with names of any kind.
    MapOf(&'static Form),
    /// Kafka's topic configuration: see [`configs`].
    Config,
    /// An object with these properties.
    Object(&'static [Property]),
    /// An object with the properties of a topic.
    Topic,
    /// An object with those of an environment and of a topic.
    Environment,
    /// An object of properties of a client; `a.b` may be `b` in an object `a`.
    ClientProperties,
    /// An object from the names of lints to levels.
    Lints,
    /// `false`.
    Off,
    /// One of several forms.
    Either(&'static [Form]),
}

impl Property {
    pub(crate) const fn new(name: &'static str, form: Form, about: &'static str) -> Self {
        Self { name, form, default: None, is_required: false, about }
    }

    /// Its name in `eventgen.toml`.
    pub fn in_toml(&self) -> String {
        Casing::Kebab.of(self.name)
    }

    pub(crate) const fn default(self, json: &'static str) -> Self {
        Self { default: Some(json), ..self }
    }

    pub(crate) const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }
}

/// The names of properties.
pub(crate) const fn names<const N: usize>(properties: &[Property; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut index = 0;
    while index < N {
        names[index] = properties[index].name;
        index += 1;
    }
    names
}

/// The words of choices.
pub(crate) const fn words<T: Copy, const N: usize>(choices: &[(&'static str, T); N]) -> [&'static str; N] {
    let mut words = [""; N];
    let mut index = 0;
    while index < N {
        words[index] = choices[index].0;
        index += 1;
    }
    words
}
