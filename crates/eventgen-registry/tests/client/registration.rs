//! Plans and what becomes of them.

use eventgen_registry::registration::{AppliedSchema, PlanOptions, SchemaChange};
use eventgen_registry::{Compatibility, RegistryError, SchemaId, SchemaType, Subject, SubjectReference};
use serde_json::{Value, json};

use crate::client;
use crate::stub::{Checker, Registry, avro, register};

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
    let checker = Checker::default();
    let options = PlanOptions::new().checker(&checker);
    let plan = client.plan(&subjects, options).await.expect("planned");
    let changes: Vec<_> = plan.changes().iter().map(|change| change.schema.clone()).collect();
    let reasons = vec!["first reason".to_owned(), "second reason".to_owned()];
    assert_eq!(
        changes,
        [
            SchemaChange::Unchanged { id: SchemaId(1), version: 1 },
            SchemaChange::NewVersion,
            SchemaChange::Incompatible { found: reasons.clone(), registry: Some(vec![]) },
            SchemaChange::Create,
        ]
    );
    let level = plan.changes()[3].level.expect("a change of level");
    assert_eq!((level.from, level.to), (None, Compatibility::Full));
    let changing = |line: &String| {
        let is_registration = line.starts_with("POST /subjects/") && line.ends_with("/versions");
        line.starts_with("PUT") || line.starts_with("DELETE") || is_registration
    };
    assert!(!server.lines()[before..].iter().any(changing), "{:?}", server.lines());

    // A plan with a refusal changes nothing, and says why.
    let error = client.apply(&plan, |change| panic!("{change:?}")).await.expect_err("refused");
    assert_eq!((&*error.subject, error.applied, error.left.len()), ("refused", 0, 4));
    let error = RegistryError::from(error).to_string();
    assert!(error.contains("`refused`") && error.contains("first reason; second reason"), "{error}");
    let lines = server.lines();
    assert!(!lines[before..].iter().any(changing), "{lines:?}");

    let accepted = [subjects[0].clone(), subjects[1].clone(), subjects[3].clone()];
    let plan = client.plan(&accepted, options).await.expect("planned");
    let mut done = Vec::new();
    let applied = client.apply(&plan, |change| done.push(change.subject.clone())).await.expect("applied");
    assert_eq!(done, ["same", "new-version", "created"]);
    assert_eq!(applied[0].schema, AppliedSchema::Unchanged { id: SchemaId(1), version: 1 });
    assert_eq!(applied[1].schema, AppliedSchema::Registered { id: SchemaId(2), version: Some(2) });
    assert_eq!(applied[2].id(), SchemaId(1));
    // The second time there is nothing to do.
    let plan = client.plan(&accepted, PlanOptions::new()).await.expect("planned");
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
    let _ = client.plan(&subjects, PlanOptions::new().checker(&checker)).await.expect("planned");
    let asked = checker.0.into_inner().expect("no panic");
    let names: Vec<&str> = asked[2].1.references.keys().map(String::as_str).collect();
    assert_eq!((asked.len(), names), (3, vec!["customer.proto", "money.proto"]));

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
async fn references_have_subjects_other_than_their_names() {
    let server = Registry::default().start();
    let client = client(&server.url);
    let order = Subject::new("order-value", SchemaType::PROTOBUF, "text of order")
        .with_references([SubjectReference::new("common/money.proto", "common.money")]);
    let subjects = [order, Subject::new("common.money", SchemaType::PROTOBUF, "text of money")];
    let checker = Checker::default();
    let _ = client.plan(&subjects, PlanOptions::new().checker(&checker)).await.expect("planned");
    let asked = checker.0.into_inner().expect("no panic");
    let names: Vec<&str> = asked[1].1.references.keys().map(String::as_str).collect();
    assert_eq!(names, ["common/money.proto"]);
    register(&client, &subjects).await;
    let requests = server.requests();
    let order =
        requests.iter().find(|request| request.line.starts_with("POST /subjects/order-value/versions"));
    let body = serde_json::from_str::<Value>(&order.expect("registered").body).expect("JSON");
    let reference = json!({ "name": "common/money.proto", "subject": "common.money", "version": 1 });
    assert_eq!(body["references"], json!([reference]));
}

#[tokio::test]
async fn what_refers_to_a_refused_schema_is_refused_and_nothing_is_registered() {
    let server = Registry::default().start();
    let client = client(&server.url);
    register(&client, &[avro("inner", "a")]).await;
    let outer = avro("outer", "a").with_references(["inner"]).with_compatibility(Compatibility::Full);
    let outermost = avro("outermost", "a").with_references(["outer"]);
    let subjects = [avro("inner", "bad"), outer, outermost, avro("other", "a")];
    let checker = Checker::default();
    let plan = client.plan(&subjects, PlanOptions::new().checker(&checker)).await.expect("planned");
    let reasons: Vec<(&str, String)> =
        plan.refused().map(|change| (&*change.subject.name, change.schema.reasons().join("; "))).collect();
    assert_eq!(reasons[0], ("inner", "first reason; second reason".to_owned()));
    assert_eq!(reasons[1], ("outer", "it refers to `inner`, which is refused".to_owned()));
    assert_eq!(reasons[2], ("outermost", "it refers to `outer`, which is refused".to_owned()));
    assert_eq!(plan.changes()[1].subject.name, "other");
    assert_eq!(plan.changes()[1].schema, SchemaChange::Create, "it refers to nothing");
    client.apply(&plan, |_| ()).await.expect_err("refused");
    assert_eq!(client.versions("other").await, Ok(vec![]));
    assert_eq!(client.compatibility_level("outer").await, Ok(None));
}

#[tokio::test]
async fn a_conflict_with_another_registration_is_repeated() {
    let server = Registry { conflicts: 2, ..Registry::default() }.start();
    let client = client(&server.url);
    let applied = register(&client, &[avro("s", "a")]).await;
    assert_eq!(applied, [AppliedSchema::Registered { id: SchemaId(1), version: Some(1) }]);
    // One that stays is a refusal with the registry's reason.
    let plan = client.plan(&[avro("s", "worse")], PlanOptions::new()).await.expect("planned");
    let error = client.apply(&plan, |_| ()).await.expect_err("refused");
    assert_eq!(error.error.to_string(), "subject `s` refuses the schema as incompatible: conflict");
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
    let plan = client.plan(&[subject], PlanOptions::new().checker(&checker)).await.expect("planned");
    client.apply(&plan, |_| ()).await.expect_err("refused");
    let asked = checker.0.into_inner().expect("no panic");
    assert_eq!((asked.len(), asked[0].0, asked[0].2), (1, Compatibility::Full, 1));
    assert_eq!(
        client.compatibility_level("s").await,
        Ok(Some(Compatibility::None)),
        "refused, so left alone"
    );

    let subject = avro("s", "unreadable").with_compatibility(Compatibility::Full);
    let checker = Checker::default();
    let plan = client.plan(&[subject, avro("t", "a")], PlanOptions::new().checker(&checker)).await;
    let plan = plan.expect("planned");
    let SchemaChange::Failed { error } = &plan.changes()[0].schema else { panic!("{plan:?}") };
    assert!(matches!(error, RegistryError::Unchecked { subject, .. } if subject == "s"), "{error}");
    assert_eq!(plan.changes()[1].schema, SchemaChange::Create, "one subject does not hide the others");
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
        let mut subject = avro("s", "new");
        subject.compatibility = level;
        let checker = Checker::default();
        let plan = client.plan(&[subject], PlanOptions::new().checker(&checker)).await.expect("planned");
        // The registry decides; what the checker cannot read is a note.
        let change = &plan.changes()[0];
        assert_eq!(change.schema, SchemaChange::NewVersion);
        assert_eq!(change.notes.is_empty(), compared == 1, "the first version does not parse: {change:?}");
        let asked = checker.0.into_inner().expect("no panic");
        assert_eq!((asked.len(), asked[0].0, asked[0].2), (1, checked_by, compared));
    }
    // The level `NONE` compares none, and a plan without a checker reads none.
    let before = server.lines().len();
    let subject = avro("s", "new").with_compatibility(Compatibility::None);
    for options in [PlanOptions::new().checker(&Checker::default()), PlanOptions::new()] {
        let plan = client.plan(std::slice::from_ref(&subject), options).await.expect("planned");
        assert_eq!(plan.changes()[0].schema, SchemaChange::NewVersion);
    }
    let subject = avro("s", "bad").with_compatibility(Compatibility::Full);
    let plan = client.plan(&[subject], PlanOptions::new()).await.expect("planned");
    assert_eq!(
        plan.changes()[0].schema,
        SchemaChange::NewVersion,
        "what FULL_TRANSITIVE refuses, FULL may not"
    );
    let lines = server.lines();
    assert!(!lines[before..].iter().any(|line| line.starts_with("GET /subjects/s/versions/")), "{lines:?}");
}

#[tokio::test]
async fn a_refused_schema_leaves_the_level_as_it_was() {
    let server = Registry::default().start();
    let client = client(&server.url);
    register(&client, &[avro("s", "a"), avro("t", "a").with_compatibility(Compatibility::Backward)]).await;
    for (name, before) in [("s", None), ("t", Some(Compatibility::Backward))] {
        // The check finds it compatible, the registration does not.
        let subject = avro(name, "worse").with_compatibility(Compatibility::Full);
        let plan = client.plan(&[subject], PlanOptions::new()).await.expect("planned");
        let error = client.apply(&plan, |_| ()).await.expect_err("refused");
        assert!(matches!(*error.error, RegistryError::Incompatible { .. }), "{error}");
        assert_eq!(client.compatibility_level(name).await, Ok(before));
    }
}

#[tokio::test]
async fn what_a_failure_in_the_middle_leaves_is_said_and_completed_by_another_run() {
    let server = Registry::default().start();
    let client = client(&server.url);
    let file = |name: &str, text: &str| avro(name, text);
    let subjects = [
        file("import", "a"),
        file("alone", "a"),
        file("event", "worse").with_references(["import"]),
        file("last", "a").with_references(["event"]),
    ];
    let plan = client.plan(&subjects, PlanOptions::new()).await.expect("planned");
    let mut done = Vec::new();
    let error = client.apply(&plan, |change| done.push(change.subject.clone())).await.expect_err("refused");
    assert_eq!(done, ["import", "alone"]);
    assert_eq!((&*error.subject, error.applied), ("event", 2));
    assert_eq!(error.left, ["event", "last"]);

    let mended = subjects.map(|subject| match &*subject.name {
        "event" => file("event", "a").with_references(["import"]),
        _ => subject,
    });
    let plan = client.plan(&mended, PlanOptions::new()).await.expect("planned");
    assert!(matches!(plan.changes()[0].schema, SchemaChange::Unchanged { .. }));
    assert_eq!(plan.changes()[2].schema, SchemaChange::Create);
    client.apply(&plan, |_| ()).await.expect("applied");
    assert_eq!(client.versions("last").await, Ok(vec![1]));
}

#[tokio::test]
async fn two_schemas_of_one_subject_become_versions_of_it() {
    let server = Registry::default().start();
    let client = client(&server.url);
    let both = [avro("topic-value", "first"), avro("topic-value", "second bad")];
    let checker = Checker::default();
    let options = PlanOptions::new().checker(&checker);
    let plan = client.plan(&both, options).await.expect("planned");
    assert_eq!(plan.changes()[0].schema, SchemaChange::Create);
    assert!(matches!(plan.changes()[1].schema, SchemaChange::Incompatible { .. }), "against the first");
    assert_eq!(checker.0.lock().expect("no panic").last().map(|asked| asked.2), Some(1));

    let both = [avro("topic-value", "first"), avro("topic-value", "second")];
    let plan = client.plan(&both, options).await.expect("planned");
    assert_eq!(plan.changes()[1].schema, SchemaChange::NewVersion);
    let applied = client.apply(&plan, |_| ()).await.expect("applied");
    assert_eq!(applied[1].schema, AppliedSchema::Registered { id: SchemaId(2), version: Some(2) });

    let levels = [
        avro("topic-value", "first").with_compatibility(Compatibility::Full),
        avro("topic-value", "second").with_compatibility(Compatibility::None),
    ];
    let plan = client.plan(&levels, options).await.expect("planned");
    let reasons = plan.changes()[0].schema.reasons().join("");
    assert!(reasons.contains("the levels FULL and NONE"), "{reasons}");
}

#[tokio::test]
async fn without_the_right_to_levels_schemas_are_registered_all_the_same() {
    for method in ["GET /config", "PUT /config"] {
        let server = Registry { forbidden: Some(method), ..Registry::default() }.start();
        let client = client(&server.url);
        let subject = [avro("s", "a").with_compatibility(Compatibility::Full)];
        let plan = client.plan(&subject, PlanOptions::new().checker(&Checker::default())).await;
        let applied = client.apply(&plan.expect("planned"), |_| ()).await.expect("applied");
        assert_eq!(applied[0].level, None);
        let [note] = &*applied[0].notes else { panic!("{applied:?}") };
        assert!(note.starts_with("level FULL ") && note.contains("no right to"), "{note}");
        assert_eq!(client.versions("s").await, Ok(vec![1]));
    }
}

#[tokio::test]
async fn a_registry_that_is_read_only_is_known_before_the_first_write() {
    let server = Registry { mode: Some("READONLY"), ..Registry::default() }.start();
    let client = client(&server.url);
    let plan = client.plan(&[avro("s", "a")], PlanOptions::new()).await.expect("planned");
    let reason = "the registry is in the mode READONLY".to_owned();
    assert_eq!(plan.changes()[0].schema, SchemaChange::Blocked { reason });
    let error = client.apply(&plan, |_| ()).await.expect_err("read-only").error.to_string();
    assert_eq!(error, "subject `s` cannot be registered: the registry is in the mode READONLY");
}

#[tokio::test]
async fn a_subject_that_cannot_be_read_does_not_hide_the_others() {
    let server = Registry { garbled: Some("broken"), ..Registry::default() }.start();
    let client = client(&server.url);
    let subjects = [avro("broken", "a"), avro("fine", "a"), avro("refused", "bad")];
    let plan = client.plan(&subjects, PlanOptions::new()).await.expect("planned");
    assert!(matches!(plan.changes()[0].schema, SchemaChange::Failed { .. }), "{plan:?}");
    assert_eq!(plan.changes()[1].schema, SchemaChange::Create);
    assert!(matches!(plan.changes()[2].schema, SchemaChange::Incompatible { .. }), "{plan:?}");
}

#[tokio::test]
async fn unchanged_subjects_are_one_request_each_and_their_level_another() {
    const SUBJECTS: usize = 200;
    let server = Registry::default().start();
    let client = client(&server.url);
    let level = |number: usize| match number % 2 {
        0 => avro(&format!("s{number}"), "a").with_compatibility(Compatibility::Full),
        _ => avro(&format!("s{number}"), "a"),
    };
    let subjects: Vec<Subject> = (0..SUBJECTS).map(level).collect();
    register(&client, &subjects).await;
    let before = server.lines().len();
    let plan =
        client.plan(&subjects, PlanOptions::new().checker(&Checker::default())).await.expect("planned");
    client.apply(&plan, |_| ()).await.expect("applied");
    assert_eq!(server.lines().len() - before, SUBJECTS + SUBJECTS / 2);
}
