//! A registry that is overloaded, moves, is away or is none.

use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use eventgen_registry::{Compatibility, NewSchema, RegistryClient, RegistryError, SchemaId, SchemaType};

use crate::client;
use crate::server::{Response, Server};

/// A server that fails as told a few times, then lists a subject.
fn failing(times: usize, fails: impl Fn() -> Response + Send + Sync + 'static) -> Server {
    let count = AtomicUsize::new(0);
    Server::start(move |_| {
        if count.fetch_add(1, Ordering::Relaxed) < times {
            return fails();
        }
        Response::Json(200, r#"["s"]"#.to_owned())
    })
}

/// An address that nobody listens on: a port that was free a moment ago.
fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

#[tokio::test]
async fn what_passes_is_repeated_and_has_an_end() {
    for status in [429, 500, 502, 503, 504] {
        let server = failing(2, move || Response::Html(status, "later".to_owned()));
        assert_eq!(client(&server.url).subjects().await.expect("the third time"), ["s"]);
        assert_eq!(server.lines().len(), 3);
    }
    let server = failing(1, || Response::Close);
    assert_eq!(client(&server.url).subjects().await.expect("the second time"), ["s"]);

    let server = failing(usize::MAX, || Response::Json(503, r#"{"message":"busy"}"#.to_owned()));
    let error = client(&server.url).subjects().await.expect_err("busy");
    assert!(matches!(error, RegistryError::Rejected { status: 503, .. }), "{error}");
    assert_eq!(server.lines().len(), 4);
    let client = RegistryClient::builder(&server.url).retries(0).build().expect("a URL");
    client.subjects().await.expect_err("busy");
    assert_eq!(server.lines().len(), 5);
}

#[tokio::test]
async fn what_does_not_pass_is_not_repeated() {
    for status in [400, 401, 403, 404, 409, 422, 501] {
        let server = Server::json(status, r#"{"error_code":1,"message":"no"}"#);
        client(&server.url).subjects().await.expect_err("refused");
        assert_eq!(server.lines().len(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_registry_says_how_long_to_wait() {
    let server = failing(1, || Response::Header(429, "Retry-After: 1".to_owned()));
    let asked = Instant::now();
    assert_eq!(client(&server.url).subjects().await.expect("after a second"), ["s"]);
    assert!(asked.elapsed() >= Duration::from_secs(1));
    // An hour is an error at once.
    let server = failing(usize::MAX, || Response::Header(503, "Retry-After: 3600".to_owned()));
    client(&server.url).subjects().await.expect_err("busy");
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn the_next_address_is_asked_and_kept() {
    let busy = Server::json(503, "{}");
    let right = Server::json(200, r#"["s"]"#);
    let addresses = format!("{}, {},{}/", nobody(), busy.url, right.url);
    let registry = client(&addresses);
    for _ in 0..3 {
        assert_eq!(registry.subjects().await.expect("the third answers"), ["s"]);
    }
    assert_eq!((busy.lines().len(), right.lines().len()), (1, 3));
    assert_eq!(registry.url(), addresses.replace(", ", ",").trim_end_matches('/'));

    // One that is silent takes the timeout once.
    let silent = Server::start(|_| Response::Silence);
    let addresses = format!("{},{}", silent.url, right.url);
    let registry =
        RegistryClient::builder(&addresses).timeout(Duration::from_millis(200)).build().expect("URLs");
    assert_eq!(registry.subjects().await.expect("the second answers"), ["s"]);
}

#[tokio::test]
async fn each_address_has_its_credentials() {
    let [first, second] = [Server::json(503, "{}"), Server::json(200, "[]")];
    let with = |url: &str, user: &str| url.replace("http://", &format!("http://{user}:p,w@"));
    let registry = client(&format!("{},{}", with(&first.url, "a"), with(&second.url, "b")));
    registry.subjects().await.expect("the second answers");
    let sent = |server: &Server| server.requests().pop().expect("a request").headers.join(" ");
    assert!(sent(&first).contains("basic ytpwlhc="), "{}", sent(&first));
    assert!(sent(&second).contains("basic yjpwlhc="), "{}", sent(&second));
    assert!(!format!("{} {registry:?}", registry.url()).contains("p,w"));
}

#[tokio::test]
async fn a_write_that_is_redirected_names_the_new_address() {
    for status in [301, 302, 303] {
        let server = Server::start(move |_| {
            Response::Redirect(status, "http://user:secret@new.example.com/config/s".to_owned())
        });
        let error = client(&server.url).set_compatibility_level("s", Compatibility::Full).await;
        let error = error.expect_err("redirected");
        assert!(matches!(error, RegistryError::Redirected { .. }), "{error}");
        let text = error.to_string();
        assert!(text.contains("http://new.example.com/config/s") && !text.contains("secret"), "{text}");
        assert_eq!(server.lines(), ["PUT /config/s"]);
    }
    let there = Server::json(200, r#"{"compatibility":"FULL"}"#);
    for status in [307, 308] {
        let to = format!("{}/config/s", there.url);
        let server = Server::start(move |_| Response::Redirect(status, to.clone()));
        client(&server.url).set_compatibility_level("s", Compatibility::Full).await.expect("set");
        let last = there.requests().pop().expect("a request");
        assert_eq!((&*last.line, &*last.body), ("PUT /config/s", r#"{"compatibility":"FULL"}"#));
    }
}

#[tokio::test]
async fn what_answers_is_said() {
    let page = "<!doctype html><html><head><title>Sign in</title></head><body>to continue</body></html>";
    for (response, said) in [
        (
            Response::Html(200, page.to_owned()),
            "a page of HTML: Sign in to continue; is this a Schema Registry?",
        ),
        (Response::Html(200, "no JSON".to_owned()), "the response is not JSON: no JSON"),
        (Response::Json(200, r#"{"schema":"#.to_owned()), "the response ends too early"),
        (Response::Json(200, String::new()), "the response has no text"),
        (
            Response::Html(418, page.to_owned()),
            "HTTP 418, error code 418: the response is a page of HTML: Sign in",
        ),
        (Response::Garbage("\u{1}\u{2}not HTTP\r\n\r\n".to_owned()), "what answers does not speak HTTP"),
    ] {
        let server = Server::start(move |_| response.clone());
        let error = client(&server.url).schema_by_id(SchemaId(1)).await.expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
        assert!(!error.contains("does not answer"), "{error}");
        assert_eq!(server.lines().len(), 1, "it is not repeated");
    }
    // A change is confirmed by a registry, not by a page.
    let server = Server::start(move |_| Response::Html(200, page.to_owned()));
    client(&server.url).set_compatibility_level("s", Compatibility::Full).await.expect_err("a page");
    let schema = NewSchema::new(SchemaType::AVRO, "\"string\"");
    client(&server.url).register("s", &schema).await.expect_err("a page");
}

#[test]
fn certificates_that_cannot_be_read_are_named() {
    let builder = RegistryClient::builder("http://localhost:1").ca_location("no/such/ca.pem");
    let error = builder.build().expect_err("no file").to_string();
    let said = if cfg!(feature = "tls") { "no/such/ca.pem: " } else { "this build has no TLS" };
    assert!(error.contains(said), "{error}");
}
