//! A proxy in front of the brokers, which loses or holds a request of one kind.
//!
//! Brokers tell clients their addresses. The proxy replaces these in the answers, so that all connections of its clients go
//! through it.

use std::collections::HashMap;
use std::io::{Read as _, Result, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::variable;

/// Keys of requests, by the protocol.
pub(crate) const TXN_OFFSET_COMMIT: i16 = 28;
pub(crate) const END_TXN: i16 = 26;
const METADATA: i16 = 3;
const FIND_COORDINATOR: i16 = 10;

const PAUSE: Duration = Duration::from_millis(10);
const HOST: &[u8] = b"127.0.0.1";

/// What happens to one request.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The broker gets it and answers. Then it is gone for a time, and its answer is lost.
    AnswerLost(Duration),
    /// The broker does not get it, and is gone for a time.
    Lost(Duration),
    /// The broker gets it after a time.
    Held(Duration),
}

/// A proxy of all brokers. It stops when it is dropped.
pub(crate) struct Proxy {
    addresses: String,
    shared: Arc<Shared>,
}

struct Shared {
    /// The ports of the brokers and those of the proxy.
    ports: Vec<(u16, u16)>,
    /// The request that the next fault is about.
    next: Mutex<Option<(i16, Fault)>>,
    /// Until when each broker is gone.
    gone: Mutex<HashMap<u16, Instant>>,
    /// By the port of the broker.
    connections: Mutex<Vec<(u16, TcpStream)>>,
    stopped: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Proxy {
    pub(crate) fn start() -> Self {
        let brokers: Vec<u16> = variable("EVENTGEN_KAFKA")
            .split(',')
            .map(|address| address.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port"))
            .collect();
        let listeners: Vec<(u16, TcpListener)> = brokers
            .iter()
            .map(|port| (*port, TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port")))
            .collect();
        let own = |listener: &TcpListener| listener.local_addr().expect("bound").port();
        let ports: Vec<(u16, u16)> =
            listeners.iter().map(|(port, listener)| (*port, own(listener))).collect();
        let addresses: Vec<String> = ports.iter().map(|(_, own)| format!("127.0.0.1:{own}")).collect();
        let shared = Arc::new(Shared {
            ports,
            next: Mutex::default(),
            gone: Mutex::default(),
            connections: Mutex::default(),
            stopped: AtomicBool::new(false),
        });
        for (port, listener) in listeners {
            let shared = Arc::clone(&shared);
            listener.set_nonblocking(true).expect("a socket");
            thread::spawn(move || shared.accept(port, &listener));
        }
        Self { addresses: addresses.join(","), shared }
    }

    /// The addresses to connect to.
    pub(crate) fn addresses(&self) -> &str {
        &self.addresses
    }

    /// Lets the next request of a kind fail.
    pub(crate) fn arm(&self, request: i16, fault: Fault) {
        *lock(&self.shared.next) = Some((request, fault));
    }

    /// Whether the fault has come.
    pub(crate) fn has_failed(&self) -> bool {
        lock(&self.shared.next).is_none()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::Relaxed);
        for (_, connection) in lock(&self.shared.connections).drain(..) {
            let _ = connection.shutdown(Shutdown::Both);
        }
    }
}

impl Shared {
    fn is_gone(&self, broker: u16) -> bool {
        lock(&self.gone).get(&broker).is_some_and(|until| Instant::now() < *until)
    }

    /// Closes the connections to a broker and accepts none for a time.
    fn lose(&self, broker: u16, lasting: Duration) {
        lock(&self.gone).insert(broker, Instant::now() + lasting);
        lock(&self.connections).retain(|(of, connection)| {
            let stays = *of != broker;
            if !stays {
                let _ = connection.shutdown(Shutdown::Both);
            }
            stays
        });
    }

    fn accept(self: Arc<Self>, broker: u16, listener: &TcpListener) {
        while !self.stopped.load(Ordering::Relaxed) {
            match listener.accept() {
                // A client that is turned away comes again.
                Ok((client, _)) if !self.is_gone(broker) => {
                    let _ = Arc::clone(&self).connect(broker, client);
                }
                Ok(_) => {}
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }

    /// Forwards the requests of a connection on one thread, and the answers on another one.
    fn connect(self: Arc<Self>, broker: u16, client: TcpStream) -> Result<()> {
        let server = TcpStream::connect((Ipv4Addr::LOCALHOST, broker))?;
        client.set_nonblocking(false)?;
        for stream in [&client, &server] {
            stream.set_nodelay(true)?;
            lock(&self.connections).push((broker, stream.try_clone()?));
        }
        let (answers, to_client) = (server.try_clone()?, client.try_clone()?);
        let asked = Arc::new(Mutex::new(HashMap::new()));
        let (shared, kinds) = (Arc::clone(&self), Arc::clone(&asked));
        thread::spawn(move || {
            let _ = shared.answer(broker, answers, &to_client, &kinds);
            let _ = to_client.shutdown(Shutdown::Both);
        });
        thread::spawn(move || {
            let _ = self.ask(broker, client, &server, &asked);
            let _ = server.shutdown(Shutdown::Both);
        });
        Ok(())
    }

    fn ask(
        &self,
        broker: u16,
        mut client: TcpStream,
        mut server: &TcpStream,
        asked: &Mutex<HashMap<i32, (i16, Option<Fault>)>>,
    ) -> Result<()> {
        loop {
            let frame = read(&mut client)?;
            let (kind, correlation) = (i16::from_be_bytes([frame[4], frame[5]]), number(&frame[8..]));
            let fault = lock(&self.next).take_if(|(next, _)| *next == kind).map(|(_, fault)| fault);
            lock(asked).insert(correlation, (kind, fault));
            match fault {
                Some(Fault::Lost(lasting)) => {
                    self.lose(broker, lasting);
                    return Ok(());
                }
                Some(Fault::Held(lasting)) => thread::sleep(lasting),
                Some(Fault::AnswerLost(_)) | None => {}
            }
            server.write_all(&frame)?;
        }
    }

    fn answer(
        &self,
        broker: u16,
        mut server: TcpStream,
        mut client: &TcpStream,
        asked: &Mutex<HashMap<i32, (i16, Option<Fault>)>>,
    ) -> Result<()> {
        loop {
            let mut frame = read(&mut server)?;
            let (kind, fault) = lock(asked).remove(&number(&frame[4..])).unwrap_or_default();
            if let Some(Fault::AnswerLost(lasting)) = fault {
                self.lose(broker, lasting);
                return Ok(());
            }
            if matches!(kind, METADATA | FIND_COORDINATOR) {
                self.replace_addresses(&mut frame);
            }
            client.write_all(&frame)?;
        }
    }

    /// A host is followed by its port, which is a number of four bytes in every version.
    fn replace_addresses(&self, frame: &mut [u8]) {
        for at in HOST.len()..frame.len().saturating_sub(3) {
            if !frame[..at].ends_with(HOST) {
                continue;
            }
            let port = number(&frame[at..]);
            if let Some((_, own)) = self.ports.iter().find(|(broker, _)| i32::from(*broker) == port) {
                frame[at..at + 4].copy_from_slice(&i32::from(*own).to_be_bytes());
            }
        }
    }
}

/// Reads a request or an answer, with its length.
fn read(stream: &mut TcpStream) -> Result<Vec<u8>> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let count = usize::try_from(i32::from_be_bytes(length)).map_err(std::io::Error::other)?;
    let mut frame = vec![0; 4 + count];
    frame[..4].copy_from_slice(&length);
    stream.read_exact(&mut frame[4..])?;
    Ok(frame)
}

fn number(bytes: &[u8]) -> i32 {
    i32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}
