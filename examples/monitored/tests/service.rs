//! The service runs on the embedded cluster as it would in production: probes, logs, a signal.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use eventgen_testkit::{TestCluster, send_bytes};
use monitored::events::com::example::shop::{OrderPlaced, ShopOrdersV1};
use serde_json::Value;

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

struct Service {
    child: Child,
    log: BufReader<ChildStdout>,
}

impl Service {
    fn start(cluster: &TestCluster) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_monitored"))
            .env("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrap_servers())
            .env("SCHEMA_REGISTRY_URL", cluster.schema_registry().url())
            .env("LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the service starts");
        let log = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, log }
    }

    /// The next line of the log with this message.
    fn logged(&mut self, message: &str) -> Value {
        loop {
            let mut line = String::new();
            assert_ne!(self.log.read_line(&mut line).expect("UTF-8"), 0, "the log ends without `{message}`");
            let logged: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            if logged["fields"]["message"].as_str().is_some_and(|text| text.contains(message)) {
                return logged;
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status and the body of an answer.
fn get(address: &str, path: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("UTF-8");
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.split(' ').nth(1).unwrap_or_default().to_owned(), body.to_owned())
}

fn until(address: &str, path: &str, wanted: impl Fn(&str, &str) -> bool) -> String {
    let begun = Instant::now();
    loop {
        let (status, body) = get(address, path);
        if wanted(&status, &body) {
            return body;
        }
        assert!(begun.elapsed() < PATIENCE, "{path}: {status} {body}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_probed_logs_in_json_and_ends_on_sigterm() {
    let cluster = TestCluster::start().expect("a cluster");
    cluster.prepare::<ShopOrdersV1>().await.expect("topics and schemas");
    let mut service = Service::start(&cluster);
    let listening = service.logged("listening");
    let address = listening["fields"]["address"].as_str().expect("an address").to_owned();
    until(&address, "/ready", |status, _| status == "200");
    assert_eq!(get(&address, "/live").0, "200");

    let client = cluster.client().expect("a client");
    let orders = ShopOrdersV1::producer(&client).await.expect("a producer");
    let order = |order_id: &str, quantity| OrderPlaced {
        order_id: order_id.to_owned(),
        customer_id: "ada".to_owned(),
        quantity,
    };
    orders.send(&order("order-1", 2)).await.expect("sent");
    let shipped = service.logged("shipped");
    assert_eq!((&shipped["level"], &shipped["fields"]["order"]), (&"INFO".into(), &"order-1".into()));
    orders.send(&order("order-2", 0)).await.expect("sent");
    send_bytes(&client, "shop.orders.v1", b"ada", b"no event").await.expect("sent");
    for disposition in ["rejected", "poison"] {
        let logged = service.logged("dead letter");
        let text = logged.to_string();
        assert!(text.contains(disposition), "{text}");
        assert_eq!(logged["fields"]["topic"], "shop.orders.v1", "{text}");
        assert!(
            logged["fields"]["partition"].is_number() && logged["fields"]["offset"].is_number(),
            "{text}"
        );
    }

    let expected = [
        "eventgen_consumer_dead_letters_total{",
        "eventgen_consumer_lag_seconds{",
        "messaging_process_duration_seconds_bucket{",
    ];
    let metrics = until(&address, "/metrics", |_, body| expected.iter().all(|name| body.contains(name)));
    let rejected =
        |line: &str| line.contains("dead_letters_total") && line.contains(r#"disposition="rejected""#);
    assert!(metrics.lines().any(|line| rejected(line) && line.ends_with(" 1")), "{metrics}");

    let id = service.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill").success());
    let stopped = service.logged("stopped");
    let count = |name: &str| stopped["fields"][name].as_u64();
    assert_eq!(
        (count("handled"), count("rejected"), count("poison")),
        (Some(1), Some(1), Some(1)),
        "{stopped}"
    );
    assert_eq!(service.child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn an_error_at_the_start_is_logged_and_the_exit_code_is_1() {
    let output = Command::new(env!("CARGO_BIN_EXE_monitored"))
        .env_remove("KAFKA_BOOTSTRAP_SERVERS")
        .output()
        .expect("the service starts");
    assert_eq!(output.status.code(), Some(1));
    let line: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    let message = line["fields"]["message"].as_str().expect("a message");
    assert!(message.contains("KAFKA_BOOTSTRAP_SERVERS"), "{message}");
}
