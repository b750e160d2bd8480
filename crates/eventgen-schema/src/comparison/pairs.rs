//! Which new schema corresponds to which old one.

use std::collections::BTreeMap;

use super::version::VersionText;
use crate::compatibility::Element;
use crate::frontend::front_ends;
use crate::loaded::Loaded;

/// A name with both versions.
type Matched = (String, VersionText, VersionText);

/// The schemas that both have, and the names of those that only the old one has with their elements.
pub(super) fn schemas(new: &Loaded, old: &Loaded) -> (Vec<Matched>, Vec<(String, Element)>) {
    let (mut new_all, mut old_all) = (all(new), all(old));
    if let ([(new_key, _)], [(old_key, _)]) = (&*entries(&new_all), &*entries(&old_all))
        && new_key != old_key
    {
        let key = Key::clone(new_key);
        let text = old_all.pop_first().map(|(_, text)| text);
        old_all.extend(text.map(|text| (key, text)));
    }
    let (mut matched, mut removed) = (Vec::new(), Vec::new());
    for (key, old_text) in old_all {
        match new_all.remove(&key) {
            Some(new_text) => matched.push((shown(&key.1), new_text, old_text)),
            None => removed.push((key.1.clone(), Element::of_type(key.1))),
        }
    }
    (matched, removed)
}

/// Language and name of a schema.
type Key = (&'static str, String);

fn entries(all: &BTreeMap<Key, VersionText>) -> Vec<(&Key, &VersionText)> {
    all.iter().take(2).collect()
}

fn all(loaded: &Loaded) -> BTreeMap<Key, VersionText> {
    let contract = &loaded.contract;
    let languages = front_ends().into_iter().map(|front_end| (front_end.schema_type(), front_end));
    let schemas = languages.flat_map(|(schema_type, front_end)| {
        let schemas = front_end.schemas(contract).into_iter();
        schemas.map(move |schema| {
            let text = VersionText::of(contract, &schema.registered(schema_type));
            ((schema_type, schema.name), text)
        })
    });
    schemas.collect()
}

fn shown(name: &str) -> String {
    if name.is_empty() { "the schema".to_owned() } else { name.to_owned() }
}
