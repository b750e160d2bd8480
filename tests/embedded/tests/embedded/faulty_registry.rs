//! A proxy on loopback that makes the embedded Schema Registry fail.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use eventgen_testkit::EmbeddedRegistry;

/// What the proxy does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Forwards it.
    None,
    /// Answers that there is no such schema.
    UnknownSchema,
    /// Answers like a proxy that has no route to the registry.
    ProxyNotFound,
    /// Answers with an HTML page.
    Html,
    /// Answers that the credentials are wrong.
    Unauthorized,
    /// Closes the connection.
    Closed,
}

impl Fault {
    fn answer(self) -> Option<String> {
        let (status, content_type, body) = match self {
            Self::None => return None,
            Self::Closed => return Some(String::new()),
            Self::UnknownSchema => {
                ("404 Not Found", "application/json", r#"{"error_code":40403,"message":"Schema not found"}"#)
            }
            Self::ProxyNotFound => ("404 Not Found", "text/plain", "no upstream"),
            Self::Html => ("200 OK", "text/html", "<html>Please log in</html>"),
            Self::Unauthorized => ("401 Unauthorized", "text/plain", ""),
        };
        Some(answer(status, content_type, body))
    }
}

fn answer(status: &str, content_type: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\
         Connection: close\r\n\r\n{body}"
    )
}

/// A running proxy.
pub(crate) struct FaultyRegistry {
    url: String,
    state: Arc<State>,
    thread: Option<JoinHandle<()>>,
}

struct State {
    fault: Mutex<Fault>,
    /// The paths that the proxy answers itself, with their bodies.
    own: BTreeMap<String, String>,
    requests: Mutex<Vec<String>>,
    stopped: AtomicBool,
}

impl FaultyRegistry {
    /// A proxy that answers some paths itself.
    pub(crate) fn answering(registry: &EmbeddedRegistry, own: &[(&str, &str)]) -> Self {
        let own = own.iter().map(|(path, body)| ((*path).to_owned(), (*body).to_owned())).collect();
        Self::start(registry, Fault::None, own)
    }

    /// A proxy in front of a registry, with a fault.
    pub(crate) fn before(registry: &EmbeddedRegistry, fault: Fault) -> Self {
        Self::start(registry, fault, BTreeMap::new())
    }

    fn start(registry: &EmbeddedRegistry, fault: Fault, own: BTreeMap<String, String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let to = registry.url().trim_start_matches("http://").to_owned();
        let state = Arc::new(State {
            fault: Mutex::new(fault),
            own,
            requests: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        let shared = Arc::clone(&state);
        let thread = std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if shared.stopped.load(Ordering::Acquire) {
                    return;
                }
                // An error means that the client has closed the connection.
                let _ = serve(connection, &to, &shared);
            }
        });
        Self { url: format!("http://{address}"), state, thread: Some(thread) }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set(&self, fault: Fault) {
        *self.state.fault.lock().expect("no panic") = fault;
    }

    /// The number of requests for paths with this prefix.
    pub(crate) fn requests(&self, path: &str) -> usize {
        let requests = self.state.requests.lock().expect("no panic");
        requests.iter().filter(|requested| requested.starts_with(path)).count()
    }
}

impl Drop for FaultyRegistry {
    fn drop(&mut self) {
        self.state.stopped.store(true, Ordering::Release);
        // Wakes the thread, which then stops.
        let _ = TcpStream::connect(self.url.trim_start_matches("http://"));
        if let Some(thread) = self.thread.take() {
            thread.join().expect("no panic");
        }
    }
}

fn serve(mut connection: TcpStream, to: &str, state: &State) -> std::io::Result<()> {
    let mut request = Vec::new();
    let mut byte = [0];
    while !request.ends_with(b"\r\n\r\n") {
        connection.read_exact(&mut byte)?;
        request.push(byte[0]);
    }
    let text = String::from_utf8_lossy(&request).into_owned();
    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
    state.requests.lock().expect("no panic").push(path.clone());
    // An id is asked for with a subject, whose context it is of.
    let without_subject = path.split("?subject=").next().unwrap_or(&path);
    if let Some(body) = state.own.get(without_subject) {
        return connection.write_all(answer("200 OK", "application/json", body).as_bytes());
    }
    let fault = *state.fault.lock().expect("no panic");
    if let Some(answer) = fault.answer() {
        return connection.write_all(answer.as_bytes());
    }
    // The registry closes the connection after its answer, which marks the end of it.
    let mut registry = TcpStream::connect(to)?;
    registry.write_all(text.replacen("\r\n", "\r\nConnection: close\r\n", 1).as_bytes())?;
    let mut answer = Vec::new();
    registry.read_to_end(&mut answer)?;
    connection.write_all(&answer)
}
