//! A registry of texts, and a checker of them: enough for a plan.

use std::collections::BTreeMap;
use std::sync::Mutex;

use eventgen_registry::registration::{AppliedSchema, CompatibilityChecker, PlanOptions, ResolvedSchema};
use eventgen_registry::{Compatibility, RegistryClient, SchemaType, Subject};
use serde_json::{Value, json};

use crate::server::{Request, Response, Server};

/// A registry of texts: enough of one for a plan.
#[derive(Default)]
pub(crate) struct Registry {
    /// The texts of each subject, with their references.
    pub(crate) subjects: BTreeMap<String, Vec<(String, Value)>>,
    pub(crate) levels: BTreeMap<String, String>,
    /// How many registrations are refused with 409 before one is accepted.
    pub(crate) conflicts: usize,
    /// The same for levels.
    pub(crate) level_conflicts: usize,
    /// Whether a subject that does not exist can have a level, and the level `NONE` is one.
    pub(crate) is_apicurio: bool,
    /// The request that is answered with 403.
    pub(crate) forbidden: Option<&'static str>,
    /// The mode; `None` for a registry without modes.
    pub(crate) mode: Option<&'static str>,
    /// A subject that is answered with something else.
    pub(crate) garbled: Option<&'static str>,
}

impl Registry {
    pub(crate) fn start(self) -> Server {
        let registry = Mutex::new(self);
        Server::start(move |request| registry.lock().expect("no panic").respond(request))
    }

    fn respond(&mut self, request: &Request) -> Response {
        let (method, path) = request.line.split_once(' ').expect("a path");
        let path: Vec<&str> = path.trim_start_matches('/').split(['/', '?']).collect();
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let text = body["schema"].as_str().unwrap_or_default().to_owned();
        let decoded = |subject: &str| subject.replace("%2E", ".").replace("%2D", "-");
        let absent = || Response::Json(404, r#"{"error_code":40401,"message":"not found"}"#.to_owned());
        let ok = |body: Value| Response::Json(200, body.to_string());
        if self.forbidden.is_some_and(|forbidden| request.line.starts_with(forbidden)) {
            return Response::Json(403, r#"{"error_code":403,"message":"no"}"#.to_owned());
        }
        if self.garbled.is_some_and(|garbled| path.contains(&garbled)) {
            return Response::Json(200, r#"{"subject":7}"#.to_owned());
        }
        match (method, path.as_slice()) {
            ("GET", ["mode"]) => match self.mode {
                Some(mode) => ok(json!({ "mode": mode })),
                None => absent(),
            },
            ("GET", ["mode", _]) => absent(),
            ("GET", ["config", subject]) => match self.levels.get(&decoded(subject)) {
                Some(level) => ok(json!({ "compatibilityLevel": level })),
                None if self.is_apicurio && self.subjects.contains_key(&decoded(subject)) => {
                    ok(json!({ "compatibilityLevel": "NONE" }))
                }
                None => absent(),
            },
            ("GET", ["config"]) => match self.levels.get("") {
                Some(level) => ok(json!({ "compatibilityLevel": level })),
                None => absent(),
            },
            ("PUT", ["config", subject]) => {
                let subject = decoded(subject);
                if self.is_apicurio && !self.subjects.contains_key(&subject) {
                    return absent();
                }
                if self.level_conflicts > 0 {
                    self.level_conflicts -= 1;
                    return Response::Json(409, r#"{"error_code":0,"message":"already exists"}"#.to_owned());
                }
                let level = body["compatibility"].as_str().expect("a level");
                // Apicurio removes its rule, if there is one.
                if self.is_apicurio && level == "NONE" && self.levels.remove(&subject).is_none() {
                    return absent();
                }
                self.levels.insert(subject, level.to_owned());
                ok(body)
            }
            ("DELETE", ["config", subject]) => match self.levels.remove(&decoded(subject)) {
                Some(level) => ok(json!({ "compatibilityLevel": level })),
                None => absent(),
            },
            ("POST", ["subjects", subject]) => {
                let subject = decoded(subject);
                let versions = self.subjects.get(&subject).map(Vec::as_slice).unwrap_or_default();
                match versions.iter().position(|known| known.0 == text) {
                    Some(index) => ok(version(&subject, index, &versions[index])),
                    None => absent(),
                }
            }
            ("GET", ["subjects", subject, "versions"]) => match self.subjects.get(&decoded(subject)) {
                Some(versions) => ok((1..=versions.len()).collect()),
                None => absent(),
            },
            ("GET", ["subjects", subject, "versions", number, ..]) => {
                let (subject, index) = (decoded(subject), number.parse::<usize>().expect("a number") - 1);
                ok(version(&subject, index, &self.subjects[&subject][index]))
            }
            ("POST", ["compatibility", ..]) => ok(json!({ "is_compatible": !text.contains("bad") })),
            ("POST", ["subjects", subject, "versions"]) => {
                if self.conflicts > 0 || text.contains("worse") {
                    self.conflicts = self.conflicts.saturating_sub(1);
                    return Response::Json(409, r#"{"error_code":409,"message":"conflict"}"#.to_owned());
                }
                let versions = self.subjects.entry(decoded(subject)).or_default();
                let known = versions.iter().position(|known| known.0 == text);
                let index = known.unwrap_or_else(|| {
                    versions.push((text, body["references"].clone()));
                    versions.len() - 1
                });
                ok(json!({ "id": index + 1 }))
            }
            _ => panic!("{}", request.line),
        }
    }
}

fn version(subject: &str, index: usize, (text, references): &(String, Value)) -> Value {
    let number = index + 1;
    json!({ "subject": subject, "version": number, "id": number, "schema": text, "references": references })
}

/// Finds fault with texts that hold `bad`, and records what it is asked.
#[derive(Default)]
pub(crate) struct Checker(pub(crate) Mutex<Vec<(Compatibility, ResolvedSchema, usize)>>);

impl CompatibilityChecker for Checker {
    fn check(
        &self,
        level: Compatibility,
        new: &ResolvedSchema,
        existing: &[ResolvedSchema],
    ) -> Result<Vec<String>, String> {
        self.0.lock().expect("no panic").push((level, new.clone(), existing.len()));
        match &*new.text {
            _ if existing.iter().any(|old| old.text == "unreadable") => Err("it does not parse".to_owned()),
            "unreadable" => Err("version 1 does not parse".to_owned()),
            text if text.contains("bad") => Ok(vec!["first reason".to_owned(), "second reason".to_owned()]),
            _ => Ok(vec![]),
        }
    }
}

pub(crate) fn avro(name: &str, text: &str) -> Subject {
    Subject::new(name, SchemaType::AVRO, text.to_owned())
}

pub(crate) async fn register(client: &RegistryClient, subjects: &[Subject]) -> Vec<AppliedSchema> {
    let plan = client.plan(subjects, PlanOptions::new()).await.expect("planned");
    let applied = client.apply(&plan, |_| ()).await.expect("applied");
    applied.into_iter().map(|change| change.schema).collect()
}
