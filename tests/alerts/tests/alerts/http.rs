//! Requests to servers of the test.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use serde_json::Value;

/// The body of an answer with the status 200. The error says what came instead.
pub(crate) fn request(method: &str, address: &str, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    // HTTP/1.0 has no chunks.
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    if head.split(' ').nth(1) == Some("200") {
        Ok(body.to_owned())
    } else {
        Err(io::Error::other(format!("{method} {path}: {answer}")))
    }
}

/// The JSON at a path.
pub(crate) fn json(address: &str, path: &str) -> Value {
    let body = request("GET", address, path).unwrap_or_else(|error| panic!("{address}: {error}"));
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

/// Addresses on loopback that are free now. Each is held until all are found, so that they differ.
pub(crate) fn free_addresses<const COUNT: usize>() -> [String; COUNT] {
    let listeners: [TcpListener; COUNT] =
        std::array::from_fn(|_| TcpListener::bind("127.0.0.1:0").expect("a free port"));
    listeners.map(|listener| listener.local_addr().expect("an address").to_string())
}
