//! Captures the log of all consumers in this process.

use std::collections::BTreeMap;
use std::sync::{Mutex, Once, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// The group whose assignment makes the subscriber panic. A subscriber is code of the application that runs on the polling
/// thread.
pub(crate) const PANICS_ON_ASSIGNMENT: &str = "panics-on-assignment";

/// The group whose revocation makes the subscriber panic, when the consumer leaves it.
pub(crate) const PANICS_ON_REVOCATION: &str = "panics-on-revocation";

/// A line of the log: the fields of its event, with the text as `message`.
pub(crate) type Line = BTreeMap<String, String>;

static LINES: Mutex<Vec<Line>> = Mutex::new(Vec::new());

/// Starts capturing.
pub(crate) fn keep() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        tracing::subscriber::set_global_default(Keeper).expect("no other subscriber in this process");
    });
}

/// The lines of a group that contain a text.
pub(crate) fn lines(group: &str, message: &str) -> Vec<Line> {
    of("group", group, message)
}

/// The lines with this value of a field that contain a text.
pub(crate) fn of(field: &str, value: &str, message: &str) -> Vec<Line> {
    let kept = LINES.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = |line: &&Line| {
        line.get(field).is_some_and(|of| of == value)
            && line.get("message").is_some_and(|text| text.contains(message))
    };
    kept.iter().filter(wanted).cloned().collect()
}

/// The lines of the current thread that contain a text.
pub(crate) fn of_this_thread(message: &str) -> Vec<Line> {
    of("thread", &this_thread(), message)
}

fn this_thread() -> String {
    format!("{:?}", std::thread::current().id())
}

struct Keeper;

impl Subscriber for Keeper {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("eventgen")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(Line::new());
        event.record(&mut fields);
        let mut line = fields.0;
        line.insert("thread".to_owned(), this_thread());
        let of = |name: &str| line.get(name).map(String::as_str);
        let is_fatal = matches!(
            (of("group"), of("message")),
            (Some(PANICS_ON_ASSIGNMENT), Some("assigned")) | (Some(PANICS_ON_REVOCATION), Some("revoked"))
        );
        LINES.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
        assert!(!is_fatal, "the subscriber cannot write");
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields(Line);

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}
