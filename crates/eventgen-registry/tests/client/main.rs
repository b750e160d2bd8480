//! The client against a server that responds as each test tells it to: what is sent, what is read, and what a registry
//! that does not behave becomes.

mod contexts;
mod faults;
mod levels;
mod registration;
mod server;
mod stub;
#[cfg(feature = "tls")]
mod tls;

use std::time::{Duration, Instant};

use eventgen_registry::{
    Compatibility, NewSchema, RegistryClient, RegistryError, SchemaId, SchemaReference, SchemaType,
    VersionNumber, blocking,
};
use serde_json::{Value, json};

use server::{Response, Server};

fn client(url: &str) -> RegistryClient {
    RegistryClient::builder(url).build().expect("a URL")
}

const NOT_FOUND: &str = r#"{"error_code":40403,"message":"Schema not found"}"#;

#[tokio::test]
async fn credentials_are_sent_and_never_shown() {
    let server = Server::json(401, "{}");
    let with_user = server.url.replace("http://", "http://KEY:open%20sesame@");
    let clients = [
        (client(&with_user), "basic S0VZOm9wZW4gc2VzYW1l"),
        (
            RegistryClient::builder(&server.url).basic_auth("KEY", "open sesame").build().expect("a URL"),
            "basic S0VZOm9wZW4gc2VzYW1l",
        ),
        (RegistryClient::builder(&server.url).bearer("sesame").build().expect("a URL"), "bearer sesame"),
    ];
    for (client, header) in clients {
        let error = client.subjects().await.expect_err("refused");
        assert_eq!(error, RegistryError::Unauthorized { url: server.url.clone(), status: 401 });
        let shown = format!("{error} {error:?} {client:?}");
        assert!(!shown.contains("sesame") && !shown.contains("S0VZ"), "{shown}");
        let sent = server.requests().pop().expect("a request").headers;
        let header = format!("authorization: {}", header.to_lowercase());
        assert!(sent.contains(&header), "{header} is not in {sent:?}");
    }
    let builder = RegistryClient::builder(&with_user).bearer("sesame");
    assert!(!format!("{builder:?}").contains("sesame"));
}

#[test]
fn a_token_that_no_header_can_have_is_named_before_the_address_is_blamed() {
    for token in ["sesame\n", "open sesame", "s\u{e9}same"] {
        let error = RegistryClient::builder("http://localhost:1").bearer(token).build().expect_err("refused");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("SCHEMA_REGISTRY_TOKEN") && !shown.contains("same"), "{shown}");
    }
}

#[tokio::test]
async fn a_registry_that_does_not_respond_is_given_up_after_the_timeout() {
    let server = Server::start(|_| Response::Silence);
    let client =
        RegistryClient::builder(&server.url).timeout(Duration::from_millis(200)).build().expect("a URL");
    let started = Instant::now();
    let error = client.subjects().await.expect_err("no response");
    assert!(started.elapsed() < Duration::from_secs(5));
    let text = error.to_string();
    assert!(matches!(error, RegistryError::Unreachable { .. }), "{text}");
    assert!(text.contains(&server.url) && text.contains("no response within 200ms"), "{text}");
}

#[tokio::test]
async fn a_connection_that_breaks_names_the_cause() {
    let server = Server::start(|_| Response::Close);
    let error = client(&server.url).subjects().await.expect_err("closed").to_string();
    assert!(error.contains("connection closed"), "{error}");
    // A port that was free a moment ago.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let error = client(&url).subjects().await.expect_err("refused").to_string();
    assert!(error.contains(&url) && error.contains("refused"), "{error}");
}

#[tokio::test]
async fn redirects_are_followed_and_credentials_stay_with_the_host() {
    let elsewhere = Server::json(200, r#"["moved"]"#);
    let to = format!("{}/subjects", elsewhere.url);
    let server = Server::start(move |request| match request.line.as_str() {
        "GET /old/subjects" => Response::Redirect(302, "/new/subjects".to_owned()),
        "GET /new/subjects" => Response::Json(200, r#"["here"]"#.to_owned()),
        "POST /old/subjects/s/versions" => Response::Redirect(307, "/new/subjects/s/versions".to_owned()),
        "POST /new/subjects/s/versions" => Response::Json(200, r#"{"id":7}"#.to_owned()),
        "GET /away/subjects" => Response::Redirect(302, to.clone()),
        _ => Response::Redirect(302, "/loop".to_owned()),
    });
    let at = |path: &str| {
        let url = format!("{}/{path}", server.url);
        RegistryClient::builder(&url).basic_auth("user", "sesame").build().expect("a URL")
    };
    assert_eq!(at("old").subjects().await.expect("followed"), ["here"]);
    let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
    assert_eq!(at("old").register("s", &schema).await, Ok(SchemaId(7)), "with its body");
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.headers.iter().any(|h| h.starts_with("authorization")))
    );
    assert_eq!(at("away").subjects().await.expect("followed"), ["moved"]);
    let away = elsewhere.requests().pop().expect("a request").headers;
    assert!(away.iter().all(|header| !header.contains("authorization")), "{away:?}");
    let error = at("loop").subjects().await.expect_err("a loop").to_string();
    assert!(error.contains("too many redirects"), "{error}");
}

#[tokio::test]
async fn what_is_not_a_registry_is_told() {
    let page = Server::start(|_| Response::Html(200, "<html>Please log in</html>".to_owned()));
    let error = client(&page.url).schema_by_id(SchemaId(1)).await.expect_err("a page").to_string();
    assert!(error.contains(&format!("GET {}/schemas/ids/1", page.url)), "{error}");
    assert!(error.contains("is this a Schema Registry?"), "{error}");
    // A list of the fields of an object is not an object, and a schema has a text.
    for body in [r#"["AVRO","\"string\""]"#, r#"{"schema":""}"#, r#"{"schema":7}"#] {
        let server = Server::json(200, body);
        let error = client(&server.url).schema_by_id(SchemaId(1)).await.expect_err(body);
        assert!(matches!(error, RegistryError::UnexpectedAnswer { .. }), "{error}");
    }
    // What a proxy says is quoted, and is not "there is no such schema".
    let proxy = Server::start(|_| Response::Html(404, "no upstream".to_owned()));
    let error = client(&proxy.url).schema_by_id(SchemaId(1)).await.expect_err("a proxy");
    assert!(
        matches!(&error, RegistryError::Rejected { status: 404, error_code: 404, message, .. } if message.starts_with("no upstream; ")),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_address_with_a_wrong_path_asks_for_the_path() {
    for body in ["", r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#, "Not Found"] {
        let server = Server::json(404, body);
        let error = client(&server.url).schema_by_id(SchemaId(1)).await.expect_err(body).to_string();
        assert!(error.ends_with("; is this a Schema Registry? Check the path of the address"), "{error}");
        assert!(!error.contains("404: ;"), "{error}");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_none() {
    for code in [40_401, 40_402, 40_403, 40_408] {
        let server = Server::json(404, &NOT_FOUND.replace("40403", &code.to_string()));
        let client = client(&server.url);
        assert_eq!(client.schema_by_id(SchemaId(1)).await, Ok(None));
        assert_eq!(client.version("s", VersionNumber::Latest).await, Ok(None));
        assert_eq!(client.versions("s").await, Ok(vec![]));
        assert_eq!(client.compatibility_level("s").await, Ok(None));
        let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
        assert_eq!(client.look_up("s", &schema).await, Ok(None));
        assert!(client.check_compatibility("s", &schema).await.expect("nothing to break").is_compatible);
    }
}

#[tokio::test]
async fn a_schema_is_requested_once_and_what_is_missing_again() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /schemas/ids/1" => Response::Json(200, r#"{"schema":"\"string\""}"#.to_owned()),
        _ => Response::Json(404, NOT_FOUND.to_owned()),
    });
    let client = client(&server.url);
    for _ in 0..3 {
        let schema = client.clone().schema_by_id(SchemaId(1)).await.expect("there").expect("there");
        assert_eq!((schema.schema_type.clone(), &*schema.text), (SchemaType::AVRO, "\"string\""));
        assert_eq!(client.schema_by_id(SchemaId(2)).await, Ok(None));
    }
    assert_eq!(server.lines().iter().filter(|line| *line == "GET /schemas/ids/1").count(), 1);
    assert_eq!(server.lines().iter().filter(|line| *line == "GET /schemas/ids/2").count(), 3);
}

#[tokio::test]
async fn the_language_of_a_schema_is_what_the_registry_says() {
    for (stated, language) in [
        (json!(null), SchemaType::AVRO),
        (json!("AVRO"), SchemaType::AVRO),
        (json!("PROTOBUF"), SchemaType::PROTOBUF),
        (json!("JSON"), SchemaType::JSON),
        (json!("XML"), SchemaType::new("XML")),
    ] {
        let body = json!({ "schema": "text", "schemaType": stated, "references": null, "guid": "new" });
        let server = Server::json(200, &body.to_string());
        let schema = client(&server.url).schema_by_id(SchemaId(1)).await.expect("there").expect("there");
        assert_eq!(schema.schema_type, language);
    }
}

/// The subject `s0` refers to `s1`, that to `s2`, and so on.
fn chain(length: u32) -> Server {
    Server::start(move |request| {
        let path = request.line.trim_start_matches("GET /subjects/s");
        let number: u32 = path.split('/').next().and_then(|number| number.parse().ok()).expect("a subject");
        assert!(request.line.ends_with("?deleted=true"), "{}", request.line);
        let next = number + 1;
        let references = if next < length {
            json!([{ "name": format!("n{next}"), "subject": format!("s{next}"), "version": 1 }])
        } else {
            json!([])
        };
        let subject = format!("s{number}");
        let body = json!({
            "subject": subject, "version": 1, "id": next, "schema": subject, "references": references,
        });
        Response::Json(200, body.to_string())
    })
}

#[tokio::test]
async fn references_are_fetched_at_any_depth_innermost_first() {
    const DEPTH: u32 = 2_000;
    let server = chain(DEPTH);
    let registry = client(&server.url);
    let reference = |name: &str| json!({ "name": name, "subject": "s0", "version": 1 });
    let schema =
        serde_json::from_value(json!({ "schema": "text", "references": [reference("n0"), reference("n0")] }));
    let schema = schema.expect("a schema");
    let found = registry.referenced_schemas(&schema).await.expect("fetched").expect("all");
    let texts: Vec<&str> = found.iter().map(|schema| schema.text.as_str()).collect();
    assert_eq!((texts.len(), texts[0], texts[texts.len() - 1]), (DEPTH as usize, "s1999", "s0"));
    assert_eq!(found[0].name, "n1999");
    let missing = Server::json(404, NOT_FOUND);
    assert_eq!(client(&missing.url).referenced_schemas(&schema).await, Ok(None));
}

#[tokio::test]
async fn a_refusal_names_the_subject_whatever_its_code() {
    let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
    for code in [409, 40_901] {
        let server = Server::json(409, &json!({ "error_code": code, "message": "too new" }).to_string());
        let error = client(&server.url).register("s", &schema).await.expect_err("refused");
        assert_eq!(
            error,
            RegistryError::Incompatible { subject: "s".to_owned(), reason: "too new".to_owned() }
        );
    }
    let server = Server::json(422, r#"{"error_code":42201,"message":"no schema"}"#);
    let error = client(&server.url).register("s", &schema).await.expect_err("refused");
    assert_eq!(
        error,
        RegistryError::InvalidSchema { subject: "s".to_owned(), reason: "no schema".to_owned() }
    );
}

#[tokio::test]
async fn requests_are_as_the_interface_asks() {
    let server = Server::start(|request| {
        if request.line.contains("/versions?verbose") {
            return Response::Json(404, r#"{"error_code":404,"message":"HTTP 404 Not Found"}"#.to_owned());
        }
        Response::Json(
            200,
            r#"{"id":1,"is_compatible":false,"reason":"no","compatibility":"FULL"}"#.to_owned(),
        )
    });
    let registry = client(&format!("{}/apis/ccompat/v7/", server.url));
    let references = [SchemaReference { name: "n".to_owned(), subject: ":.c:n".to_owned(), version: 2 }];
    let schema = NewSchema { schema_type: SchemaType::PROTOBUF, text: "t", references: &references };
    registry.register("a/b c", &schema).await.expect("registered");
    registry.set_compatibility_level("s", Compatibility::FullTransitive).await.expect("set");
    assert_eq!(registry.compatibility_level("s").await, Ok(Some(Compatibility::Full)));
    let outcome = registry.check_compatibility("s", &schema).await.expect("checked by the latest version");
    assert_eq!((outcome.is_compatible, outcome.messages), (false, vec!["no".to_owned()]));
    let requests = server.requests();
    let lines: Vec<&str> = requests.iter().map(|request| request.line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "POST /apis/ccompat/v7/subjects/a%2Fb%20c/versions",
            "PUT /apis/ccompat/v7/config/s",
            "GET /apis/ccompat/v7/config/s",
            "POST /apis/ccompat/v7/compatibility/subjects/s/versions?verbose=true",
            "POST /apis/ccompat/v7/compatibility/subjects/s/versions/latest?verbose=true",
        ]
    );
    let body: Value = serde_json::from_str(&requests[0].body).expect("JSON");
    let reference = json!({ "name": "n", "subject": ":.c:n", "version": 2 });
    assert_eq!(body, json!({ "schema": "t", "schemaType": "PROTOBUF", "references": [reference] }));
    assert_eq!(requests[1].body, r#"{"compatibility":"FULL_TRANSITIVE"}"#);
    let media_type = "content-type: application/vnd.schemaregistry.v1+json".to_owned();
    assert!(requests[0].headers.contains(&media_type), "{:?}", requests[0].headers);
}

#[tokio::test]
async fn a_level_that_does_not_exist_is_told() {
    let server = Server::json(200, r#"{"compatibilityLevel":"SOMETIMES"}"#);
    let error = client(&server.url).compatibility_level("s").await.expect_err("unknown").to_string();
    assert!(error.contains("`SOMETIMES` is not a compatibility level"), "{error}");
}

#[test]
fn an_address_that_is_not_one_is_told() {
    for (url, reason) in [
        ("localhost:8081", "http:// or https://"),
        ("registry", "not a URL"),
        ("http://", "not a URL"),
        ("http://host?query", "a query"),
        ("http://user:12/secret@", "not a URL"),
        ("user:secret@host:8081", "http:// or https://"),
        ("http://user:secret%40host:8081", "not a URL"),
        ("http://user:secret", "not a URL"),
        ("http://host:8081?password=secret", "a query"),
        ("http://user:secret@a:8081,http://user:secret%40b:8081", "not a URL"),
        ("http://a:8081,b:8081", "a list"),
    ] {
        let error = RegistryClient::builder(url).build().expect_err(url).to_string();
        assert!(error.contains(reason) && error.contains("write it as `http://host:port`"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[test]
fn the_blocking_client_works_with_and_without_a_runtime() {
    let server = Server::json(200, r#"["s"]"#);
    let registry = blocking::RegistryClient::new(RegistryClient::builder(&server.url)).expect("a URL");
    assert_eq!(registry.subjects().expect("listed"), ["s"]);
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let registry = registry.clone();
            std::thread::spawn(move || registry.subjects())
        })
        .collect();
    for thread in threads {
        assert_eq!(thread.join().expect("no panic").expect("listed"), ["s"]);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async move {
        assert_eq!(registry.subjects().expect("listed"), ["s"]);
        drop(registry);
    });
}

#[test]
fn the_blocking_client_survives_a_connection_that_is_closed_between_calls() {
    let server = Server::start(|_| Response::Last(r#"{"id":7}"#.to_owned()));
    let registry = blocking::RegistryClient::new(RegistryClient::builder(&server.url)).expect("a URL");
    let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
    for _ in 0..3 {
        assert_eq!(registry.register("s", &schema), Ok(SchemaId(7)));
        std::thread::sleep(Duration::from_millis(400));
    }
}
