//! The schemas of derived events as files: annotated, as if somebody had written them, so that `eventgen check`, `diff`
//! and `register` take them like any other.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::{fs, io::ErrorKind};

use crate::protobuf::{self, ProtobufType};
use crate::{AvroType, KafkaEvent};

/// An event whose schema was derived from its type: what [`export_schemas!`](crate::export_schemas) takes.
pub trait DerivedEvent: KafkaEvent {
    /// Its annotated schema: one file, behind those that it imports.
    fn schema_files() -> Vec<SchemaFile>;
}

/// A schema file, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaFile {
    /// Its path in the folder of schemas, such as `com.example.orders.OrderEvent.avsc` or
    /// `com/example/orders/order_event.proto`.
    pub name: String,
    /// Its text.
    pub text: String,
}

impl SchemaFile {
    /// The schema of an event in Avro, with its annotation.
    #[doc(hidden)]
    pub fn avro<E: KafkaEvent + AvroType>() -> Self {
        Self { name: format!("{}.avsc", E::NAME), text: pretty(&E::definition().file()) }
    }

    /// The schema of an event in Protobuf, with its annotation, behind the files that it imports.
    #[doc(hidden)]
    pub fn protobuf<E: ProtobufType>() -> Vec<Self> {
        protobuf::annotated_files(E::definition())
            .into_iter()
            .map(|(name, text)| Self { name, text })
            .collect()
    }

    /// Writes the file into a folder, which is made if it is not there; one that is the same already stays as it is.
    ///
    /// # Errors
    /// A folder or a file that cannot be written.
    pub fn write(&self, folder: impl AsRef<Path>) -> io::Result<PathBuf> {
        let path = folder.as_ref().join(&self.name);
        // The operating system does not say which file.
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        fs::create_dir_all(path.parent().unwrap_or(folder.as_ref())).map_err(named)?;
        let is_there = match fs::read_to_string(&path) {
            Ok(text) => text == self.text,
            Err(error) if error.kind() == ErrorKind::NotFound => false,
            Err(error) => return Err(named(error)),
        };
        if !is_there {
            fs::write(&path, &self.text).map_err(named)?;
        }
        Ok(path)
    }
}

/// Writes the annotated schemas of derived events into a folder, a file for each: in a test or a small program, so that
/// they are checked and registered like files that somebody wrote.
///
/// ```ignore
/// eventgen::export_schemas!("schemas", OrderEvent, PaymentEvent)?;
/// ```
///
/// It gives the paths of the files, or the first error of writing them. Events with one subject are an error: a derive sees
/// one event, and takes it for the only one of its topic.
#[macro_export]
macro_rules! export_schemas {
    ($folder:expr, $($event:ty),+ $(,)?) => {
        $crate::export_events($folder, &[$((
            <$event as $crate::KafkaEvent>::NAME,
            <$event as $crate::KafkaEvent>::SUBJECT,
            <$event as $crate::DerivedEvent>::schema_files,
        )),+])
    };
}

/// Name, subject and files of an event.
type Exported = (&'static str, &'static str, fn() -> Vec<SchemaFile>);

/// What [`export_schemas!`](crate::export_schemas) does.
///
/// # Errors
/// As there.
#[doc(hidden)]
pub fn export_events(folder: impl AsRef<Path>, events: &[Exported]) -> io::Result<Vec<PathBuf>> {
    let mut subjects = BTreeMap::new();
    for (name, subject, _) in events {
        if let Some(other) = subjects.insert(subject, name).filter(|other| *other != name) {
            return Err(io::Error::other(format!(
                "{other} and {name} are both of the subject {subject}: a derive takes its event for the only one of its \
                 topic, so let a build script generate events that share one"
            )));
        }
    }
    let mut paths = Vec::new();
    for file in events.iter().flat_map(|(_, _, files)| files()) {
        let path = file.write(&folder)?;
        // What several events import is one file.
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    Ok(paths)
}

/// JSON text as a person writes it: an entry a line, but short lists and objects without others in them on one.
fn pretty(json: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    let mut rest = json;
    while let Some(char) = rest.chars().next() {
        let token = match char {
            '"' => string_length(rest),
            '{' | '[' => flat_length(rest).unwrap_or(1),
            _ => char.len_utf8(),
        };
        let (text, behind) = rest.split_at(token);
        rest = behind;
        match char {
            '{' | '[' if text.len() > 1 => out.push_str(&spaced(text)),
            '{' | '[' => {
                depth += 1;
                out.push(char);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                line(&mut out, depth);
                out.push(char);
            }
            ',' => {
                out.push(char);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push_str(text),
        }
    }
    out + "\n"
}

/// The longest list or object that goes on one line, in bytes.
const FLAT: usize = 80;

/// The length of a list or an object that goes on one line.
fn flat_length(text: &str) -> Option<usize> {
    let mut position = 1;
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty() && position <= FLAT) {
        match rest.chars().next()? {
            '"' => position += string_length(rest),
            '{' | '[' => return None,
            '}' | ']' => return Some(position + 1),
            char => position += char.len_utf8(),
        }
    }
    None
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let mut end = |&(_, char): &(usize, char)| {
        let ends = char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
        ends
    };
    text.char_indices().skip(1).find(|at| end(at)).map_or(text.len(), |(position, _)| position + 1)
}

/// A list or an object on one line.
fn spaced(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let token = if char == '"' { string_length(rest) } else { char.len_utf8() };
        let (text, behind) = rest.split_at(token);
        rest = behind;
        out.push_str(text);
        match char {
            ',' | ':' => out.push(' '),
            '{' if !rest.starts_with('}') => out.push(' '),
            _ if rest.starts_with('}') && char != '{' => out.push(' '),
            _ => {}
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn json_reads_as_if_somebody_had_written_it() {
        let text = r#"{"type":"record","doc":"a \"b\": {c}, é","fields":[{"name":"id","type":["null","string"]},{"name":"e","type":{}}]}"#;
        let expected = r#"{
  "type": "record",
  "doc": "a \"b\": {c}, é",
  "fields": [
    {
      "name": "id",
      "type": ["null", "string"]
    },
    {
      "name": "e",
      "type": {}
    }
  ]
}
"#;
        assert_eq!(pretty(text), expected);
    }
}
