//! A proxy in front of the registry, which can fail.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::Failure;

/// How long a request may take.
const REQUEST: Duration = Duration::from_secs(20);

/// How a registry answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Works,
    /// Closes each connection.
    Down,
    /// Answers with an error of the server.
    Fails,
    /// A proxy does not find the registry.
    ProxyNotFound,
    /// A page in place of an answer.
    Page,
    /// Does not know any schema yet, as a replica that lags.
    Lags,
    /// Refuses the credentials.
    Refuses,
    /// Never answers.
    Hangs,
}

impl Mode {
    pub(crate) const FAULTS: [Self; 7] =
        [Self::Down, Self::Fails, Self::ProxyNotFound, Self::Page, Self::Lags, Self::Refuses, Self::Hangs];
    const ALL: [Self; 8] = [
        Self::Works,
        Self::Down,
        Self::Fails,
        Self::ProxyNotFound,
        Self::Page,
        Self::Lags,
        Self::Refuses,
        Self::Hangs,
    ];

    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Down => "is down",
            Self::Fails => "answers with status 500",
            Self::ProxyNotFound => "is not found by a proxy: status 404 with a page",
            Self::Page => "answers with a page and status 200",
            Self::Lags => "does not know the schema yet: error 40403",
            Self::Refuses => "refuses the credentials: status 401",
            Self::Hangs => "does not answer",
        }
    }

    pub(crate) fn refuses(self) -> bool {
        self == Self::Refuses
    }

    /// The status, the type and the body of each answer.
    fn answer(self) -> Option<(&'static str, &'static str, &'static str)> {
        const HTML: &str = "text/html";
        const JSON: &str = "application/vnd.schemaregistry.v1+json";
        match self {
            Self::Works | Self::Down | Self::Hangs => None,
            Self::Fails => {
                Some(("500 Internal Server Error", JSON, r#"{"error_code":50001,"message":"the store"}"#))
            }
            Self::ProxyNotFound => Some(("404 Not Found", HTML, "<html><body>no such host</body></html>")),
            Self::Page => Some(("200 OK", HTML, "<html><body>please log in</body></html>")),
            Self::Lags => {
                Some(("404 Not Found", JSON, r#"{"error_code":40403,"message":"Schema not found"}"#))
            }
            Self::Refuses => {
                Some(("401 Unauthorized", JSON, r#"{"error_code":401,"message":"who are you"}"#))
            }
        }
    }
}

/// The proxy. It stops when it is dropped.
#[derive(Debug)]
pub(crate) struct Proxy {
    url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The index of the mode.
    mode: AtomicUsize,
    stopped: AtomicBool,
    to: SocketAddr,
}

impl Proxy {
    /// Starts a proxy of a registry on loopback.
    pub(crate) fn start(registry: &str) -> Result<Self, Failure> {
        let rest = registry.strip_prefix("http://").ok_or("the registry is not on loopback")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let url = format!("http://{}/{path}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            mode: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            to: host.parse()?,
        });
        let accepting = Arc::clone(&shared);
        listener.set_nonblocking(true)?;
        thread::spawn(move || accepting.accept(&listener));
        Ok(Self { url: url.trim_end_matches('/').to_owned(), shared })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn set(&self, mode: Mode) {
        let index = Mode::ALL.iter().position(|known| *known == mode).unwrap_or_default();
        self.shared.mode.store(index, Ordering::Relaxed);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn mode(&self) -> Mode {
        Mode::ALL[self.mode.load(Ordering::Relaxed)]
    }

    fn accept(self: Arc<Self>, listener: &TcpListener) {
        while !self.stopped.load(Ordering::Relaxed) {
            match listener.accept() {
                Ok((stream, _)) => {
                    let shared = Arc::clone(&self);
                    // A client that goes away is its own matter.
                    thread::spawn(move || drop(shared.serve(stream)));
                }
                Err(_) => thread::sleep(Duration::from_millis(10)),
            }
        }
    }

    /// Answers one request and closes the connection, so that the next request sees the mode of its time.
    fn serve(&self, mut client: TcpStream) -> std::io::Result<()> {
        client.set_nonblocking(false)?;
        client.set_read_timeout(Some(REQUEST))?;
        let mode = self.mode();
        if mode == Mode::Down {
            return Ok(());
        }
        let request = read_request(&mut client)?;
        if mode == Mode::Hangs {
            while self.mode() == mode && !self.stopped.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(50));
            }
            return Ok(());
        }
        if let Some((status, content_type, body)) = mode.answer() {
            let length = body.len();
            return write!(
                client,
                "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\nConnection: \
                 close\r\n\r\n{body}"
            );
        }
        let mut server = TcpStream::connect(self.to)?;
        server.set_read_timeout(Some(REQUEST))?;
        server.write_all(&request)?;
        std::io::copy(&mut server, &mut client)?;
        Ok(())
    }
}

/// Reads a request with its body, and asks the server to close the connection after its answer.
fn read_request(client: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4_096]);
    let head = loop {
        if let Some(end) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") {
            break end + 4;
        }
        match client.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => request.extend(&buffer[..count]),
        }
    };
    let text = String::from_utf8_lossy(&request[..head]).into_owned();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    while request.len() < head + length.unwrap_or_default() {
        match client.read(&mut buffer)? {
            0 => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            count => request.extend(&buffer[..count]),
        }
    }
    let first_line = text.find("\r\n").unwrap_or_default() + 2;
    Ok([&request[..first_line], b"Connection: close\r\n", &request[first_line..]].concat())
}
