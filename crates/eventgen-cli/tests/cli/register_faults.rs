//! A registration whose connection is cut, at every request in turn, and two registrations at once: what is left is completed by
//! the next run.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use eventgen_registry::blocking::RegistryClient;
use eventgen_testkit::EmbeddedRegistry;

use crate::support::{ORDER_PLACED, Project};

const MONEY: &str = "syntax = \"proto3\";\npackage shop;\nmessage Money { int64 units = 1; }\n";
const PAID: &str = "syntax = \"proto3\";\npackage shop;\nimport \"eventgen/kafka.proto\";\nimport \"money.proto\";\n\
    message Paid {\n  option (eventgen.kafka) = { topic: \"paid.v1\" key: \"id\" compatibility: \"FULL\" };\n  \
    string id = 1;\n  Money total = 2;\n}\n";
const SUBJECTS: [&str; 3] = ["money.proto", "orders.placed.v1-value", "paid.v1-value"];

fn project(registry: &str) -> Project {
    let mut project = Project::new();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.write("schemas/order_placed.avsc", ORDER_PLACED);
    project.write("schemas/money.proto", MONEY);
    project.write("schemas/paid.proto", PAID);
    project.set("SCHEMA_REGISTRY_URL", registry);
    project
}

/// Every subject has one version, and the level that the contract states.
fn is_whole(registry: &EmbeddedRegistry) {
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    for subject in SUBJECTS {
        assert_eq!(client.versions(subject).expect("listed"), [1], "{subject}");
    }
    let level = client.compatibility_level("paid.v1-value").expect("asked");
    assert_eq!(level.map(|level| level.to_string()).as_deref(), Some("FULL"));
}

/// Where a proxy cuts connections.
#[derive(Debug, Clone, Copy)]
enum Cut {
    /// The registry does not get the request.
    Request,
    /// The registry has done what the request asks for, and half of its answer arrives.
    Answer,
}

/// A proxy that lets some requests through, and cuts all others.
fn proxy(registry: &EmbeddedRegistry, through: usize, cut: Cut) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let registry = registry.url().trim_start_matches("http://").to_owned();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            let (registry, counted) = (registry.clone(), Arc::clone(&counted));
            // The command may go away at any time.
            thread::spawn(move || drop(forward(client, &registry, &counted, through, cut)));
        }
    });
    (url, requests)
}

fn forward(
    mut client: TcpStream,
    registry: &str,
    counted: &AtomicUsize,
    through: usize,
    cut: Cut,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(client.try_clone()?);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let is_cut = counted.fetch_add(1, Ordering::SeqCst) >= through;
    if is_cut && matches!(cut, Cut::Request) {
        return Ok(());
    }
    let mut server = TcpStream::connect(registry)?;
    write!(server, "{}\r\n", head.replacen("\r\n", "\r\nConnection: close\r\n", 1))?;
    server.write_all(&body)?;
    let mut answer = Vec::new();
    server.read_to_end(&mut answer)?;
    if is_cut {
        answer.truncate(answer.len() / 2);
    }
    // One request for each connection, so that a cut is that of one request.
    let answer = String::from_utf8(answer).expect("UTF-8");
    client.write_all(answer.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes())
}

/// Cuts everything from the given request on, and runs the command again without the proxy. The requests of the first run.
fn interrupted(through: usize, cut: Cut) -> usize {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let (url, requests) = proxy(&registry, through, cut);
    let ran = project(&url).run(&["register", "--no-lock"]);
    let asked = requests.load(Ordering::SeqCst);
    if ran.code == 0 {
        is_whole(&registry);
    } else {
        let said = [ran.stdout.as_str(), ran.stderr.as_str()].concat();
        assert!(asked > through && said.contains(&url), "{through} {cut:?}: {ran:?}");
    }
    let again = project(&registry.url()).run(&["register", "--no-lock"]);
    assert_eq!(again.code, 0, "{through} {cut:?}: {again:?}");
    is_whole(&registry);
    asked
}

#[test]
fn a_run_that_is_cut_at_any_request_is_completed_by_the_next() {
    for cut in [Cut::Request, Cut::Answer] {
        let all = interrupted(usize::MAX, cut);
        assert!(all >= 6, "{all} requests: three subjects are looked up and registered");
        let runs: Vec<_> = (0..all).map(|through| thread::spawn(move || interrupted(through, cut))).collect();
        for run in runs {
            run.join().expect("no panic");
        }
    }
}

#[test]
fn two_runs_at_once_register_each_schema_once() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let url = registry.url();
            thread::spawn(move || project(&url).run(&["register", "--no-lock"]))
        })
        .collect();
    for run in runs {
        let ran = run.join().expect("no panic");
        assert_eq!(ran.code, 0, "{ran:?}");
    }
    is_whole(&registry);
}
