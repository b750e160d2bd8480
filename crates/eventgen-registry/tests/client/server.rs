//! A registry that responds as a test tells it to, on loopback.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as the server has received it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// The method and the path, such as `GET /subjects`.
    pub(crate) line: String,
    /// The header lines in lower case.
    pub(crate) headers: Vec<String>,
    pub(crate) body: String,
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Response {
    /// Responds with a status and a body of JSON.
    Json(u16, String),
    /// Responds with a page.
    Html(u16, String),
    /// Responds with JSON and closes the connection a moment later.
    Last(String),
    /// Responds with a status and a header line.
    Header(u16, String),
    /// Responds with what is not HTTP.
    Garbage(String),
    /// Redirects, with this status.
    Redirect(u16, String),
    /// Reads the request and never responds.
    Silence,
    /// Closes the connection.
    Close,
}

/// A running server. Its thread ends with the process.
pub(crate) struct Server {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn start(respond: impl Fn(&Request) -> Response + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let requests = Arc::new(Mutex::default());
        let (recorded, respond) = (Arc::clone(&requests), Arc::new(respond));
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (recorded, respond) = (Arc::clone(&recorded), Arc::clone(&respond));
                // A client may go away at any time.
                std::thread::spawn(move || drop(serve(connection, &recorded, &*respond)));
            }
        });
        Self { url, requests }
    }

    /// A server that responds to every request with the same JSON.
    pub(crate) fn json(status: u16, body: &str) -> Self {
        let body = body.to_owned();
        Self::start(move |_| Response::Json(status, body.clone()))
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }

    /// The method and the path of every request.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.requests().into_iter().map(|request| request.line).collect()
    }
}

fn serve(
    connection: TcpStream,
    recorded: &Mutex<Vec<Request>>,
    respond: &dyn Fn(&Request) -> Response,
) -> std::io::Result<()> {
    let mut writer = connection.try_clone()?;
    let mut reader = BufReader::new(connection);
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line)? == 0 {
                return Ok(());
            }
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let line = head.remove(0).trim_end_matches(" HTTP/1.1").to_owned();
        let headers: Vec<String> = head.iter().map(|line| line.to_lowercase()).collect();
        let length = headers.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let mut body = vec![0; length.unwrap_or(0)];
        reader.read_exact(&mut body)?;
        let request = Request { line, headers, body: String::from_utf8_lossy(&body).into_owned() };
        recorded.lock().expect("no panic").push(request.clone());
        let response = respond(&request);
        let is_last = matches!(response, Response::Last(_));
        let (status, header, body) = match response {
            Response::Last(body) => (200, "Content-Type: application/json".to_owned(), body),
            Response::Json(status, body) => (status, "Content-Type: application/json".to_owned(), body),
            Response::Html(status, body) => (status, "Content-Type: text/html".to_owned(), body),
            Response::Header(status, header) => (status, header, String::new()),
            Response::Garbage(text) => return writer.write_all(text.as_bytes()),
            Response::Redirect(status, to) => (status, format!("Location: {to}"), String::new()),
            Response::Silence => {
                std::thread::sleep(Duration::from_secs(60));
                return Ok(());
            }
            Response::Close => return Ok(()),
        };
        let length = body.len();
        // In one write: the second of two waits for the client's delayed acknowledgement.
        let response =
            format!("HTTP/1.1 {status} Status\r\n{header}\r\nContent-Length: {length}\r\n\r\n{body}");
        writer.write_all(response.as_bytes())?;
        if is_last {
            std::thread::sleep(Duration::from_millis(20));
            return Ok(());
        }
    }
}
