//! Random Protobuf files, and random changes of them.

use std::fmt::Write as _;

use avro_tests::mutations::Random;

const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
];

const KEYS: [&str; 6] = ["int32", "uint64", "sint64", "fixed32", "bool", "string"];

/// Names of fields and oneofs: some differ by case, others are keywords, methods of messages or names of prost.
const FIELDS: [&str; 20] = [
    "type",
    "self",
    "Self",
    "value",
    "kind",
    "foo_bar",
    "fooBar",
    "_x",
    "clear",
    "encoded_len",
    "x1",
    "ID",
    "default",
    "set_kind",
    "clone",
    "as_ref",
    "r",
    "to_string",
    "nested",
    "key",
];

const TYPES: [&str; 16] = [
    "Option",
    "Vec",
    "String",
    "Some",
    "HTTPServer",
    "HttpServer",
    "inner",
    "Inner",
    "Kind",
    "kind",
    "Self",
    "Default",
    "Message",
    "Result",
    "Box",
    "type",
];

const VALUES: [&str; 12] =
    ["OPEN", "open", "KIND_OPEN", "_1", "SELF", "None", "A_B", "AB", "a_b", "UNSPECIFIED", "X", "Default"];

/// The syntax of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Syntax {
    Proto2,
    Proto3,
    Edition,
}

/// A file with the message `M`, which is an event.
#[derive(Debug, Clone)]
pub struct File {
    topic: String,
    syntax: Syntax,
    enums: Vec<Enum>,
    messages: Vec<Message>,
}

#[derive(Debug, Clone)]
struct Enum {
    name: String,
    values: Vec<(String, i32)>,
}

#[derive(Debug, Clone)]
struct Message {
    name: String,
    fields: Vec<Field>,
    oneofs: Vec<String>,
    enums: Vec<Enum>,
    messages: Vec<Message>,
}

#[derive(Debug, Clone)]
struct Field {
    name: String,
    number: i32,
    label: Label,
    ty: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    None,
    Optional,
    Required,
    Repeated,
    /// A member of a oneof.
    Of(usize),
}

/// A random file with an event of a topic.
pub fn file(topic: &str, random: &mut Random) -> File {
    let syntax = [Syntax::Proto2, Syntax::Proto3, Syntax::Proto3, Syntax::Edition][random.below(4)];
    let mut maker = Maker { random, syntax, types: vec![".a.M".to_owned()] };
    let enums: Vec<Enum> = (0..maker.random.below(3)).map(|_| maker.enumeration("a")).collect();
    let count = maker.random.below(3);
    let mut messages: Vec<Message> = (0..count).map(|_| maker.message("a", 1)).collect();
    messages.push(maker.message_named("M".to_owned(), "a", 1));
    File { topic: topic.to_owned(), syntax, enums, messages }
}

struct Maker<'a> {
    random: &'a mut Random,
    syntax: Syntax,
    /// The messages and enums that fields may have.
    types: Vec<String>,
}

impl Maker<'_> {
    fn pick(&mut self, names: &[&str]) -> String {
        let name = names[self.random.below(names.len())].to_owned();
        // Names that are in a scope twice are tried elsewhere.
        if self.random.below(4) == 0 { name } else { format!("{name}{}", self.random.below(1000)) }
    }

    fn enumeration(&mut self, scope: &str) -> Enum {
        let name = self.pick(&TYPES);
        let mut values: Vec<(String, i32)> = Vec::new();
        for index in 0..=self.random.below(4) {
            let value = self.pick(&VALUES);
            let number = if index == 0 { 0 } else { [1, -1, 7, i32::MAX, i32::MIN][index] };
            if values.iter().all(|(other, _)| *other != value) {
                values.push((value, number));
            }
        }
        self.types.push(format!(".{scope}.{name}"));
        Enum { name, values }
    }

    fn message(&mut self, scope: &str, depth: usize) -> Message {
        let name = self.pick(&TYPES);
        self.message_named(name, scope, depth)
    }

    fn message_named(&mut self, name: String, scope: &str, depth: usize) -> Message {
        let inner = format!("{scope}.{name}");
        self.types.push(format!(".{inner}"));
        let enums = (0..self.random.below(2)).map(|_| self.enumeration(&inner)).collect();
        let nested = if depth == 0 { 0 } else { self.random.below(3) };
        let messages = (0..nested).map(|_| self.message(&inner, depth - 1)).collect();
        let oneofs: Vec<String> = (0..self.random.below(3)).map(|_| self.pick(&FIELDS)).collect();
        let mut message = Message { name, fields: Vec::new(), oneofs, enums, messages };
        for oneof in 0..message.oneofs.len() {
            self.field(&mut message, Label::Of(oneof));
        }
        for _ in 0..self.random.below(6) {
            let label = self.label();
            self.field(&mut message, label);
        }
        message
    }

    fn label(&mut self) -> Label {
        match (self.random.below(4), self.syntax) {
            (0, _) => Label::Repeated,
            (1, Syntax::Proto2) => Label::Required,
            (_, Syntax::Proto2) | (1, Syntax::Proto3) => Label::Optional,
            _ => Label::None,
        }
    }

    fn field(&mut self, message: &mut Message, label: Label) {
        let name = self.pick(&FIELDS);
        let number = message.fields.iter().map(|field| field.number).max().unwrap_or_default();
        let number = number + 1 + i32::try_from(self.random.below(3)).unwrap_or_default();
        let mut label = label;
        let ty = match self.random.below(8) {
            // A message that requires itself ends nowhere.
            0..=2 if label != Label::Required => self.types[self.random.below(self.types.len())].clone(),
            3 if matches!(label, Label::None | Label::Optional | Label::Repeated) => {
                label = Label::None;
                let value = self.value();
                format!("map<{}, {value}>", KEYS[self.random.below(KEYS.len())])
            }
            _ => SCALARS[self.random.below(SCALARS.len())].to_owned(),
        };
        message.fields.push(Field { name, number, label, ty });
    }

    fn value(&mut self) -> String {
        if self.random.below(2) == 0 {
            self.types[self.random.below(self.types.len())].clone()
        } else {
            SCALARS[self.random.below(SCALARS.len())].to_owned()
        }
    }
}

impl File {
    /// Changes the file somewhere, as authors do, with care or without. The event moves to another topic.
    pub fn change(&mut self, topic: &str, random: &mut Random) {
        topic.clone_into(&mut self.topic);
        let (syntax, count) = (self.syntax, self.messages.len());
        let message = &mut self.messages[random.below(count)];
        let count = message.fields.len();
        let mut maker = Maker { random, syntax, types: vec![".a.M".to_owned()] };
        if count == 0 || maker.random.below(3) == 0 {
            let label = maker.label();
            maker.field(message, label);
            return;
        }
        let at = maker.random.below(count);
        match maker.random.below(8) {
            0 => drop(message.fields.remove(at)),
            1 => message.fields[at].name.push_str("_2"),
            2 => message.fields[at].label = maker.label(),
            3 => message.fields[at].number += 10_000,
            4 if !message.oneofs.is_empty() => message.fields[at].label = Label::Of(0),
            5 => message.fields.reverse(),
            _ => {
                let same = [
                    &["int32", "int64", "uint32", "uint64", "bool"][..],
                    &["sint32", "sint64"],
                    &["string", "bytes"],
                    &["fixed32", "sfixed32"],
                    &["fixed64", "sfixed64"],
                    &SCALARS,
                ];
                let ty = message.fields[at].ty.clone();
                let same = same.iter().find(|same| same.contains(&&*ty)).unwrap_or(&same[5]);
                same[maker.random.below(same.len())].clone_into(&mut message.fields[at].ty);
            }
        }
    }

    /// The text.
    pub fn text(&self) -> String {
        let mut text = match self.syntax {
            Syntax::Proto2 => "syntax = \"proto2\";\n",
            Syntax::Proto3 => "syntax = \"proto3\";\n",
            Syntax::Edition => "edition = \"2023\";\n",
        }
        .to_owned();
        text.push_str("package a;\nimport \"eventgen/kafka.proto\";\n");
        for definition in &self.enums {
            definition.write(&mut text);
        }
        for message in &self.messages {
            message.write(self, &mut text);
        }
        text
    }
}

impl Enum {
    fn write(&self, text: &mut String) {
        let _ = write!(text, "enum {} {{ ", self.name);
        for (name, number) in &self.values {
            let _ = write!(text, "{name} = {number}; ");
        }
        text.push_str("}\n");
    }
}

impl Message {
    fn write(&self, file: &File, text: &mut String) {
        let _ = writeln!(text, "message {} {{", self.name);
        if self.name == "M" {
            let topic = &file.topic;
            let _ = writeln!(text, "option (eventgen.kafka) = {{ topic: {topic:?} ordering: \"none\" }};");
        }
        self.enums.iter().for_each(|definition| definition.write(text));
        self.messages.iter().for_each(|message| message.write(file, text));
        for field in self.fields.iter().filter(|field| !matches!(field.label, Label::Of(_))) {
            let label = match (field.label, file.syntax) {
                (Label::Repeated, _) => "repeated ",
                (Label::Optional, Syntax::Proto2 | Syntax::Proto3) => "optional ",
                (Label::Required, _) => "required ",
                _ => "",
            };
            field.write(label, text);
        }
        for (index, oneof) in self.oneofs.iter().enumerate() {
            let mut members = self.fields.iter().filter(|field| field.label == Label::Of(index)).peekable();
            if members.peek().is_some() {
                let _ = write!(text, "oneof {oneof} {{ ");
                members.for_each(|field| field.write("", text));
                text.push_str("}\n");
            }
        }
        text.push_str("}\n");
    }
}

impl Field {
    fn write(&self, label: &str, text: &mut String) {
        let _ = writeln!(text, "{label}{} {} = {};", self.ty, self.name, self.number);
    }
}
