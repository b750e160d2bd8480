//! Reads and checks lines of JSON.

use std::fs::File;
use std::io::{self, BufRead, BufReader};

use eventgen_admin::{EncodedEvent, EventEncoder, Problem};

use crate::arguments;
use crate::failure::Failure;

/// The most problems that are shown.
pub(super) const SHOWN: usize = 20;
/// The most bytes that are read: all lines are checked before one is sent, and wait in memory.
const MOST_BYTES: usize = 256 << 20;

/// A line that is an event.
pub(super) struct Line {
    /// The number of the line, from 1.
    pub(super) number: usize,
    pub(super) event: EncodedEvent,
}

/// All lines.
pub(super) struct Checked {
    pub(super) lines: Vec<Line>,
    /// What is wrong with the others.
    pub(super) problems: Vec<String>,
}

/// Reads the file or standard input. Empty lines are left out.
pub(super) fn read(arguments: &arguments::Send, encoder: &EventEncoder) -> Result<Checked, Failure> {
    let path = arguments.file.clone().unwrap_or_else(|| "standard input".into());
    let unreadable = |source| Failure::Read { path: path.clone(), source };
    let reader: Box<dyn BufRead> = match &arguments.file {
        Some(file) => Box::new(BufReader::new(File::open(file).map_err(unreadable)?)),
        None => Box::new(io::stdin().lock()),
    };
    let mut checked = Checked { lines: Vec::new(), problems: Vec::new() };
    let mut bytes = 0;
    for (index, line) in reader.lines().enumerate() {
        let number = index + 1;
        let text = match line {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                checked.problems.push(format!("line {number}: not UTF-8"));
                continue;
            }
            Err(error) => return Err(unreadable(error)),
        };
        // Some editors begin a file of UTF-8 with a mark.
        let text = if index == 0 { text.trim_start_matches('\u{feff}').to_owned() } else { text };
        bytes += text.len();
        if bytes > MOST_BYTES {
            return Err(Failure::TooMuchInput { limit: MOST_BYTES >> 20 });
        }
        if text.trim().is_empty() {
            continue;
        }
        match event(&text, encoder, arguments.delete) {
            Ok(event) => checked.lines.push(Line { number, event }),
            Err(problem) => checked.problems.push(format!("line {number}: {problem}")),
        }
    }
    Ok(checked)
}

fn event(text: &str, encoder: &EventEncoder, is_deletion: bool) -> Result<EncodedEvent, Problem> {
    if is_deletion { encoder.deletion(text) } else { encoder.encode(text) }
}
