//! Exports the schemas of derived events as annotated files, which `eventgen check`, `diff` and `register` accept like
//! schemas written by hand.

#[cfg(feature = "avro")]
mod pretty;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::{fs, io::ErrorKind};

use crate::KafkaEvent;

/// An event whose schema is derived from its Rust type. [`export_schemas!`](crate::export_schemas) accepts these.
pub trait DerivedEvent: KafkaEvent {
    /// The annotated schema: the files that it imports, then its own file.
    fn schema_files() -> Vec<SchemaFile>;
}

/// A schema file in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SchemaFile {
    /// The path in the folder of schemas, such as `com.example.orders.OrderEvent.avsc` or
    /// `com/example/orders/order_event.proto`.
    pub name: String,
    /// The text.
    pub text: String,
}

impl SchemaFile {
    /// The schema of an event in Avro, with its annotation.
    #[cfg(feature = "avro")]
    #[doc(hidden)]
    pub fn avro<E: KafkaEvent + crate::AvroType>() -> Self {
        Self { name: format!("{}.avsc", E::NAME), text: pretty::pretty(&E::definition().file()) }
    }

    /// The schema of an event in Protobuf, with its annotation: the files that it imports, then its own file.
    #[cfg(feature = "protobuf")]
    #[doc(hidden)]
    pub fn protobuf<E: crate::ProtobufType>() -> Vec<Self> {
        crate::protobuf::annotated_files(E::definition())
            .into_iter()
            .map(|(name, text)| Self { name, text })
            .collect()
    }

    /// Writes the file into a folder and creates the folder if it does not exist. A file with the same text is not
    /// written.
    ///
    /// # Errors
    /// A folder or a file that cannot be written.
    pub fn write(&self, folder: impl AsRef<Path>) -> io::Result<PathBuf> {
        let path = folder.as_ref().join(&self.name);
        // The error of the operating system does not name the file.
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

/// Writes the annotated schemas of derived events into a folder, one file for each event. Call it in a test or in a small
/// program, so that the schemas are checked and registered like files written by hand.
///
/// ```ignore
/// eventgen::export_schemas!("schemas", OrderEvent, PaymentEvent)?;
/// ```
///
/// Returns the paths of the files, or the first error of writing them. Two events with one subject are an error, because a
/// derive sees one event and assumes that it is the only one on its topic.
#[macro_export]
macro_rules! export_schemas {
    ($folder:expr, $($event:ty),+ $(,)?) => {
        $crate::private::export_events($folder, &[$((
            <$event as $crate::KafkaEvent>::NAME,
            <$event as $crate::KafkaEvent>::SUBJECT,
            <$event as $crate::DerivedEvent>::schema_files,
        )),+])
    };
}

/// Name, subject and files of an event.
type Exported = (&'static str, &'static str, fn() -> Vec<SchemaFile>);

/// The implementation of [`export_schemas!`](crate::export_schemas).
///
/// # Errors
/// As for the macro.
pub fn export_events(folder: impl AsRef<Path>, events: &[Exported]) -> io::Result<Vec<PathBuf>> {
    let mut subjects = BTreeMap::new();
    for (name, subject, _) in events {
        if let Some(other) = subjects.insert(subject, name).filter(|other| *other != name) {
            return Err(io::Error::other(format!(
                "{other} and {name} have the same subject {subject}: a derive assumes that its event is the only one on \
                 its topic; generate events that share a topic with a build script"
            )));
        }
    }
    let mut paths = Vec::new();
    for file in events.iter().flat_map(|(_, _, files)| files()) {
        let path = file.write(&folder)?;
        // Several events may import one file.
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    Ok(paths)
}
