//! Variables of a dashboard.

use serde::Serialize;

use super::source::DataSource;

/// A variable that the reader of a dashboard sets.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Variable {
    #[serde(rename = "type")]
    kind: &'static str,
    name: String,
    label: String,
    hide: u8,
    skip_url_sync: bool,
    query: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    definition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    datasource: Option<DataSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sort: Option<u8>,
    multi: bool,
    include_all: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    all_value: Option<&'static str>,
    current: Choice,
    options: Vec<Choice>,
}

/// A value of a variable, or several.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Choice {
    #[serde(skip_serializing_if = "Option::is_none")]
    selected: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Words>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Words>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Words {
    One(String),
    Many(Vec<String>),
}

impl Choice {
    fn one(value: &str) -> Self {
        let word = || Some(Words::One(value.to_owned()));
        Self { selected: Some(true), text: word(), value: word() }
    }

    fn unselected(value: &str) -> Self {
        Self { selected: Some(false), ..Self::one(value) }
    }

    fn all() -> Self {
        let words = |word: &str| Some(Words::Many(vec![word.to_owned()]));
        Self { selected: Some(true), text: words("All"), value: words("$__all") }
    }
}

/// Every value, and none.
const ANYTHING: &str = ".*";
/// Grafana sorts the values alphabetically, whatever their case.
const ALPHABETICAL: u8 = 5;
/// Grafana asks for the values when the time changes.
const ON_TIME_RANGE: u8 = 2;
const SHOWN: u8 = 0;
const HIDDEN: u8 = 2;

impl Variable {
    /// The Prometheus that is asked.
    pub(crate) fn data_source() -> Self {
        Self {
            label: "Prometheus".to_owned(),
            refresh: Some(1),
            query: "prometheus".to_owned(),
            ..Self::new("datasource", "datasource")
        }
    }

    /// Values of a label of series that match a selector. All are chosen at first, also series without the label.
    pub(crate) fn label_values(name: &str, label: &str, selector: &str) -> Self {
        let query = format!("label_values({selector}, {label})");
        Self {
            definition: Some(query.clone()),
            query,
            datasource: Some(DataSource::PROMETHEUS),
            refresh: Some(ON_TIME_RANGE),
            sort: Some(ALPHABETICAL),
            multi: true,
            include_all: true,
            all_value: Some(ANYTHING),
            current: Choice::all(),
            ..Self::new("query", name)
        }
    }

    /// Some of these values. All are chosen at first.
    pub(crate) fn some_of(name: &str, values: &[&str]) -> Self {
        Self {
            query: values.join(","),
            multi: true,
            include_all: true,
            current: Choice::all(),
            options: values.iter().map(|value| Choice::unselected(value)).collect(),
            ..Self::new("custom", name)
        }
    }

    /// A value that cannot be changed.
    pub(crate) fn constant(name: &str, value: &str) -> Self {
        Self {
            query: value.to_owned(),
            hide: HIDDEN,
            // A link from another dashboard does not set it.
            skip_url_sync: true,
            current: Choice::one(value),
            options: vec![Choice::one(value)],
            ..Self::new("constant", name)
        }
    }

    fn new(kind: &'static str, name: &str) -> Self {
        Self {
            kind,
            name: name.to_owned(),
            label: name.to_owned(),
            hide: SHOWN,
            skip_url_sync: false,
            query: String::new(),
            definition: None,
            datasource: None,
            refresh: None,
            sort: None,
            multi: false,
            include_all: false,
            all_value: None,
            current: Choice::default(),
            options: Vec::new(),
        }
    }
}
