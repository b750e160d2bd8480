//! Random versions, and random changes of them.

use std::collections::BTreeSet;

use super::versions::{Enum, Field, Message, Place, Random, Type, Version};

const SCALARS: [&str; 15] = [
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64",
    "sfixed32", "sfixed64", "bool", "string", "bytes",
];
const KEYS: [&str; 5] = ["int32", "uint64", "sint64", "fixed32", "string"];
const TYPES: [&str; 6] = ["M", "N", "O", "P", "Q", "R"];
const PACKAGES: [&str; 4] = ["a", "b", "a.v2", ""];
const ONEOFS: [&str; 3] = ["oa", "ob", "oc"];
const TAGS: usize = 7;

impl Version {
    pub(super) fn random(random: &mut Random) -> Self {
        loop {
            let package = |random: &mut Random| random.of(&PACKAGES).to_owned();
            let packages = [package(random), package(random), package(random)];
            let mut version =
                Self { is_proto2: random.one_in(3), packages, messages: Vec::new(), enums: Vec::new() };
            for id in 0..2 + random.below(4) {
                let place = version.random_place(id, random);
                let name = random.of(&TYPES).to_owned();
                version.messages.push(Message { id, name, place, fields: Vec::new() });
            }
            for id in 0..random.below(3) {
                let place = version.random_place(usize::MAX, random);
                version.enums.push(Enum { id, name: random.of(&TYPES).to_owned(), place });
            }
            for index in 0..version.messages.len() {
                for _ in 0..=random.below(5) {
                    version.add_field(index, random);
                }
            }
            version.repair();
            if version.is_valid() {
                return version;
            }
        }
    }

    /// The version after a few changes.
    pub(super) fn changed(&self, random: &mut Random) -> Self {
        loop {
            let mut version = self.clone();
            for _ in 0..=random.below(3) {
                version.change(random);
                version.repair();
            }
            if version.is_valid() {
                return version;
            }
        }
    }

    fn change(&mut self, random: &mut Random) {
        if self.messages.is_empty() {
            return;
        }
        let at = random.below(self.messages.len());
        match random.below(24) {
            0 => self.packages[random.below(3)] = random.of(&PACKAGES).to_owned(),
            1 => self.messages[at].name = random.of(&TYPES).to_owned(),
            2..=4 => {
                let id = self.messages[at].id;
                self.messages[at].place = self.random_place(id, random);
            }
            5 => self.remove_message(at),
            6 => self.add_message(random),
            7 => self.messages.rotate_left(1),
            8 => {
                if let Some(definition) = self.enums.pop() {
                    let place = self.random_place(usize::MAX, random);
                    if random.one_in(2) {
                        self.enums.push(Enum { place, ..definition });
                    }
                }
            }
            9 => {
                self.is_proto2 = !self.is_proto2;
            }
            10 | 11 => self.add_field(at, random),
            12..=14 => self.change_oneofs(at, random),
            _ => self.change_field(at, random),
        }
    }

    fn change_field(&mut self, at: usize, random: &mut Random) {
        let types: Vec<Type> = self.types();
        let fields = &mut self.messages[at].fields;
        if fields.is_empty() {
            return;
        }
        let index = random.below(fields.len());
        let field = &mut fields[index];
        match random.below(9) {
            0 | 1 => drop(fields.remove(index)),
            2 => field.name = format!("renamed{}", field.tag),
            3 => field.tag = tag(random),
            4 | 5 => field.label = static_of(&["", "optional", "required", "repeated"], random),
            6 => field.key = if field.key.is_some() { None } else { Some(static_of(&KEYS, random)) },
            _ => field.ty = random_type(&types, random),
        }
    }

    fn change_oneofs(&mut self, at: usize, random: &mut Random) {
        let fields = &mut self.messages[at].fields;
        let (from, to) = (random.of(&ONEOFS).to_owned(), random.of(&ONEOFS).to_owned());
        match random.below(6) {
            0 => fields
                .iter_mut()
                .filter(|field| field.oneof.as_ref() == Some(&from))
                .for_each(|field| field.oneof = Some(to.clone())),
            1 => fields.retain(|field| field.oneof.as_ref() != Some(&from)),
            _ if fields.is_empty() => {}
            turn => {
                let index = random.below(fields.len());
                fields[index].oneof = (turn > 2).then_some(to);
            }
        }
    }

    fn add_field(&mut self, at: usize, random: &mut Random) {
        let types = self.types();
        let number = tag(random);
        let oneof = random.one_in(3).then(|| random.of(&ONEOFS).to_owned());
        let key = random.one_in(8).then(|| static_of(&KEYS, random));
        let label = static_of(&["", "", "optional", "repeated", "required"], random);
        let ty = random_type(&types, random);
        self.messages[at].fields.push(Field {
            name: format!("f{number}"),
            tag: number,
            label,
            oneof,
            key,
            ty,
        });
    }

    fn add_message(&mut self, random: &mut Random) {
        let id = self.messages.iter().map(|message| message.id + 1).max().unwrap_or_default();
        let place = self.random_place(id, random);
        self.messages.push(Message { id, name: random.of(&TYPES).to_owned(), place, fields: Vec::new() });
        let at = self.messages.len() - 1;
        self.add_field(at, random);
    }

    fn remove_message(&mut self, at: usize) {
        if self.messages.len() > 1 {
            self.messages.remove(at);
        }
    }

    fn types(&self) -> Vec<Type> {
        let messages = self.messages.iter().map(|message| Type::Message(message.id));
        messages.chain(self.enums.iter().map(|definition| Type::Enum(definition.id))).collect()
    }

    /// A file, or a message that is not in the one with this number.
    fn random_place(&self, id: usize, random: &mut Random) -> Place {
        if !self.messages.is_empty() && random.one_in(3) {
            let outer = self.messages[random.below(self.messages.len())].id;
            if !self.is_in(outer, id) {
                return Place::In(outer);
            }
        }
        Place::File([0, 0, 1, 2][random.below(4)])
    }

    fn is_in(&self, inner: usize, outer: usize) -> bool {
        let mut id = inner;
        while id != outer {
            match self.messages.iter().find(|message| message.id == id).map(|message| message.place) {
                Some(Place::In(parent)) => id = parent,
                _ => return false,
            }
        }
        true
    }

    /// Makes the version one that compiles: labels are as the syntax wants them, and types that are gone, or in a file
    /// that is not imported, become numbers.
    fn repair(&mut self) {
        while let Some(lost) = self.messages.iter().position(|message| self.place(message.place).is_none()) {
            self.messages.remove(lost);
        }
        let enums: Vec<Enum> =
            self.enums.iter().filter(|definition| self.place(definition.place).is_some()).cloned().collect();
        self.enums = enums;
        let known = self.clone();
        let is_proto2 = self.is_proto2;
        for message in &mut self.messages {
            let own = known.location(message.id).map_or(0, |(file, _)| file);
            let mut seen = BTreeSet::new();
            message.fields.retain(|field| seen.insert(field.tag));
            let mut taken = BTreeSet::new();
            for field in &mut message.fields {
                if !taken.insert(field.name.clone()) {
                    field.name = format!("other{}", field.tag);
                }
                let place = match field.ty {
                    Type::Scalar(_) => Some(own),
                    Type::Message(id) => known.location(id).map(|(file, _)| file),
                    Type::Enum(id) => {
                        let found = known.enums.iter().find(|definition| definition.id == id);
                        found.and_then(|found| known.place(found.place)).map(|(file, _)| file)
                    }
                };
                if place.is_none_or(|file| file < own) {
                    field.ty = Type::Scalar("int32");
                }
                if field.oneof.is_some() {
                    (field.label, field.key) = ("", None);
                } else if field.key.is_some() {
                    field.label = "";
                } else if is_proto2
                    && (field.label.is_empty()
                        || field.label == "required" && matches!(field.ty, Type::Message(_)))
                {
                    // A message that requires itself is refused.
                    field.label = "optional";
                } else if !is_proto2 && field.label == "required" {
                    field.label = "";
                }
            }
        }
    }

    /// Whether no two definitions have one name, and the file itself has a message.
    fn is_valid(&self) -> bool {
        let mut names = BTreeSet::new();
        let messages = self.messages.iter().map(|message| (message.place, &message.name));
        let enums = self.enums.iter().map(|definition| (definition.place, &definition.name));
        let is_unique = messages.chain(enums).all(|(place, name)| {
            let (file, mut path) = self.place(place).expect("the version is repaired");
            path.push(name.clone());
            names.insert(self.full_name(file, &path))
        });
        is_unique && self.messages.iter().any(|message| message.place == Place::File(0))
    }
}

fn tag(random: &mut Random) -> u32 {
    u32::try_from(1 + random.below(TAGS)).expect("a small number")
}

fn static_of(items: &[&'static str], random: &mut Random) -> &'static str {
    items[random.below(items.len())]
}

fn random_type(types: &[Type], random: &mut Random) -> Type {
    if !types.is_empty() && random.one_in(2) {
        types[random.below(types.len())].clone()
    } else {
        Type::Scalar(static_of(&SCALARS, random))
    }
}
