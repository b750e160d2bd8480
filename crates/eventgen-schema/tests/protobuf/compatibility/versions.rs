//! Random versions of schemas, as plain data, and their texts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A pseudorandom generator (xorshift64*), the same on every machine.
#[derive(Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number below `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).expect("31 bits") % limit
    }

    pub(super) fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    pub(super) fn of<'a>(&mut self, items: &[&'a str]) -> &'a str {
        items[self.below(items.len())]
    }
}

/// The file that is compared, and the two that it may import. The second may import the third.
pub(super) const FILES: [&str; 3] = ["schema", "near.proto", "far.proto"];

/// A version: its messages and enums in a list, in the order of declaration. What refers to one uses its number, which
/// it keeps in all versions.
#[derive(Debug, Clone)]
pub(super) struct Version {
    pub(super) is_proto2: bool,
    pub(super) packages: [String; 3],
    pub(super) messages: Vec<Message>,
    pub(super) enums: Vec<Enum>,
}

#[derive(Debug, Clone)]
pub(super) struct Message {
    pub(super) id: usize,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) fields: Vec<Field>,
}

#[derive(Debug, Clone)]
pub(super) struct Enum {
    pub(super) id: usize,
    pub(super) name: String,
    pub(super) place: Place,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In one of the files.
    File(usize),
    /// In a message.
    In(usize),
}

#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) tag: u32,
    pub(super) label: &'static str,
    pub(super) oneof: Option<String>,
    /// The keys, if it is a map.
    pub(super) key: Option<&'static str>,
    pub(super) ty: Type,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Type {
    Scalar(&'static str),
    Message(usize),
    Enum(usize),
}

impl Version {
    /// The names of a message from the outermost, and the index of its file. `None` if one is gone.
    pub(super) fn location(&self, id: usize) -> Option<(usize, Vec<String>)> {
        let message = self.messages.iter().find(|message| message.id == id)?;
        let (file, mut names) = self.place(message.place)?;
        names.push(message.name.clone());
        Some((file, names))
    }

    pub(super) fn place(&self, place: Place) -> Option<(usize, Vec<String>)> {
        match place {
            Place::File(file) => Some((file, Vec::new())),
            Place::In(message) => self.location(message),
        }
    }

    pub(super) fn full_name(&self, file: usize, names: &[String]) -> String {
        let package = Some(&self.packages[file]).filter(|package| !package.is_empty());
        package.into_iter().chain(names).cloned().collect::<Vec<_>>().join(".")
    }

    /// The text, and those of its imports.
    pub(super) fn texts(&self) -> (String, BTreeMap<String, String>) {
        let mut texts: Vec<String> = (0..FILES.len()).map(|file| self.text(file)).collect();
        let main = texts.remove(0);
        (main, FILES[1..].iter().map(|name| (*name).to_owned()).zip(texts).collect())
    }

    fn text(&self, file: usize) -> String {
        let syntax = if self.is_proto2 { "proto2" } else { "proto3" };
        let mut text = format!("syntax = \"{syntax}\";\n");
        if !self.packages[file].is_empty() {
            let _ = writeln!(text, "package {};", self.packages[file]);
        }
        for import in &FILES[file + 1..] {
            let _ = writeln!(text, "import \"{import}\";");
        }
        self.write(Place::File(file), &mut text);
        text
    }

    fn write(&self, place: Place, text: &mut String) {
        for (index, definition) in self.enums.iter().enumerate() {
            if definition.place == place {
                let _ = writeln!(text, "enum {} {{ V{index} = 0; }}", definition.name);
            }
        }
        for message in self.messages.iter().filter(|message| message.place == place) {
            let _ = writeln!(text, "message {} {{", message.name);
            self.write(Place::In(message.id), text);
            let mut oneofs: Vec<&String> =
                message.fields.iter().filter_map(|field| field.oneof.as_ref()).collect();
            oneofs.sort();
            oneofs.dedup();
            for field in message.fields.iter().filter(|field| field.oneof.is_none()) {
                self.write_field(field, text);
            }
            for oneof in oneofs {
                let _ = writeln!(text, "oneof {oneof} {{");
                let members = message.fields.iter().filter(|field| field.oneof.as_ref() == Some(oneof));
                members.for_each(|field| self.write_field(field, text));
                text.push_str("}\n");
            }
            text.push_str("}\n");
        }
    }

    fn write_field(&self, field: &Field, text: &mut String) {
        let name = |place: Option<(usize, Vec<String>)>| {
            let (file, names) = place.expect("fields refer to what there is");
            format!(".{}", self.full_name(file, &names))
        };
        let ty = match field.ty {
            Type::Scalar(scalar) => scalar.to_owned(),
            Type::Message(id) => name(self.location(id)),
            Type::Enum(id) => {
                let found = self.enums.iter().find(|definition| definition.id == id);
                let place = found.and_then(|found| {
                    let (file, mut names) = self.place(found.place)?;
                    names.push(found.name.clone());
                    Some((file, names))
                });
                name(place)
            }
        };
        let ty = field.key.map_or_else(|| ty.clone(), |key| format!("map<{key}, {ty}>"));
        let _ = writeln!(text, "{} {ty} {} = {};", field.label, field.name, field.tag);
    }
}
