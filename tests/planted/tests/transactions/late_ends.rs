//! Requests to commit that reach a coordinator late, as those that waited in a broker while a client repeated them.
//!
//! The bytes are those of Kafka's protocol. No client sends a request for another producer.

use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// What a member logs when it has repeated a request to commit.
const LATE: &str = "the first request to commit may still be on its way";
const LOOK: Duration = Duration::from_millis(20);
/// How long the late request may arrive at any moment.
const LASTING: Duration = Duration::from_secs(4);
const REQUEST: Duration = Duration::from_secs(5);

/// The threads that send them. They end when this is dropped.
pub(super) struct LateEnds {
    is_over: Arc<AtomicBool>,
    sent: Arc<AtomicUsize>,
    threads: Vec<JoinHandle<()>>,
}

/// A producer as its coordinator knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Producer {
    id: i64,
    epoch: i16,
}

impl LateEnds {
    /// Sends late requests for the transactions of these ids, whose members log to the folder.
    pub(super) fn start(brokers: &str, folder: &Path, ids: Vec<String>) -> Self {
        let (is_over, sent): (Arc<AtomicBool>, Arc<AtomicUsize>) = (Arc::default(), Arc::default());
        let threads = ids.into_iter().map(|id| {
            let (is_over, sent) = (Arc::clone(&is_over), Arc::clone(&sent));
            let (brokers, folder) = (brokers.to_owned(), folder.to_owned());
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    // The coordinator may not know the id yet.
                    let _ = of_id(&brokers, &folder, &id, &is_over, &sent);
                    thread::sleep(LOOK);
                }
            })
        });
        let threads = threads.collect();
        Self { is_over, sent, threads }
    }

    /// Ends, and returns how many were sent.
    pub(super) fn finish(self) -> usize {
        self.is_over.store(true, Ordering::Relaxed);
        for thread in self.threads {
            thread.join().expect("no panic");
        }
        self.sent.load(Ordering::Relaxed)
    }
}

fn of_id(brokers: &str, folder: &Path, id: &str, is_over: &AtomicBool, sent: &AtomicUsize) -> io::Result<()> {
    let first = brokers.split(',').next().unwrap_or_default();
    let mut coordinator = Broker::connect(&Broker::connect(first)?.coordinator(id)?)?;
    let (mut seen, mut known) = (late_requests(folder, id), None);
    while !is_over.load(Ordering::Relaxed) {
        let late = late_requests(folder, id);
        // As the coordinator knew it before the line was written: a producer that was replaced has another epoch.
        if let (true, Some(producer)) = (late > seen, known) {
            let begun = Instant::now();
            while begun.elapsed() < LASTING && !is_over.load(Ordering::Relaxed) {
                coordinator.commit(id, producer)?;
                sent.fetch_add(1, Ordering::Relaxed);
                thread::sleep(Duration::from_millis(1));
            }
        }
        seen = late_requests(folder, id);
        known = Some(coordinator.producer(id)?);
        // One that was late in the meantime has been missed.
        if late_requests(folder, id) != seen {
            known = None;
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// How often members with this id were late.
fn late_requests(folder: &Path, id: &str) -> usize {
    let logs = fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let logs = logs.filter(|path: &PathBuf| path.extension().is_some_and(|extension| extension == "log"));
    let count = |path: PathBuf| {
        let text = fs::read_to_string(path).unwrap_or_default();
        text.lines().filter(|line| line.contains(LATE) && line.contains(id)).count()
    };
    logs.map(count).sum()
}

/// A connection.
struct Broker(TcpStream);

impl Broker {
    fn connect(address: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(REQUEST))?;
        Ok(Self(stream))
    }

    /// The address of the coordinator of a transactional id (`FindCoordinator`, version 1).
    fn coordinator(&mut self, id: &str) -> io::Result<String> {
        let mut answer = Answer(self.ask(10, 1, &[&string(id)[..], &[1]].concat())?);
        let (_throttled, error) = (answer.take::<4>()?, i16::from_be_bytes(answer.take()?));
        let _message = answer.text()?;
        let _node = answer.take::<4>()?;
        let (host, port) = (answer.text()?, i32::from_be_bytes(answer.take()?));
        if error == 0 {
            Ok(format!("{host}:{port}"))
        } else {
            Err(io::Error::other(format!("error {error}")))
        }
    }

    /// The producer of a transactional id (`DescribeTransactions`, version 0).
    fn producer(&mut self, id: &str) -> io::Result<Producer> {
        // The array has one element, and lengths are one more than they are. No tagged fields.
        let request = [&[0, 2][..], &compact(id), &[0]].concat();
        let mut answer = Answer(self.ask(65, 0, &request)?);
        let (_tags, _throttled, _count) = (answer.take::<1>()?, answer.take::<4>()?, answer.take::<1>()?);
        let error = i16::from_be_bytes(answer.take()?);
        let _id = answer.compact()?;
        let _state = answer.compact()?;
        let (_timeout, _start) = (answer.take::<4>()?, answer.take::<8>()?);
        let producer =
            Producer { id: i64::from_be_bytes(answer.take()?), epoch: i16::from_be_bytes(answer.take()?) };
        if error == 0 { Ok(producer) } else { Err(io::Error::other(format!("error {error}"))) }
    }

    /// Commits the transaction of a producer (`EndTxn`, version 1). The coordinator may refuse it.
    fn commit(&mut self, id: &str, producer: Producer) -> io::Result<()> {
        let request =
            [&string(id)[..], &producer.id.to_be_bytes(), &producer.epoch.to_be_bytes(), &[1]].concat();
        self.ask(26, 1, &request).map(drop)
    }

    /// The answer to a request, behind its correlation id.
    fn ask(&mut self, api: i16, version: i16, body: &[u8]) -> io::Result<Vec<u8>> {
        let (correlation, no_client_id) = (7_i32, -1_i16);
        let mut request = Vec::new();
        request.extend(api.to_be_bytes());
        request.extend(version.to_be_bytes());
        request.extend(correlation.to_be_bytes());
        request.extend(no_client_id.to_be_bytes());
        request.extend(body);
        let size = i32::try_from(request.len()).map_err(io::Error::other)?;
        self.0.write_all(&[&size.to_be_bytes()[..], &request].concat())?;
        let mut size = [0; 4];
        self.0.read_exact(&mut size)?;
        let mut answer = vec![0; usize::try_from(i32::from_be_bytes(size)).map_err(io::Error::other)?];
        self.0.read_exact(&mut answer)?;
        Ok(answer.split_off(4.min(answer.len())))
    }
}

fn string(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).expect("an id is short");
    [&length.to_be_bytes()[..], text.as_bytes()].concat()
}

fn compact(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len() + 1).ok().filter(|length| *length < 128).expect("an id is short");
    [&[length], text.as_bytes()].concat()
}

/// What is left of an answer.
struct Answer(Vec<u8>);

impl Answer {
    fn bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        if self.0.len() < count {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let rest = self.0.split_off(count);
        Ok(std::mem::replace(&mut self.0, rest))
    }

    fn take<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        Ok(self.bytes(N)?.try_into().expect("as many bytes"))
    }

    /// A text whose length is -1 if there is none.
    fn text(&mut self) -> io::Result<String> {
        let length = i16::from_be_bytes(self.take()?);
        let bytes = self.bytes(usize::try_from(length).unwrap_or_default())?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }

    /// A short text whose length is one more than it is.
    fn compact(&mut self) -> io::Result<String> {
        let [length] = self.take()?;
        let bytes = self.bytes(usize::from(length).saturating_sub(1))?;
        String::from_utf8(bytes).map_err(io::Error::other)
    }
}
