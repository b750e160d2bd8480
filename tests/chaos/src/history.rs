//! The histories of members and producers: one line for each thing that they did, in a file for each process.
//!
//! A line is one write, so that a process that is killed leaves whole lines. All processes run on one machine and share its
//! clock.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::str::FromStr;
use std::time::SystemTime;

/// Nanoseconds since 1970.
pub type Time = u64;

/// The time now.
pub fn now() -> Time {
    let elapsed = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX)
}

/// A record key: the number of its producer, and its number among the keys of that producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// The producer. A producer that is started again has another number, so that no two processes write the same key.
    pub producer: u16,
    /// The key among those of the producer.
    pub number: u32,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.producer, self.number)
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('-').and_then(|(producer, number)| {
            Some(Self { producer: producer.parse().ok()?, number: number.parse().ok()? })
        });
        parts.ok_or_else(|| format!("not a key: {text}"))
    }
}

/// How the handling of a record ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The handler accepted the record.
    Handled,
    /// The handler returned an error that is retried.
    Failed,
    /// The handler rejected the record.
    Rejected,
    /// The handler was cancelled.
    Cancelled,
}

impl End {
    const ALL: [(Self, &str); 4] = [
        (Self::Handled, "ok"),
        (Self::Failed, "failed"),
        (Self::Rejected, "rejected"),
        (Self::Cancelled, "cancelled"),
    ];
}

/// A line of a history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A handler was called.
    Started { serial: usize, time: Time, key: Key, sequence: u32, partition: i32, offset: i64, attempt: u32 },
    /// A handler ended: that with this serial number among those of its process.
    Ended { serial: usize, time: Time, end: End },
    /// A producer received an acknowledgement.
    Acknowledged { time: Time, key: Key, sequence: u32, partition: i32, offset: i64 },
    /// A producer received an error: the record may have been written.
    NotAcknowledged { time: Time, key: Key, sequence: u32 },
    /// A transaction with this record was aborted.
    Aborted { time: Time, key: Key, sequence: u32 },
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Started { serial, time, key, sequence, partition, offset, attempt } => {
                write!(f, "start {serial} {time} {key} {sequence} {partition} {offset} {attempt}")
            }
            Self::Ended { serial, time, end } => {
                let name = End::ALL.iter().find(|(known, _)| known == end).map_or("", |(_, name)| name);
                write!(f, "end {serial} {time} {name}")
            }
            Self::Acknowledged { time, key, sequence, partition, offset } => {
                write!(f, "ack {time} {key} {sequence} {partition} {offset}")
            }
            Self::NotAcknowledged { time, key, sequence } => write!(f, "fail {time} {key} {sequence}"),
            Self::Aborted { time, key, sequence } => write!(f, "abort {time} {key} {sequence}"),
        }
    }
}

impl FromStr for Line {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let mut parts = Parts { line, parts: line.split(' ') };
        Ok(match parts.text()? {
            "start" => Self::Started {
                serial: parts.next()?,
                time: parts.next()?,
                key: parts.next()?,
                sequence: parts.next()?,
                partition: parts.next()?,
                offset: parts.next()?,
                attempt: parts.next()?,
            },
            "end" => Self::Ended {
                serial: parts.next()?,
                time: parts.next()?,
                end: {
                    let name = parts.text()?;
                    let known = End::ALL.iter().find(|(_, known)| *known == name);
                    known.map(|(end, _)| *end).ok_or_else(|| format!("no end of a handler: {line}"))?
                },
            },
            "ack" => Self::Acknowledged {
                time: parts.next()?,
                key: parts.next()?,
                sequence: parts.next()?,
                partition: parts.next()?,
                offset: parts.next()?,
            },
            "fail" => {
                Self::NotAcknowledged { time: parts.next()?, key: parts.next()?, sequence: parts.next()? }
            }
            "abort" => Self::Aborted { time: parts.next()?, key: parts.next()?, sequence: parts.next()? },
            _ => return Err(format!("not a line of a history: {line}")),
        })
    }
}

struct Parts<'a> {
    line: &'a str,
    parts: std::str::Split<'a, char>,
}

impl<'a> Parts<'a> {
    fn text(&mut self) -> Result<&'a str, String> {
        self.parts.next().ok_or_else(|| format!("too few columns: {}", self.line))
    }

    fn next<T: FromStr>(&mut self) -> Result<T, String> {
        self.text()?.parse().map_err(|_| format!("a column cannot be read: {}", self.line))
    }
}

/// Writes the history of a process.
#[derive(Debug)]
pub struct Writer(File);

impl Writer {
    /// Appends to a file.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        OpenOptions::new().create(true).append(true).open(path).map(Self)
    }

    /// Writes a line.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn write(&self, line: &Line) -> io::Result<()> {
        (&self.0).write_all(format!("{line}\n").as_bytes())
    }
}

/// Reads the history of a process.
///
/// # Errors
/// The file cannot be read, or a line is not one of a history.
pub fn read(path: &Path) -> Result<Vec<Line>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    text.lines().map(str::parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_as_it_was_written() {
        let key = Key { producer: 2, number: 17 };
        let lines = [
            Line::Started { serial: 9, time: 5, key, sequence: 3, partition: 11, offset: 400, attempt: 1 },
            Line::Ended { serial: 9, time: 6, end: End::Handled },
            Line::Ended { serial: 9, time: 6, end: End::Failed },
            Line::Ended { serial: 9, time: 6, end: End::Rejected },
            Line::Ended { serial: 9, time: 6, end: End::Cancelled },
            Line::Acknowledged { time: 7, key, sequence: 3, partition: 11, offset: 400 },
            Line::NotAcknowledged { time: 8, key, sequence: 4 },
            Line::Aborted { time: 8, key, sequence: 5 },
        ];
        for line in lines {
            assert_eq!(line.to_string().parse::<Line>(), Ok(line));
        }
    }

    #[test]
    fn a_line_that_is_cut_off_is_an_error() {
        assert!("start 9 5 2-17 3".parse::<Line>().is_err());
        assert!("end 9 6 fine".parse::<Line>().is_err());
    }
}
