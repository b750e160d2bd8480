//! No command prints or writes a password, wherever it is set and whatever is wrong with the place.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::{fs, thread};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Project, Ran, commands, words};

/// The beginning of every secret. Nothing else has it.
const SECRET: &str = "zQ9x";

/// Where nobody answers.
const NOBODY: &str = "127.0.0.1:1";

/// Every command with the servers that it can use.
const CALLS: [&str; 34] = [
    "check --env prod",
    "compat schemas schemas",
    "completions bash",
    "diff --against lock --env prod",
    "diff --against registry --env prod",
    "dlq discard --reason old --env prod",
    "dlq list --env prod",
    "dlq redrive --env prod",
    "dlq show --env prod",
    "docs --env prod",
    "explain EG0107",
    "generate --env prod",
    "generate asyncapi --env prod",
    "generate ci",
    "generate editor",
    "generate grafana --env prod",
    "generate json --env prod",
    "generate prometheus --env prod",
    "generate shell --env prod",
    "generate sql",
    "generate strimzi --env prod",
    "generate terraform --env prod",
    "import --env prod",
    "lag --env prod",
    "man",
    "new shop",
    "outbox discard 1",
    "outbox list",
    "outbox retry 1",
    "register --env prod",
    "send orders.placed.v1 events.jsonl --env prod",
    "show --env prod",
    "tail orders.placed.v1 --env prod",
    "topics plan --env prod",
];

/// Those that have no line above: `topics apply` connects as `topics plan` does, and `outbox relay` does not end.
const ALIKE: [&str; 2] = ["outbox relay", "topics apply"];

/// An environment with a secret in each property that may have one.
const PROD: &str = r#"schemas = ["schemas"]

[environments.prod]
bootstrap-servers = "SASL_PLAINTEXT://ada:zQ9x-a@127.0.0.1:1"
schema-registry = "http://ada:zQ9x-b@REGISTRY/path"

[environments.prod.kafka]
security.protocol = "SASL_PLAINTEXT"
sasl.mechanism = "PLAIN"
sasl.username = "ada"
sasl.password = "zQ9x-d"
"#;

/// The project whose environment is this, with secrets in variables too.
fn project(manifest: &str) -> Project {
    let mut project = Project::with_an_event();
    project.write("eventgen.toml", manifest);
    project.write("events.jsonl", "{\"orderId\": \"1\", \"customerId\": \"ada\"}\n");
    for (name, value) in [
        ("KAFKA_SASL_PASSWORD", "zQ9x-e"),
        ("KAFKA_SSL_KEY_PASSWORD", "zQ9x-f"),
        ("KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET", "zQ9x-g"),
        ("DATABASE_URL", "postgres://ada:zQ9x-h@127.0.0.1:1/orders?application_name=zQ9x-i"),
        ("PGPASSWORD", "zQ9x-j"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
    ] {
        project.set(name, value);
    }
    project
}

/// Fails if something that was printed or written has a secret, as it is or encoded.
#[track_caller]
fn says_no_secret(project: &Project, ran: &Ran, what: &str) {
    let encoded = STANDARD.encode(format!("ada:{SECRET}"));
    let mut texts = vec![("standard output".to_owned(), ran.stdout.clone())];
    texts.push(("standard error".to_owned(), ran.stderr.clone()));
    let mut folders = vec![project.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("eventgen.toml") || path.parent() != Some(project.path()) {
                let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
                texts.push((path.display().to_string(), text));
            }
        }
    }
    for (place, text) in texts {
        // The last characters may be a part of the next byte.
        let found = text.contains(SECRET) || text.contains(&encoded[..encoded.len() - 3]);
        assert!(!found, "{what}: {place} has a secret:\n{text}");
    }
}

#[test]
fn every_command_is_tried() {
    let is_tried = |command: &String| {
        CALLS.iter().any(|call| call.starts_with(command.as_str())) || ALIKE.contains(&command.as_str())
    };
    let missing: BTreeSet<String> = commands().into_iter().filter(|command| !is_tried(command)).collect();
    assert_eq!(missing, BTreeSet::new());
}

#[test]
fn passwords_are_in_no_output_and_in_no_file() {
    let manifest = PROD.replace("REGISTRY", NOBODY);
    thread::scope(|scope| {
        for call in CALLS {
            let manifest = &manifest;
            scope.spawn(move || {
                let project = project(manifest);
                let ran = project.run(&words(call));
                says_no_secret(&project, &ran, call);
                assert!(!ran.stderr.contains("Usage:"), "{call}: {ran:?}");
            });
        }
    });
}

#[test]
fn an_address_that_is_wrong_is_shown_without_passwords() {
    for (from, to) in [
        ("REGISTRY/path", "127.0.0.1:1/path?token=zQ9x-c"),
        ("http://ada:zQ9x-b@REGISTRY", "htp:/ada:zQ9x-b@127.0.0.1"),
        ("@127.0.0.1:1\"", "@127.0.0.1:999999\""),
        ("@127.0.0.1:1\"", "\""),
    ] {
        let project = project(&PROD.replace(from, to).replace("REGISTRY", NOBODY));
        for call in [
            "register --env prod",
            "lag --env prod",
            "tail orders.placed.v1 --env prod",
            "generate asyncapi --env prod",
        ] {
            let ran = project.run(&words(call));
            says_no_secret(&project, &ran, &format!("{call} with {to}"));
        }
    }
}

#[test]
fn a_file_that_is_wrong_is_shown_without_passwords() {
    let broken: [(&str, &str); 8] = [
        ("\"zQ9x-d\"", "\"zQ9x-d"),
        ("\"zQ9x-d\"", "[\"zQ9x-d\"]"),
        ("\"zQ9x-d\"", "\"zQ9x-d\"\nsasl.password = \"zQ9x-k\""),
        ("\"zQ9x-d\"", "\"${zQ9x-d!}\""),
        ("\"zQ9x-d\"", "\"${zQ9x-d\""),
        ("sasl.password =", "sasl.password"),
        ("[environments.prod.kafka]", "schema-registry-pasword = \"zQ9x-l\"\n[environments.prod.kafka]"),
        ("[environments.prod.kafka]", "schema-registry-token = [\"zQ9x-l\"]\n[environments.prod.kafka]"),
    ];
    for (from, to) in broken {
        let manifest = PROD.replace("REGISTRY", NOBODY).replace(from, to);
        let project = project(&manifest);
        for call in
            ["check", "check --output json", "check --output sarif", "generate", "topics plan --env prod"]
        {
            let ran = project.run(&words(call));
            says_no_secret(&project, &ran, &format!("{call} with {to}"));
            assert_ne!(ran.code, 0, "{call} with {to}: {ran:?}");
        }
    }
}

/// Answers each request with a text about what it got, as a proxy may that reports errors.
fn echo(status: &'static str, open: &'static str) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut request = vec![0; 8192];
            let Ok(length) = stream.read(&mut request) else { continue };
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let header = request.lines().find_map(|line| line.split_once("authorization: "));
            let header = header.map_or("no credentials", |(_, value)| value);
            let plain = header.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
            let plain = String::from_utf8_lossy(&plain.unwrap_or_default()).into_owned();
            let body = format!("{open}you sent {header}, which is {plain}");
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    address
}

#[test]
fn what_a_registry_repeats_of_a_request_is_shown_without_passwords() {
    for (status, open) in [("500 Error", ""), ("200 OK", "<html>"), ("400 Bad", "<p>"), ("200 OK", "{")] {
        let address = echo(status, open).to_string();
        for credentials in [
            "",
            "schema-registry-username = \"ada\"\nschema-registry-password = \"zQ9x-m\"\n",
            "schema-registry-token = \"zQ9x-n\"\n",
        ] {
            let manifest = PROD.replace("REGISTRY", &address);
            let kafka = "\n[environments.prod.kafka]";
            let manifest = manifest.replace(kafka, &format!("{credentials}{kafka}"));
            let project = project(&manifest);
            for call in ["register --env prod", "diff --against registry --env prod", "import --env prod"] {
                let ran = project.run(&words(call));
                says_no_secret(&project, &ran, call);
                assert!(
                    ran.stderr.contains("you sent") || ran.stdout.contains("you sent"),
                    "{call}: {ran:?}"
                );
            }
        }
    }
}
