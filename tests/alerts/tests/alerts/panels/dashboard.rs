//! A dashboard in Grafana's classic form, as far as it is drawn. Times are divided as those of the rules are.

use serde_json::Value;

use crate::rules::FACTOR;

pub(super) struct Dashboard {
    pub(super) title: String,
    pub(super) description: String,
    /// Variables with what is put in their place when everything is chosen.
    pub(super) variables: Vec<(String, String)>,
    pub(super) annotations: Vec<Annotation>,
    pub(super) panels: Vec<Panel>,
}

/// Times at which a query has a value.
pub(super) struct Annotation {
    pub(super) color: String,
    pub(super) title: String,
    pub(super) expression: String,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Row,
    Text,
    Stat,
    Graph,
}

/// A position and a size on the grid.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) w: u32,
    pub(super) h: u32,
}

pub(super) struct Panel {
    pub(super) kind: Kind,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) place: Place,
    pub(super) targets: Vec<Target>,
    pub(super) bars: bool,
    pub(super) dashed: bool,
    /// The least upper end of the axis.
    pub(super) soft_max: Option<f64>,
    /// What is shown instead of no value.
    pub(super) no_value: String,
    pub(super) content: String,
}

/// A query, and how its values are shown.
pub(super) struct Target {
    pub(super) expression: String,
    pub(super) legend: String,
    pub(super) unit: String,
    /// Colors from these values on, in ascending order.
    pub(super) thresholds: Vec<(f64, String)>,
}

impl Dashboard {
    pub(super) fn read(text: &str) -> Self {
        let json: Value = serde_json::from_str(text).expect("JSON");
        let annotations = list(&json["annotations"]["list"]).iter().filter(|found| found["expr"].is_string());
        Self {
            title: string(&json["title"]),
            description: string(&json["description"]),
            variables: list(&json["templating"]["list"]).iter().filter_map(variable).collect(),
            annotations: annotations
                .map(|found| Annotation {
                    color: string(&found["iconColor"]),
                    title: string(&found["titleFormat"]),
                    expression: string(&found["expr"]),
                })
                .collect(),
            panels: list(&json["panels"]).iter().map(panel).collect(),
        }
    }
}

fn variable(json: &Value) -> Option<(String, String)> {
    let value = match json["type"].as_str()? {
        "constant" => string(&json["query"]),
        "custom" => {
            // All of them, as a regular expression in a string of PromQL.
            let values = string(&json["query"]).replace('.', "\\\\.").replace(',', "|");
            format!("({values})")
        }
        "query" => string(&json["allValue"]),
        _ => return None,
    };
    Some((string(&json["name"]), value))
}

fn panel(json: &Value) -> Panel {
    let at =
        |name: &str| u32::try_from(json["gridPos"][name].as_u64().expect("a number")).expect("a small one");
    let defaults = &json["fieldConfig"]["defaults"];
    let overrides = list(&json["fieldConfig"]["overrides"]);
    let target = |target: &Value| {
        let property = |name: &str| {
            let of_target = overrides.iter().find(|found| found["matcher"]["options"] == target["refId"])?;
            let property = list(&of_target["properties"]).iter().find(|found| found["id"] == name)?;
            Some(property["value"].clone())
        };
        let unit = property("unit").unwrap_or_else(|| defaults["unit"].clone());
        let thresholds = property("thresholds").unwrap_or_else(|| defaults["thresholds"].clone());
        let divisor = if unit == "s" { f64::from(FACTOR) } else { 1.0 };
        Target {
            expression: string(&target["expr"]),
            legend: string(&target["legendFormat"]),
            unit: string(&unit),
            thresholds: list(&thresholds["steps"])
                .iter()
                .map(|step| {
                    let from = step["value"].as_f64().map_or(f64::NEG_INFINITY, |value| value / divisor);
                    (from, string(&step["color"]))
                })
                .collect(),
        }
    };
    let custom = &defaults["custom"];
    let divisor = if defaults["unit"] == "s" { f64::from(FACTOR) } else { 1.0 };
    Panel {
        kind: match json["type"].as_str().expect("a type") {
            "row" => Kind::Row,
            "text" => Kind::Text,
            "stat" => Kind::Stat,
            "timeseries" => Kind::Graph,
            other => panic!("a panel of the type {other} is not drawn"),
        },
        title: string(&json["title"]),
        description: string(&json["description"]),
        place: Place { x: at("x"), y: at("y"), w: at("w"), h: at("h") },
        targets: list(&json["targets"]).iter().map(target).collect(),
        bars: custom["drawStyle"] == "bars",
        dashed: custom["thresholdsStyle"]["mode"] == "dashed",
        soft_max: custom["axisSoftMax"].as_f64().map(|value| value / divisor),
        no_value: defaults["noValue"].as_str().unwrap_or("No data").to_owned(),
        content: string(&json["options"]["content"]),
    }
}

fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn string(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}
