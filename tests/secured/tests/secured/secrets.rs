//! No log line, error or `Debug` output has a password or a private key.

use std::fs;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::filter::LevelFilter;

use crate::ways_in::round_trip;
use crate::{Properties, builder, file, mutual, password, sasl_tls, tls};

/// Everything that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn talkative(mut properties: Properties) -> Properties {
    properties.push(("debug", "all".to_owned()));
    properties
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn nothing_that_is_logged_or_shown_has_a_secret() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone()).init();
    let key = fs::read_to_string(file("client.key")).expect("a key");
    let texts = vec![
        ("security.protocol", "SSL".to_owned()),
        ("ssl.ca.location", file("ca.pem")),
        ("ssl.certificate.pem", fs::read_to_string(file("client.pem")).expect("a certificate")),
        ("ssl.key.pem", key.clone()),
        ("ssl.key.password", "open-sesame".to_owned()),
    ];
    let alice = |mechanism| password(mechanism, "alice", "alice-secret");
    let shown: Vec<String> = [texts.clone(), alice("PLAIN"), alice("SCRAM-SHA-512")]
        .into_iter()
        .map(|properties| {
            let registry = "http://alice:registry-secret@127.0.0.1:1";
            let builder = builder(&sasl_tls(), registry, properties);
            let shown = format!("{builder:?}");
            shown + &format!("{:?}", builder.build().expect("the addresses are complete"))
        })
        .collect();
    tokio::join!(
        round_trip("logged-texts", tls(), talkative(texts)),
        round_trip("logged-certificate", tls(), talkative(mutual("client"))),
        round_trip("logged-plain", sasl_tls(), talkative(alice("PLAIN"))),
        round_trip("logged-scram", sasl_tls(), talkative(alice("SCRAM-SHA-512"))),
    );
    let wrong =
        builder(&sasl_tls(), "http://127.0.0.1:1", talkative(password("PLAIN", "alice", "open-sesame")));
    let client = wrong.build().expect("the addresses are complete");
    let error = client.partition_count("orders").await.expect_err("a wrong password").to_string();
    let logged = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let logged = String::from_utf8_lossy(&logged).into_owned();
    assert!(logged.contains("SASL"), "librdkafka logs nothing: {} bytes", logged.len());
    // A line in the middle of the key.
    let key = key.lines().nth(1).expect("a line of a key");
    for secret in ["alice-secret", "registry-secret", "open-sesame", key] {
        for text in shown.iter().chain([&error]).map(String::as_str).chain(logged.lines()) {
            assert!(!text.contains(secret), "{text}");
        }
    }
}
