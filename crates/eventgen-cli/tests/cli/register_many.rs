//! Many subjects behind a slow network: how many requests they are. `EVENTGEN_MANY_SUBJECTS` and `EVENTGEN_LATENCY_MS` make
//! it the measurement of `benches/REGISTER.md`.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

/// A proxy that delays every request and counts them.
struct Proxy {
    url: String,
    requests: Arc<AtomicUsize>,
    connections: Arc<AtomicUsize>,
}

impl Proxy {
    fn start(registry: &str, latency: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (requests, connections) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counts = (Arc::clone(&requests), Arc::clone(&connections));
        let registry = registry.trim_start_matches("http://").to_owned();
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                counts.1.fetch_add(1, Ordering::Relaxed);
                let server = TcpStream::connect(&registry).expect("the registry");
                let (from, to) =
                    (server.try_clone().expect("a stream"), client.try_clone().expect("a stream"));
                let requests = Arc::clone(&counts.0);
                thread::spawn(move || {
                    copy(client, server, |chunk| {
                        requests.fetch_add(chunk.matches(" HTTP/1.1\r\n").count(), Ordering::Relaxed);
                        thread::sleep(latency);
                    });
                });
                thread::spawn(move || copy(from, to, |_| ()));
            }
        });
        Self { url, requests, connections }
    }
}

fn copy(mut from: TcpStream, mut to: TcpStream, each: impl Fn(&str)) {
    let _ = to.set_nodelay(true);
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        each(&String::from_utf8_lossy(&buffer[..length]));
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(std::net::Shutdown::Both);
}

#[test]
fn unchanged_subjects_are_two_requests_each_over_a_few_connections() {
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
    };
    let subjects = number("EVENTGEN_MANY_SUBJECTS", 150);
    let latency = Duration::from_millis(number("EVENTGEN_LATENCY_MS", 1) as u64);
    let registry = EmbeddedRegistry::start().expect("a registry");
    let proxy = Proxy::start(&registry.url(), latency);
    let mut project = Project::new();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.set("SCHEMA_REGISTRY_URL", &proxy.url);
    for event in 0..subjects {
        let text = format!(
            r#"{{"type":"record","name":"Event{event}","kafka":{{"topic":"events-{event}.v1","key":"id","compatibility":"FULL"}},
                "fields":[{{"name":"id","type":"string"}},{{"name":"number","type":"long"}}]}}"#
        );
        project.write(&format!("schemas/event{event}.avsc"), &text);
    }
    let timed = |arguments: &[&str], said: &str| {
        let before = proxy.requests.load(Ordering::Relaxed);
        let begun = Instant::now();
        project.run(arguments).fails(0, &[said]);
        let requests = proxy.requests.load(Ordering::Relaxed) - before;
        println!(
            "{arguments:?}: {subjects} subjects, {requests} requests of {latency:?}, {:?}",
            begun.elapsed()
        );
        requests
    };
    let changed = format!("{subjects} changed, 0 unchanged");
    let unchanged = format!("0 changed, {subjects} unchanged");
    timed(&["register"], &changed);
    assert_eq!(timed(&["register"], &unchanged), 2 * subjects);
    assert_eq!(timed(&["register", "--dry-run"], &unchanged.replace("changed,", "to change,")), 2 * subjects);
    // Three runs, each over connections that are used again.
    let connections = proxy.connections.load(Ordering::Relaxed);
    assert!(connections < subjects, "{connections} connections");
}
