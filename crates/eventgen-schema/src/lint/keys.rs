//! Rules about the keys of the events of one topic.

use crate::annotation::{EventProperties, TopicProperties};
use crate::contract::Ordering;
use crate::diagnostics::{Diagnostic, code};
use crate::source::Spanned;

/// Reports keys of the same fields in another order: they are different keys for what is the same, so that its records are on
/// different partitions.
pub(super) fn check_keys(
    topic: &str,
    properties: &TopicProperties,
    events: &[&EventProperties],
    diagnostics: &mut Vec<Diagnostic>,
) {
    if properties.ordering() == Ordering::None {
        return;
    }
    let keys: Vec<&[Spanned<String>]> = events.iter().map(|event| event.key_paths()).collect();
    for (index, key) in keys.iter().enumerate() {
        let first = keys[..index].iter().find(|first| is_reordered(first, key));
        let (Some([before, ..]), Some(here)) = (first, key.first()) else { continue };
        let written = |key: &[Spanned<String>]| {
            key.iter().map(|path| path.value.as_str()).collect::<Vec<_>>().join(", ")
        };
        let (here_text, before_text) = (written(key), first.map(|first| written(first)).unwrap_or_default());
        diagnostics.push(
            Diagnostic::lint(
                code::KEY_ORDER,
                format!("two events of topic `{topic}` have the same fields in their keys in another order"),
            )
            .at(&here.span, format!("this key is {here_text}"))
            .at(&before.span, format!("and this one {before_text}"))
            .help("write the fields in one order: equal keys are on one partition, and stay in order"),
        );
    }
}

/// Whether two keys have the same fields, by the ends of their paths, in different orders.
fn is_reordered(one: &[Spanned<String>], other: &[Spanned<String>]) -> bool {
    let fields = |key: &[Spanned<String>]| -> Vec<String> {
        key.iter().map(|path| path.value.rsplit('.').next().unwrap_or_default().to_owned()).collect()
    };
    let (mut one, mut other) = (fields(one), fields(other));
    if one == other {
        return false;
    }
    one.sort_unstable();
    other.sort_unstable();
    one == other
}
