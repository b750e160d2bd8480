//! Splits the text of a schema where it refers to foreign types and to names without a namespace.

use super::names::{HERE, foreign_name, foreign_text};
use crate::model::definition::Fragment;

/// The fragments of a text that refers to `foreign` types.
pub(super) fn split(text: &str, foreign: usize) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match special(rest, foreign) {
            Some((length, fragment)) => {
                if let Some(mut fragment) = fragment {
                    if let (Fragment::Foreign(index), true) = (&fragment, plain.ends_with("[\"null\",")) {
                        fragment = Fragment::Branch(*index);
                    }
                    if !plain.is_empty() {
                        fragments.push(Fragment::Text(std::mem::take(&mut plain)));
                    }
                    fragments.push(fragment);
                }
                rest = &rest[length..];
            }
            None => {
                plain.push(first);
                rest = &rest[first.len_utf8()..];
            }
        }
    }
    if !plain.is_empty() {
        fragments.push(Fragment::Text(plain));
    }
    fragments
}

/// The fragment at the start of a text with its length; `None` for plain text. The fragment is `None` for text that is left
/// out.
fn special(text: &str, foreign: usize) -> Option<(usize, Option<Fragment>)> {
    if !text.starts_with(['{', '"', ',']) {
        return None;
    }
    let inherited = format!(",\"namespace\":\"{HERE}\"");
    if text.starts_with(&inherited) {
        return Some((inherited.len(), None));
    }
    let here = format!("\"{HERE}.");
    if let Some(rest) = text.strip_prefix(&here) {
        let name = rest.split('"').next().unwrap_or_default();
        return Some((here.len() + name.len() + 1, Some(Fragment::Name(name.to_owned()))));
    }
    let used = (0..foreign).find_map(|index| {
        let name = foreign_name(index);
        let canonical = format!("{{\"name\":\"{name}\",\"type\":\"record\",\"fields\":[]}}");
        let forms = [foreign_text(index), canonical, format!("\"{name}\"")];
        let form = forms.iter().find(|form| text.starts_with(form.as_str()))?;
        Some((form.len(), index))
    });
    used.map(|(length, index)| (length, Some(Fragment::Foreign(index))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_at_other_types() {
        let text = format!(
            "{{\"name\":\"A\",\"namespace\":\"{HERE}\",\"a\":{},\"b\":\"{}\",\"doc\":\"eventgen_here.\"}}",
            foreign_text(0),
            foreign_name(0),
        );
        let fragments = split(&text, 1);
        assert!(matches!(&fragments[0], Fragment::Text(text) if text == "{\"name\":\"A\",\"a\":"));
        assert!(matches!(&fragments[1..4], [Fragment::Foreign(0), Fragment::Text(_), Fragment::Foreign(0)]));
        assert!(matches!(&split("\"eventgen_here.A\"", 0)[..], [Fragment::Name(name)] if name == "A"));
        assert!(matches!(&split("[\"null\",\"eventgen_foreign.T0\"]", 1)[1], Fragment::Branch(0)));
    }
}
