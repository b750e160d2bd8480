//! The test kit's registry, asked over its REST interface.

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{NewSchema, SchemaReference, SchemaType};
use eventgen_testkit::EmbeddedRegistry;

use crate::table::Answer;

/// A registry with a client of it.
#[derive(Debug)]
pub struct Registry {
    client: RegistryClient,
    schema_type: SchemaType,
    subjects: std::cell::Cell<usize>,
    _embedded: EmbeddedRegistry,
}

impl Registry {
    /// An empty registry for schemas of one language.
    pub fn start(schema_type: SchemaType) -> Self {
        let embedded = EmbeddedRegistry::start().expect("a registry");
        let client = RegistryClient::new(RegistryClient::builder(&embedded.url())).expect("a client");
        Self { client, schema_type, subjects: 0.into(), _embedded: embedded }
    }

    /// Registers a text under a subject of its own, after the files that it imports, which are named as they are imported.
    pub fn registers(&self, text: &str, imported: &[(String, String)]) -> Answer {
        Answer::of(self.register(&self.subject(), text, imported))
    }

    /// Whether the registry takes the reader's version after the writer's (`BACKWARD`).
    /// Both refer to the schemas `references`.
    pub fn accepts_change(&self, writer: &str, reader: &str, references: &[(String, String)]) -> Answer {
        let subject = self.subject();
        if let Err(error) = self.register(&subject, writer, references) {
            return Answer::new("invalid", &error);
        }
        let registered: Vec<SchemaReference> = references
            .iter()
            .map(|(name, _)| SchemaReference {
                name: name.clone(),
                subject: format!("{subject}-{name}"),
                version: 1,
            })
            .collect();
        let new = NewSchema { schema_type: self.schema_type.clone(), text: reader, references: &registered };
        let checked = self.client.check_compatibility(&subject, &new);
        let registered = self.register(&subject, reader, references);
        match checked {
            Err(error) => Answer::new("invalid", &error.to_string()),
            Ok(outcome) if outcome.is_compatible == registered.is_ok() => Answer::of(registered),
            Ok(outcome) => Answer::new(
                "both",
                &format!("checked: {}, registered: {registered:?}", outcome.is_compatible),
            ),
        }
    }

    fn subject(&self) -> String {
        self.subjects.set(self.subjects.get() + 1);
        format!("subject-{}", self.subjects.get())
    }

    fn register(&self, subject: &str, text: &str, imported: &[(String, String)]) -> Result<(), String> {
        let mut references: Vec<SchemaReference> = Vec::new();
        for (name, text) in imported {
            let own = format!("{subject}-{name}");
            let new = NewSchema { schema_type: self.schema_type.clone(), text, references: &references };
            self.client.register(&own, &new).map_err(|error| error.to_string())?;
            references.push(SchemaReference { name: name.clone(), subject: own, version: 1 });
        }
        let new = NewSchema { schema_type: self.schema_type.clone(), text, references: &references };
        self.client.register(subject, &new).map(drop).map_err(|error| error.to_string())
    }
}
