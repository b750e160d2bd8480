//! The same calls at two registries, and their answers in a form that can be compared.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use reqwest::{Client, Method};
use serde_json::{Map, Value, json};

/// The calls.
const CALLS: &str = include_str!("../compliance/calls.txt");

/// A call and its answer, both without what differs from run to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The heading above the call.
    pub about: String,
    /// The call as it is written.
    pub call: String,
    /// The status and the body.
    pub answer: String,
    /// The same without what registries write in several ways, or leave out.
    pub comparable: String,
}

/// The answers of a registry in text, each under its call.
pub fn printed(exchanges: &[Exchange]) -> String {
    let (mut text, mut about) = (String::new(), "");
    for exchange in exchanges {
        if exchange.about != about {
            about = &exchange.about;
            let _ = writeln!(text, "# {about}\n");
        }
        let _ = writeln!(text, "{}\n    {}\n", exchange.call, exchange.answer);
    }
    text
}

/// Makes all calls, one after the other. `prefix` is that of the subjects, which no earlier run may have used.
pub async fn exchanges(registry: &str, prefix: &str) -> Vec<Exchange> {
    // A build of the workspace has TLS, for which reqwest wants a provider, also if it is not used. Another call may have set it.
    drop(rustls::crypto::ring::default_provider().install_default());
    let mut server =
        Server { client: Client::new(), registry, prefix, ids: BTreeMap::new(), seen: Vec::new() };
    let (mut exchanges, mut about) = (Vec::new(), String::new());
    for line in CALLS.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix("# ") {
            Some(heading) => heading.clone_into(&mut about),
            None => exchanges.push(server.call(&about, line).await),
        }
    }
    exchanges
}

struct Server<'a> {
    client: Client,
    registry: &'a str,
    prefix: &'a str,
    /// The ids that later calls use, by name.
    ids: BTreeMap<String, u64>,
    /// The ids in the order in which they appear: those of two registries differ.
    seen: Vec<u64>,
}

impl Server<'_> {
    async fn call(&mut self, about: &str, line: &str) -> Exchange {
        let (request, text) =
            line.split_once(" < ").map_or((line, None), |(request, text)| (request, Some(text)));
        let (name, request) =
            request.split_once(" = ").map_or((None, request), |(name, rest)| (Some(name), rest));
        let request = self.filled(request);
        let mut parts = request.splitn(3, ' ');
        let mut part = || parts.next().unwrap_or_default();
        let (method, path, members) = (part(), part(), part());
        let members: Map<String, Value> = match members {
            "" => Map::new(),
            members => serde_json::from_str(members).expect("the calls have valid members"),
        };
        let mut body = Value::Object(members);
        if let Some(text) = text {
            body["schema"] = json!(text);
        }
        let method: Method = method.parse().expect("a method");
        let mut call = self.client.request(method.clone(), format!("{}{path}", self.registry));
        if method == Method::POST || method == Method::PUT {
            call =
                call.header("Content-Type", "application/vnd.schemaregistry.v1+json").body(body.to_string());
        }
        let response = call.send().await.expect("the registry answers");
        let status = response.status().as_u16();
        let text = response.text().await.expect("the registry answers");
        let mut answer: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        if let (Some(name), Some(id)) = (name, answer["id"].as_u64()) {
            self.ids.insert(name.to_owned(), id);
        }
        if path.starts_with("/subjects?") {
            // Others use the registry too, and some ignore the prefix.
            let is_ours = |name: &Value| name.as_str().is_some_and(|name| name.contains(self.prefix));
            if let Some(names) = answer.as_array_mut() {
                names.retain(is_ours);
            }
        }
        let is_list_of_ids = path.ends_with("referencedby");
        self.normalize(&mut answer, is_list_of_ids);
        let shown = |answer: &Value| format!("{status} {answer}").replace(self.prefix, "");
        let (shown, comparable) = (shown(&answer), shown(&comparable(answer.clone())));
        Exchange { about: about.to_owned(), call: line.to_owned(), answer: shown, comparable }
    }

    fn filled(&self, text: &str) -> String {
        let filled = text.replace('$', self.prefix);
        self.ids.iter().fold(filled, |text, (name, id)| text.replace(&format!("{{{name}}}"), &id.to_string()))
    }

    /// Removes what differs from run to run and between registries that mean the same.
    fn normalize(&mut self, answer: &mut Value, is_id: bool) {
        match answer {
            Value::Number(number) if is_id => {
                let id = number.as_u64().unwrap_or_default();
                let place = self.seen.iter().position(|seen| *seen == id).unwrap_or_else(|| {
                    self.seen.push(id);
                    self.seen.len() - 1
                });
                *answer = json!(format!("id {}", place + 1));
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.normalize(item, is_id)),
            Value::Object(members) => {
                // The words of a message are each registry's own.
                members.remove("message");
                members.retain(|_, value| !value.is_null());
                for (name, value) in members {
                    match name.as_str() {
                        "guid" => *value = json!("…"),
                        "messages" => {
                            let has_reasons = value.as_array().is_some_and(|reasons| !reasons.is_empty());
                            *value = if has_reasons { json!(["…"]) } else { json!([]) };
                        }
                        "schema" => *value = json!(of_schema(value.as_str().unwrap_or_default())),
                        name => self.normalize(value, name == "id"),
                    }
                }
            }
            _ => {}
        }
    }
}

/// An answer in one notation: without guids and the version of a registration, which are new, with defaults left out, and a
/// level by one of its names.
fn comparable(mut answer: Value) -> Value {
    match &mut answer {
        Value::Array(items) => return std::mem::take(items).into_iter().map(comparable).collect(),
        Value::Object(members) => {
            members.remove("guid");
            members.retain(|name, value| match name.as_str() {
                "references" | "messages" => *value != json!([]),
                "schemaType" => value != "AVRO",
                _ => true,
            });
            if members.contains_key("id") && !members.contains_key("schema") {
                members.remove("version");
            }
            if let Some(level) = members.remove("compatibilityLevel") {
                members.insert("compatibility".to_owned(), level);
            }
        }
        _ => {}
    }
    answer
}

/// A schema without its space. A registry may write its own.
fn of_schema(text: &str) -> String {
    let json: Option<Value> = serde_json::from_str(text).ok();
    json.map_or_else(|| text.split_whitespace().collect::<Vec<_>>().join(" "), |schema| schema.to_string())
}
