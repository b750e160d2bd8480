//! Plans and what becomes of them.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Mutex;

use eventgen_registry::registration::{AppliedSchema, CompatibilityChecker, ResolvedSchema, SchemaChange};
use eventgen_registry::{Compatibility, RegistryClient, RegistryError, SchemaId, SchemaType, Subject};
use serde_json::{Value, json};

use crate::client;
use crate::server::{Request, Response, Server};

const CONTINUE: ControlFlow<()> = ControlFlow::Continue(());

/// A registry of texts: enough of one for a plan.
#[derive(Default)]
struct Registry {
    /// The texts of each subject, with their references.
    subjects: BTreeMap<String, Vec<(String, Value)>>,
    levels: BTreeMap<String, String>,
    /// How many registrations are refused with 409 before one is accepted.
    conflicts: usize,
    /// The same for levels.
    level_conflicts: usize,
    /// Whether a subject that does not exist can have a level.
    is_apicurio: bool,
}

impl Registry {
    fn start(self) -> Server {
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
        match (method, path.as_slice()) {
            ("GET", ["config", subject]) => match self.levels.get(&decoded(subject)) {
                Some(level) => ok(json!({ "compatibilityLevel": level })),
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
                self.levels.insert(subject, level.to_owned());
                ok(body)
            }
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
struct Checker(Mutex<Vec<(Compatibility, ResolvedSchema, usize)>>);

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

fn avro(name: &str, text: &str) -> Subject {
    Subject::new(name, SchemaType::AVRO, text.to_owned())
}

async fn register(client: &RegistryClient, subjects: &[Subject]) -> Vec<AppliedSchema> {
    let plan = client.plan(subjects, None).await.expect("planned");
    let applied = client.apply(&plan, |_| CONTINUE).await.expect("applied");
    applied.into_iter().map(|change| change.schema).collect()
}

#[tokio::test]
async fn a_plan_says_what_would_change_and_changes_nothing() {
    let server = Registry::default().start();
    let client = client(&server.url);
    register(&client, &[avro("same", "a"), avro("new-version", "a"), avro("refused", "a")]).await;
    let subjects = [
        avro("same", "a"),
        avro("new-version", "b"),
        avro("refused", "bad"),
        avro("created", "a").with_compatibility(Compatibility::Full),
    ];
    let before = server.requests().len();
    let plan = client.plan(&subjects, Some(&Checker::default())).await.expect("planned");
    let changes: Vec<_> = plan.changes().iter().map(|change| change.schema.clone()).collect();
    let reasons = vec!["first reason".to_owned(), "second reason".to_owned()];
    assert_eq!(
        changes,
        [
            SchemaChange::Unchanged { id: SchemaId(1), version: 1 },
            SchemaChange::NewVersion,
            SchemaChange::Incompatible { reasons: reasons.clone() },
            SchemaChange::Create,
        ]
    );
    let level = plan.changes()[3].level.expect("a change of level");
    assert_eq!((level.from, level.to), (None, Compatibility::Full));
    let changing = |line: &String| {
        line.starts_with("PUT") || line.contains("/versions HTTP") || line.starts_with("DELETE")
    };
    assert!(!server.lines()[before..].iter().any(changing), "{:?}", server.lines());
    assert!(
        !server.lines()[before..]
            .iter()
            .any(|line| line.starts_with("POST /subjects/") && line.ends_with("/versions"))
    );

    let mut done = Vec::new();
    let applied = client
        .apply(&plan, |change| {
            done.push(change.subject.clone());
            CONTINUE
        })
        .await
        .expect("applied");
    assert_eq!(done, ["same", "new-version", "refused", "created"]);
    assert_eq!(applied[0].schema, AppliedSchema::Unchanged { id: SchemaId(1), version: 1 });
    assert_eq!(applied[1].schema, AppliedSchema::Registered { id: SchemaId(2), version: Some(2) });
    assert_eq!(applied[2].schema, AppliedSchema::Refused { reasons });
    let error = applied[2].id().expect_err("refused").to_string();
    assert!(error.contains("`refused`") && error.contains("first reason; second reason"), "{error}");
    assert_eq!(applied[3].id(), Ok(SchemaId(1)));
    // The second time there is nothing to do.
    let [first, second, .., last] = &subjects;
    let again = [first.clone(), second.clone(), last.clone()];
    let plan = client.plan(&again, None).await.expect("planned");
    assert!(
        plan.changes().iter().all(|change| {
            change.level.is_none() && matches!(change.schema, SchemaChange::Unchanged { .. })
        })
    );
}

#[tokio::test]
async fn references_are_registered_first_under_their_names() {
    let server = Registry::default().start();
    let client = client(&server.url);
    let file = |name: &str, imports: &[&str]| {
        let imports = imports.iter().copied();
        Subject::new(name, SchemaType::PROTOBUF, format!("text of {name}")).with_references(imports)
    };
    let subjects = [
        file("order-value", &["money.proto", "customer.proto"]),
        file("customer.proto", &["money.proto"]),
        file("money.proto", &[]),
    ];
    // The registry cannot be asked about a schema whose references are not registered.
    let checker = Checker::default();
    let _ = client.plan(&subjects, Some(&checker)).await.expect("planned");
    let asked = checker.0.into_inner().expect("no panic");
    let names: Vec<&str> = asked[1].1.references.keys().map(String::as_str).collect();
    assert_eq!((asked.len(), names), (2, vec!["customer.proto", "money.proto"]));

    register(&client, &subjects).await;
    let registered: Vec<String> = server
        .requests()
        .into_iter()
        .filter(|request| request.line.starts_with("POST /subjects/") && request.line.ends_with("/versions"))
        .map(|request| request.body)
        .collect();
    let body = |index: usize| serde_json::from_str::<Value>(&registered[index]).expect("JSON");
    let reference = |name: &str| json!({ "name": name, "subject": name, "version": 1 });
    assert_eq!(body(0)["references"], Value::Null);
    assert_eq!(body(1)["references"], json!([reference("money.proto")]));
    assert_eq!(body(2)["references"], json!([reference("money.proto"), reference("customer.proto")]));
    assert!(server.lines().iter().all(|line| !line.starts_with("PUT")), "levels are left alone");
}

#[tokio::test]
async fn what_refers_to_a_refused_schema_is_refused() {
    let server = Registry::default().start();
    let client = client(&server.url);
    register(&client, &[avro("inner", "a")]).await;
    let outer = avro("outer", "a").with_references(["inner"]);
    let applied = register(&client, &[avro("inner", "bad"), outer, avro("other", "a")]).await;
    assert_eq!(applied[0], AppliedSchema::Refused { reasons: vec![] });
    assert_eq!(
        applied[1],
        AppliedSchema::Refused { reasons: vec!["it refers to `inner`, which is not registered".to_owned()] }
    );
    assert!(matches!(applied[2], AppliedSchema::Registered { .. }), "it refers to nothing");
}

#[tokio::test]
async fn a_conflict_with_another_registration_is_repeated() {
    let server = Registry { conflicts: 2, ..Registry::default() }.start();
    let client = client(&server.url);
    let applied = register(&client, &[avro("s", "a")]).await;
    assert_eq!(applied, [AppliedSchema::Registered { id: SchemaId(1), version: Some(1) }]);
    // One that stays is a refusal with the registry's reason.
    let applied = register(&client, &[avro("s", "worse")]).await;
    assert_eq!(applied, [AppliedSchema::Refused { reasons: vec!["conflict".to_owned()] }]);
}

#[tokio::test]
async fn a_level_that_another_registration_sets_at_the_same_time_is_set_again() {
    for is_apicurio in [false, true] {
        let server = Registry { level_conflicts: 2, is_apicurio, ..Registry::default() }.start();
        let client = client(&server.url);
        register(&client, &[avro("s", "a").with_compatibility(Compatibility::None)]).await;
        assert_eq!(client.compatibility_level("s").await, Ok(Some(Compatibility::None)));
    }
}

#[tokio::test]
async fn a_changed_level_is_what_the_schema_is_checked_by() {
    let server = Registry::default().start();
    let client = client(&server.url);
    register(&client, &[avro("s", "a").with_compatibility(Compatibility::None)]).await;
    let checker = Checker::default();
    let subject = avro("s", "bad").with_compatibility(Compatibility::Full);
    let plan = client.plan(&[subject], Some(&checker)).await.expect("planned");
    let asked = checker.0.into_inner().expect("no panic");
    assert_eq!((asked.len(), asked[0].0, asked[0].2), (1, Compatibility::Full, 1));
    client.apply(&plan, |_| CONTINUE).await.expect("applied");
    assert_eq!(
        client.compatibility_level("s").await,
        Ok(Some(Compatibility::None)),
        "refused, so left alone"
    );

    let subject = avro("s", "unreadable").with_compatibility(Compatibility::Full);
    let error = client.plan(&[subject], Some(&Checker::default())).await.expect_err("unreadable");
    assert!(matches!(&error, RegistryError::Unchecked { subject, .. } if subject == "s"), "{error}");
}

#[tokio::test]
async fn a_registry_without_levels_of_new_subjects_gets_them_afterwards() {
    let server = Registry { is_apicurio: true, ..Registry::default() }.start();
    let client = client(&server.url);
    register(&client, &[avro("s", "a").with_compatibility(Compatibility::None)]).await;
    assert_eq!(client.compatibility_level("s").await, Ok(Some(Compatibility::None)));
}

#[tokio::test]
async fn only_the_versions_that_a_level_compares_are_read() {
    let levels = [(String::new(), "FULL_TRANSITIVE".to_owned())];
    let server = Registry { levels: levels.into(), ..Registry::default() }.start();
    let client = client(&server.url);
    for text in ["unreadable", "b", "c"] {
        register(&client, &[avro("s", text)]).await;
    }
    // The level of the contract, else that of the registry, and how many of the three versions it compares.
    for (level, checked_by, compared) in [
        (Some(Compatibility::Backward), Compatibility::Backward, 1),
        (Some(Compatibility::ForwardTransitive), Compatibility::ForwardTransitive, 3),
        (None, Compatibility::FullTransitive, 3),
    ] {
        let mut subject = avro("s", "new").with_references(["missing"]);
        subject.compatibility = level;
        let checker = Checker::default();
        let plan = client.plan(&[subject], Some(&checker)).await;
        assert_eq!(plan.is_ok(), compared == 1, "the first version does not parse: {plan:?}");
        let asked = checker.0.into_inner().expect("no panic");
        assert_eq!((asked.len(), asked[0].0, asked[0].2), (1, checked_by, compared));
    }
    // The level `NONE` compares none, and a plan without a checker reads none.
    let before = server.lines().len();
    let subject = avro("s", "new").with_compatibility(Compatibility::None);
    for checker in [Some(&Checker::default() as &dyn CompatibilityChecker), None] {
        let plan = client.plan(std::slice::from_ref(&subject), checker).await.expect("planned");
        assert_eq!(plan.changes()[0].schema, SchemaChange::NewVersion);
    }
    let subject = avro("s", "bad").with_compatibility(Compatibility::Full);
    let plan = client.plan(&[subject], None).await.expect("planned");
    assert_eq!(plan.changes()[0].schema, SchemaChange::NewVersion, "the registry decides");
    let lines = server.lines();
    assert!(!lines[before..].iter().any(|line| line.starts_with("GET /subjects/s/versions/")), "{lines:?}");
}

#[tokio::test]
async fn a_caller_stops_at_a_refusal() {
    let server = Registry::default().start();
    let client = client(&server.url);
    register(&client, &[avro("planned", "a")]).await;
    for refused in [avro("planned", "bad"), avro("applied", "worse")] {
        let subjects = [avro("before", "a"), refused.clone(), avro("after", "a")];
        let plan = client.plan(&subjects, None).await.expect("planned");
        let applied = client.apply(&plan, |change| match change.id() {
            Ok(_) => CONTINUE,
            Err(_) => ControlFlow::Break(()),
        });
        let names: Vec<String> =
            applied.await.expect("applied").into_iter().map(|change| change.subject).collect();
        assert_eq!(names, ["before", &refused.name]);
        assert_eq!(client.versions("after").await, Ok(vec![]));
    }
}

#[tokio::test]
async fn a_refused_schema_leaves_a_level_that_comes_afterwards() {
    let server = Registry { is_apicurio: true, ..Registry::default() }.start();
    let client = client(&server.url);
    let subject = avro("s", "worse").with_compatibility(Compatibility::Full);
    let plan = client.plan(&[subject], None).await.expect("planned");
    let applied = client.apply(&plan, |_| CONTINUE).await.expect("the subject does not exist");
    assert_eq!(applied[0].schema, AppliedSchema::Refused { reasons: vec!["conflict".to_owned()] });
    assert_eq!(applied[0].level, None);
}
