//! Each way not to connect is an error within seconds that says why.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use crate::{Properties, builder, mutual, password, sasl_tls, tls, variable};

/// The longest that an error may take. A fault would take minutes.
const SECONDS: Duration = Duration::from_secs(60);

/// A way not to connect.
struct Refused {
    what: &'static str,
    servers: String,
    properties: Properties,
    /// What the error says.
    says: &'static [&'static str],
}

fn with(mut properties: Properties, name: &'static str, value: impl Into<String>) -> Properties {
    properties.retain(|(other, _)| *other != name);
    properties.push((name, value.into()));
    properties
}

fn without(mut properties: Properties, names: &[&str]) -> Properties {
    properties.retain(|(name, _)| !names.contains(name));
    properties
}

fn ways() -> Vec<Refused> {
    let certificate = || mutual("client");
    let alice = |mechanism| password(mechanism, "alice", "alice-secret");
    let localhost = tls().replace("127.0.0.1", "localhost");
    let way = |what, servers: String, properties, says| Refused { what, servers, properties, says };
    vec![
        way(
            "a wrong password",
            sasl_tls(),
            password("PLAIN", "alice", "open sesame"),
            &["refused the credentials"],
        ),
        way(
            "a wrong password",
            sasl_tls(),
            password("SCRAM-SHA-512", "alice", "open sesame"),
            &["refused the credentials"],
        ),
        way(
            "an unknown user",
            sasl_tls(),
            password("SCRAM-SHA-512", "mallory", "open sesame"),
            &["refused the credentials"],
        ),
        way("a mechanism that is off", sasl_tls(), alice("SCRAM-SHA-256"), &["does not have the mechanism"]),
        way(
            "a foreign broker",
            sasl_tls(),
            with(alice("PLAIN"), "ssl.ca.location", crate::file("foreign-ca.pem")),
            &["check that `ssl.ca.location`"],
        ),
        way(
            "a broker that the system does not trust",
            sasl_tls(),
            without(alice("PLAIN"), &["ssl.ca.location"]),
            &["check that `ssl.ca.location`"],
        ),
        way("another host name", localhost, certificate(), &["name the host of the address"]),
        way("a foreign certificate", tls(), mutual("foreign"), &["`ssl.certificate.location`"]),
        way("an expired certificate", tls(), mutual("expired"), &["when it expires"]),
        way(
            "no certificate",
            tls(),
            without(certificate(), &["ssl.certificate.location", "ssl.key.location"]),
            &["`ssl.certificate.location`"],
        ),
        way("no encryption", tls(), vec![], &["security.protocol"]),
        way(
            "encryption on a plain port",
            variable("KAFKA_BOOTSTRAP_SERVERS"),
            certificate(),
            &["the listener has no TLS"],
        ),
        way(
            "a missing file",
            tls(),
            with(certificate(), "ssl.ca.location", "/no/such.pem"),
            &["ssl.ca.location", "the file is there"],
        ),
        way(
            "the key of another certificate",
            tls(),
            with(certificate(), "ssl.key.location", crate::file("foreign.key")),
            &["that of another certificate"],
        ),
    ]
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn what_is_wrong_is_said_within_seconds() {
    let refused = ways().into_iter().map(|way| async move {
        let asked = Instant::now();
        let client = builder(&way.servers, "http://127.0.0.1:1", way.properties).build().expect("addresses");
        let answer = client.partition_count("orders").await;
        let error = answer.err().map_or_else(|| "no error".to_owned(), |error| error.to_string());
        println!("{} after {:.1} s: {error}", way.what, asked.elapsed().as_secs_f32());
        let says_all = way.says.iter().all(|text| error.contains(text)) && !error.contains("sesame");
        (!says_all || asked.elapsed() > SECONDS).then_some(way.what)
    });
    let wrong: Vec<&str> = join_all(refused).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}
