//! `#[kafka(…)]` as the annotation of a schema: for the front end in its own words, with places, and for files in those
//! of Avro, where paths have the names of the schema.

use proc_macro2::Span;

use crate::document::{Document, quoted};
use crate::item::Field;
use crate::words::{Value, Word};

/// A piece of the annotation in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FilePiece {
    Text(String),
    /// A path by the names of Rust.
    Path(Vec<String>),
}

/// Words whose members are names that nobody changes: those of headers and of Kafka's configuration.
const OPEN: [&str; 2] = ["headers", "config"];

/// How a value is understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A name is a field.
    Path,
    /// Text is text, a name is a field.
    Header,
    /// A name is one of the words of the vocabulary.
    Plain,
}

impl Kind {
    fn of(word: &str) -> Self {
        match word {
            "key" => Self::Path,
            "headers" => Self::Header,
            _ => Self::Plain,
        }
    }
}

/// Writes the annotation for the front end.
pub(crate) fn write(words: &[Word], fields: &[Field], document: &mut Document, span: Span) {
    let words = grouped(words);
    document.at(span, |document| {
        document.raw("{");
        document.list(&words, |document, word| {
            document.name(&word.name, word.span);
            // What has no place of its own is where its word is.
            document.at(word.span, |document| value(&word.value, Kind::of(&word.name), fields, document));
        });
        document.raw("}");
    });
}

fn value(what: &Value, kind: Kind, fields: &[Field], document: &mut Document) {
    match (what, kind) {
        (Value::None, _) => document.raw("true"),
        (Value::Text(text, span), Kind::Header) => document.at(*span, |document| {
            document.raw(&format!("{{\"literal\":{}}}", quoted(text)));
        }),
        (Value::Text(text, span), Kind::Plain) => document.string(text, *span),
        (Value::Text(text, span), Kind::Path) => {
            let path: Vec<String> = text.split('.').map(str::to_owned).collect();
            document.string(&schema_path(&path, fields), *span);
        }
        (Value::Path(path, span), Kind::Plain) => document.string(&path.join("."), *span),
        (Value::Path(path, span), _) => document.string(&schema_path(path, fields), *span),
        (Value::Number(text, span), _) => document.at(*span, |document| document.raw(text)),
        (Value::Boolean(value, span), _) => document.at(*span, |document| document.raw(&value.to_string())),
        (Value::List(values, span), _) => document.at(*span, |document| {
            document.raw("[");
            document.list(values, |document, inner| value(inner, kind, fields, document));
            document.raw("]");
        }),
        (Value::Words(words, span), _) => document.at(*span, |document| {
            document.raw("{");
            document.list(words, |document, word| {
                document.name(&word.name, word.span);
                document.at(word.span, |document| value(&word.value, kind, fields, document));
            });
            document.raw("}");
        }),
    }
}

/// A path whose first step has the name of the schema; further ones are of types that are not seen here.
fn schema_path(path: &[String], fields: &[Field]) -> String {
    let mut path = path.to_vec();
    let named = |field: &&Field| field.rust_name == path[0];
    if let Some(field) = fields.iter().find(named) {
        path[0].clone_from(&field.name);
    }
    path.join(".")
}

/// The words, those of one name together: `consumers(…)` is said once for each.
pub(crate) fn grouped(words: &[Word]) -> Vec<Word> {
    let mut grouped: Vec<Word> = Vec::with_capacity(words.len());
    let listed = |word: &Word| match (&*word.name, &word.value) {
        ("consumers", Value::Words(_, span)) => Some((word.value.clone(), *span)),
        _ => None,
    };
    for word in words {
        let Some((value, span)) = listed(word) else {
            grouped.push(word.clone());
            continue;
        };
        match grouped.iter_mut().find(|known| known.name == word.name).map(|known| &mut known.value) {
            Some(Value::List(values, _)) => values.push(value),
            _ => grouped.push(Word { value: Value::List(vec![value], span), ..word.clone() }),
        }
    }
    grouped
}

/// The annotation as a file has it.
pub(crate) fn file_pieces(words: &[Word]) -> Vec<FilePiece> {
    let mut file = File(Vec::new());
    file.text("{");
    for (index, word) in grouped(words).iter().enumerate() {
        if index > 0 {
            file.text(",");
        }
        file.text(&format!("{}:", quoted(&camel(&word.name))));
        let open = OPEN.contains(&&*word.name);
        file.value(&word.value, Kind::of(&word.name), open);
    }
    file.text("}");
    file.0
}

struct File(Vec<FilePiece>);

impl File {
    fn text(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(FilePiece::Text(last)) => last.push_str(text),
            _ => self.0.push(FilePiece::Text(text.to_owned())),
        }
    }

    fn value(&mut self, value: &Value, kind: Kind, open: bool) {
        match (value, kind) {
            (Value::None, _) => self.text("true"),
            (Value::Text(text, _), Kind::Header) => self.text(&format!("{{\"literal\":{}}}", quoted(text))),
            (Value::Text(text, _), Kind::Plain) => self.text(&quoted(text)),
            (Value::Text(text, _), Kind::Path) => {
                self.0.push(FilePiece::Path(text.split('.').map(str::to_owned).collect()));
            }
            (Value::Path(path, _), Kind::Plain) => self.text(&quoted(&path.join("."))),
            (Value::Path(path, _), _) => self.0.push(FilePiece::Path(path.clone())),
            (Value::Number(text, _), _) => self.text(text),
            (Value::Boolean(value, _), _) => self.text(&value.to_string()),
            (Value::List(values, _), _) => {
                self.text("[");
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.text(",");
                    }
                    self.value(value, kind, open);
                }
                self.text("]");
            }
            (Value::Words(words, _), _) => {
                self.text("{");
                for (index, word) in words.iter().enumerate() {
                    if index > 0 {
                        self.text(",");
                    }
                    let name = if open { word.name.clone() } else { camel(&word.name) };
                    self.text(&format!("{}:", quoted(&name)));
                    self.value(&word.value, kind, open || OPEN.contains(&&*word.name));
                }
                self.text("}");
            }
        }
    }
}

/// A word of the vocabulary as Avro's annotation has it.
fn camel(word: &str) -> String {
    crate::casing::Casing::Camel.of_field(word)
}
