//! Levels that are weaker than those of the registry.

use eventgen_registry::registration::{PlanOptions, SchemaChange, WeakerLevels};
use eventgen_registry::{Compatibility, SchemaType, Subject};

use crate::client;
use crate::server::{Response, Server};

const ABSENT: &str = r#"{"error_code":40401,"message":"not found"}"#;

/// A registry without subjects, with a global level and one of the subject `own`.
fn registry(global: &'static str, own: &'static str) -> Server {
    Server::start(move |request| {
        let level = |level: &str| Response::Json(200, format!(r#"{{"compatibilityLevel":"{level}"}}"#));
        match request.line.as_str() {
            "GET /config" => level(global),
            "GET /config/own" => level(own),
            line if line.starts_with("PUT /config/") => Response::Json(200, "{}".to_owned()),
            line if line.starts_with("POST /subjects/") && line.ends_with("/versions") => {
                Response::Json(200, r#"{"id":1,"version":1}"#.to_owned())
            }
            _ => Response::Json(404, ABSENT.to_owned()),
        }
    })
}

#[tokio::test]
async fn a_weaker_level_is_set_only_where_that_is_allowed() {
    use Compatibility::*;
    for (subject, global, own, to, refused) in [
        ("new", "FULL_TRANSITIVE", "NONE", Backward, Some(FullTransitive)),
        ("new", "BACKWARD", "NONE", None, Some(Backward)),
        ("own", "NONE", "FULL", Backward, Some(Full)),
        ("own", "FULL_TRANSITIVE", "BACKWARD", Full, Option::None),
        ("new", "BACKWARD", "NONE", Forward, Option::None),
        ("own", "FULL", "NONE", Backward, Option::None),
    ] {
        let server = registry(global, own);
        let client = client(&server.url);
        let subjects = [Subject::new(subject, SchemaType::AVRO, "a").with_compatibility(to)];
        let plan = client
            .plan(&subjects, PlanOptions::new().weaker_levels(WeakerLevels::Refuse))
            .await
            .expect("planned");
        let change = &plan.changes()[0];
        let case = format!("{subject}, global {global}, own {own}, to {to}");
        match refused {
            Some(from) => assert_eq!(change.schema, SchemaChange::WeakerLevel { from, to }, "{case}"),
            Option::None => assert_eq!(change.level.expect("a change").to, to, "{case}"),
        }
        let applied = client.apply(&plan, |_| ()).await;
        let changed =
            server.lines().iter().any(|line| line.starts_with("PUT ") || line.ends_with("/versions"));
        match applied {
            Err(error) => {
                assert!(refused.is_some() && error.to_string().contains("is weaker than"), "{case}: {error}");
                let written = server.lines().into_iter().find(|line| line.starts_with("PUT "));
                assert_eq!(written, Option::None, "{case}");
            }
            Ok(_) => assert!(refused.is_none() && changed, "{case}"),
        }
        // Where it is allowed, it is set.
        let plan = client.plan(&subjects, PlanOptions::new()).await.expect("planned");
        assert_eq!(plan.changes()[0].level.expect("a change").to, to, "{case}");
    }
}
