//! Contexts: what is answered for another one is not what was asked for.

use eventgen_registry::registration::{PlanOptions, SchemaChange};
use eventgen_registry::{NewSchema, RegistryClient, SchemaId, SchemaType, Subject, VersionNumber};
use serde_json::json;

use crate::client;
use crate::server::{Response, Server};

/// A registry that has the subject `orders` in the context `.staging` only, and answers every look-up with it.
fn staging_only() -> Server {
    Server::start(|request| {
        let version = json!({ "subject": ":.staging:orders", "version": 1, "id": 2, "schema": "\"string\"" });
        match request.line.as_str() {
            "GET /subjects/orders/versions" => {
                Response::Json(404, r#"{"error_code":40401,"message":"not found"}"#.to_owned())
            }
            line if line.contains("/config") => {
                Response::Json(404, r#"{"error_code":40408,"message":"no level"}"#.to_owned())
            }
            line if line.contains("/compatibility/") => {
                Response::Json(200, r#"{"is_compatible":true}"#.to_owned())
            }
            "POST /subjects/orders/versions" => Response::Json(200, r#"{"id":1,"version":1}"#.to_owned()),
            _ => Response::Json(200, version.to_string()),
        }
    })
}

#[tokio::test]
async fn a_subject_of_another_context_is_not_the_one_that_is_asked_for() {
    let server = staging_only();
    let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
    let registry = client(&server.url);
    assert_eq!(registry.look_up("orders", &schema).await, Ok(None));
    assert_eq!(registry.version("orders", VersionNumber::Latest).await, Ok(None));
    let subject = Subject::new("orders", SchemaType::AVRO, "\"string\"");
    let plan = registry.plan(&[subject], PlanOptions::new()).await.expect("planned");
    assert_eq!(plan.changes()[0].schema, SchemaChange::Create);

    // In its own context it is found: by the setting, by its name, by the address.
    let staging = RegistryClient::builder(&server.url).context("staging").build().expect("a URL");
    for (registry, name) in [
        (&staging, "orders"),
        (&registry, ":.staging:orders"),
        (&client(&format!("{}/contexts/.staging", server.url)), "orders"),
    ] {
        let found = registry.look_up(name, &schema).await.expect("answered").expect("there");
        assert_eq!((found.id, &*found.subject), (SchemaId(2), ":.staging:orders"));
    }
    let other = RegistryClient::builder(&server.url).context(".other").build().expect("a URL");
    assert_eq!(other.look_up("orders", &schema).await, Ok(None));
}

#[tokio::test]
async fn subjects_and_ids_are_requested_in_the_context() {
    let server = Server::json(200, r#"{"schema":"\"string\"","id":1}"#);
    let registry = RegistryClient::builder(&server.url).context(":.staging:").build().expect("a URL");
    let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
    registry.register("orders", &schema).await.expect("registered");
    // An id is cached for the subject that it was requested with.
    for _ in 0..2 {
        registry.schema_by_id(SchemaId(1)).await.expect("answered");
        registry.schema_by_id_of("orders", SchemaId(1)).await.expect("answered");
        registry.schema_by_id_of(":.other:orders", SchemaId(1)).await.expect("answered");
    }
    assert_eq!(
        server.lines(),
        [
            "POST /subjects/%3A.staging%3Aorders/versions",
            "GET /schemas/ids/1?subject=%3A.staging%3A",
            "GET /schemas/ids/1?subject=%3A.staging%3Aorders",
            "GET /schemas/ids/1?subject=%3A.other%3Aorders",
        ]
    );
    let plain = Server::json(200, r#"{"schema":"\"string\""}"#);
    client(&plain.url).schema_by_id(SchemaId(1)).await.expect("answered");
    assert_eq!(plain.lines(), ["GET /schemas/ids/1"]);
}

#[tokio::test]
async fn errors_show_names_as_they_are() {
    let server = Server::json(500, r#"{"error_code":50001,"message":"down"}"#);
    let error = client(&server.url).versions(":.staging:orders.placed.v1-value").await.expect_err("down");
    let shown = format!("GET {}/subjects/:.staging:orders.placed.v1-value/versions was", server.url);
    assert!(error.to_string().starts_with(&shown), "{error}");
}
