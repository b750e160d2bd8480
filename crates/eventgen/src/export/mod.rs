//! The schemas of derived events as files: annotated, as if somebody had written them, so that `eventgen check`, `diff`
//! and `register` take them like any other.

#[cfg(feature = "avro")]
mod pretty;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::{fs, io::ErrorKind};

use crate::KafkaEvent;

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
    #[cfg(feature = "avro")]
    #[doc(hidden)]
    pub fn avro<E: KafkaEvent + crate::AvroType>() -> Self {
        Self { name: format!("{}.avsc", E::NAME), text: pretty::pretty(&E::definition().file()) }
    }

    /// The schema of an event in Protobuf, with its annotation, behind the files that it imports.
    #[cfg(feature = "protobuf")]
    #[doc(hidden)]
    pub fn protobuf<E: crate::ProtobufType>() -> Vec<Self> {
        crate::protobuf::annotated_files(E::definition())
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
        $crate::private::export_events($folder, &[$((
            <$event as $crate::KafkaEvent>::NAME,
            <$event as $crate::KafkaEvent>::SUBJECT,
            <$event as $crate::DerivedEvent>::schema_files,
        )),+])
    };
}

/// Name, subject and files of an event.
type Exported = (&'static str, &'static str, fn() -> Vec<SchemaFile>);

/// What [`export_schemas!`](crate::export_schemas) calls.
///
/// # Errors
/// As documented there.
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
