//! Each program runs to its end and prints what its comments promise.

use std::process::{Command, Output};

/// What a program prints, by lines.
fn lines(program: &str) -> Vec<String> {
    let output = Command::new(program).output().expect("the program starts");
    text(output).lines().map(|line| line.trim().to_owned()).collect()
}

fn text(output: Output) -> String {
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

#[test]
fn produce_keeps_the_events_of_a_customer_in_one_partition() {
    let printed = lines(env!("CARGO_BIN_EXE_produce"));
    assert_eq!(printed, ["order 1 is at partition 2 offset 0", "order 101 is at partition 2 offset 100"]);
}

#[test]
fn transactions_write_to_two_topics_or_to_none() {
    let printed = lines(env!("CARGO_BIN_EXE_transactions"));
    let expected = [
        "committed",
        "orders: 1, parcels: 1",
        "aborted: too small for a parcel of its own",
        "orders: 1, parcels: 1",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn exactly_once_writes_what_handlers_send_that_succeed() {
    let printed = lines(env!("CARGO_BIN_EXE_exactly_once"));
    assert_eq!(printed, ["handled: 3, rejected: 1", "moved: 3, dead letters: 1"]);
}

#[test]
fn consume_handles_every_event_in_order_and_has_no_lag() {
    let printed = lines(env!("CARGO_BIN_EXE_consume"));
    let expected = [
        "offset 0: order-1 for ada",
        "offset 1: order-2 for ada",
        "offset 2: order-3 for ada",
        "lag: Ok(0)",
        "handled: 3",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn probes_follow_two_groups_through_their_run() {
    let printed = lines(env!("CARGO_BIN_EXE_probes"));
    let expected = [
        "before the run: live 503, ready 503",
        "both have caught up: ready 200",
        "billing is read again from offset Ok(0)",
        "warehouse: 1 handled",
        "billing: 2 handled",
        "after the run: live 503",
    ];
    assert_eq!(printed, expected);
}

#[test]
fn composite_keys_are_escaped() {
    let mut printed = lines(env!("CARGO_BIN_EXE_composite_keys"));
    printed.sort();
    assert_eq!(printed, [r"key north\|chair|", "key north|chair", "key north|chair", "key south|table"]);
}

#[test]
fn headers_of_fields_literals_and_nulls_reach_the_handler() {
    let printed = lines(env!("CARGO_BIN_EXE_headers")).join(", ");
    let common = "event-type: com.example.shop.StockMoved, source: scanner, warehouse: north";
    assert_eq!(
        printed,
        format!("12 pieces:, {common}, order-id: absent, -2 pieces:, {common}, order-id: order-1")
    );
}

#[test]
fn retries_end_in_success_or_in_a_dead_letter() {
    let printed = lines(env!("CARGO_BIN_EXE_retries"));
    let expected = [
        "order-1 is shipped at attempt 1",
        "order-2 is shipped at attempt 2",
        "order-3 is shipped at attempt 2",
        "3 handled, 4 retried, 3 dead letters:",
        "exhausted: the shelf is empty",
        "rejected: nothing is ordered",
    ];
    assert_eq!(printed[..6], expected);
    assert!(printed[6].starts_with("poison: the value begins with byte 0x7b"), "{}", printed[6]);
}

#[test]
fn several_events_of_one_topic_reach_their_methods_in_order() {
    let printed = lines(env!("CARGO_BIN_EXE_several_events"));
    assert_eq!(printed, ["payment-1: 19.95 from ada", "payment-1: refunded, broken"]);
}

#[test]
fn several_topics_reach_their_handlers() {
    let mut printed = lines(env!("CARGO_BIN_EXE_several_topics"));
    printed.sort();
    assert_eq!(printed, ["handled: 2", "shop.orders.v1: order-1", "shop.parcels.v1: parcel-1"]);
}

#[test]
fn protobuf_messages_are_events() {
    let printed = lines(env!("CARGO_BIN_EXE_protobuf"));
    assert_eq!(
        printed,
        [
            "not sent: a message that holds a field of the key (depot.id) is absent, and a record without a key has no order",
            "parcel-1 is in north, key north",
        ]
    );
}

#[test]
fn derive_makes_a_schema_of_a_type() {
    let printed = lines(env!("CARGO_BIN_EXE_derive"));
    assert!(printed[0].contains(r#"{"name":"stars","doc":"From 1 to 5.","type":"int"}"#), "{}", printed[0]);
    assert_eq!(printed[1..], ["chair: 5 stars"]);
}

#[test]
fn derive_schema_first_reads_what_it_wrote() {
    let printed = lines(env!("CARGO_BIN_EXE_derive_schema_first"));
    assert_eq!(printed, [r#"OrderPlaced { order_id: "order-1", customer_id: "ada", quantity: 2 }"#]);
}

#[test]
fn derive_protobuf_makes_a_file_of_a_message() {
    let printed = lines(env!("CARGO_BIN_EXE_derive_protobuf"));
    assert_eq!(printed[..2], ["key ada", "com/example/shop/article_returned.proto:"]);
    assert!(printed.iter().any(|line| line == r#"topic: "shop.returns.v1""#), "{printed:?}");
}

#[test]
fn environments_change_the_contract() {
    let printed = lines(env!("CARGO_BIN_EXE_environments"));
    let expected = [
        "generated: 3 partitions",
        r#"dev: 1 partitions, 1 replicas, {"retention.ms": "604800000"}"#,
        r#"prod: 3 partitions, 3 replicas, {"min.insync.replicas": "2", "retention.ms": "604800000"}"#,
    ];
    assert_eq!(printed, expected);
}

#[test]
fn observe_counts_what_happens() {
    let printed = lines(env!("CARGO_BIN_EXE_observe"));
    assert_eq!(printed, ["dead-lettered: 1", "handled: 2", "retried: 2"]);
}

#[test]
fn deletions_reach_a_handler_that_shares_its_state() {
    let printed = lines(env!("CARGO_BIN_EXE_deletions"));
    let expected = ["is 7 moved to Reykjavík", "is 7 moved to Akureyri", "is|7 is deleted", "left: []"];
    assert_eq!(printed, expected);
}

#[test]
fn a_deletion_has_the_fields_of_a_typed_key() {
    let printed = lines(env!("CARGO_BIN_EXE_typed_keys"));
    assert_eq!(printed, ["chair costs 4900 cents in is", "chair is not sold in is"]);
}

#[test]
fn batches_name_the_event_that_failed() {
    let printed = lines(env!("CARGO_BIN_EXE_batches"));
    let expected = ["2 of 5 rows inserted", "2 of 2 rows inserted", "handled: 4, rejected: 1"];
    assert_eq!(printed, expected);
}

#[test]
fn middleware_sees_attempts_and_ends_records() {
    let printed = lines(env!("CARGO_BIN_EXE_middleware"));
    let expected = [
        "com.example.shop.OrderPlaced at offset 0: in time, failed",
        "welcome, ada",
        "com.example.shop.OrderPlaced at offset 0: in time, done",
        "com.example.shop.OrderPlaced at offset 1: in time, done",
        "handled: 2, retried: 1",
    ];
    assert_eq!(printed, expected);
}

#[cfg(unix)]
mod service {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::process::{Child, Command, Stdio};
    use std::time::{Duration, Instant};

    use eventgen_testkit::{TestCluster, records};
    use programs::events::com::example::shop::{ShopOrdersV1, shop_orders_v1};

    /// A process that is killed when a test fails.
    struct Service(Child);

    impl Drop for Service {
        fn drop(&mut self) {
            let _ = self.0.kill();
        }
    }

    /// Sends a request and returns the answer with its status line and headers.
    fn ask(address: &str, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(address).expect("the service listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        answer
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_web_service_produces_consumes_and_stops_cleanly() {
        let cluster = TestCluster::start().expect("a cluster");
        cluster.prepare::<ShopOrdersV1>().await.expect("topics and schemas");
        let mut service = Service(
            Command::new(env!("CARGO_BIN_EXE_web_service"))
                .env("KAFKA_BOOTSTRAP_SERVERS", cluster.bootstrap_servers())
                .env("SCHEMA_REGISTRY_URL", cluster.schema_registry().url())
                .stdout(Stdio::piped())
                .spawn()
                .expect("the program starts"),
        );
        let mut printed = BufReader::new(service.0.stdout.take().expect("piped")).lines();
        let mut line = || printed.next().expect("a line").expect("text");
        let first = line();
        let address = first.strip_prefix("listening on ").expect("an address");

        for number in 1..=3 {
            let body = format!(r#"{{"order_id":"order-{number}","customer_id":"ada","quantity":{number}}}"#);
            let answer = ask(address, "POST", "/orders", &body);
            assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        }
        let deadline = Instant::now() + Duration::from_secs(60);
        while !ask(address, "GET", "/shipped", "").ends_with("\r\n6") {
            assert!(Instant::now() < deadline, "the orders are handled");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }

        let pid = service.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        assert_eq!(line(), "stopped: 3 handled");
        assert!(service.0.wait().expect("an end").success());

        let client = cluster.client().expect("a client");
        assert_eq!(records(&client, shop_orders_v1::TOPIC.name).await.expect("records").len(), 3);
        let lag = client.lag(shop_orders_v1::groups::WAREHOUSE, shop_orders_v1::TOPIC.name).await;
        assert!(lag.expect("a lag").iter().all(|partition| partition.records == 0));
    }
}
