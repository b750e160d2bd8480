//! What a reference to a type that nothing defines is probably meant to be.

use eventgen_avro::parse::{Declarations, PRIMITIVES};

use crate::diagnostics::did_you_mean;
use crate::node::{Node, Value};
use crate::source::Span;

/// The name of a type that is similar to `name`, which is referred to at `reference`.
pub(super) fn nearest<'a>(
    name: &str,
    reference: Option<&Span>,
    declarations: &'a Declarations<'_>,
) -> Option<&'a str> {
    let is_possible = |known: &&str| match (reference, declarations.get(known)) {
        (Some(reference), Some(declaration)) if encloses(&declaration.node.span, reference) => {
            !has_part(declaration.node, reference) && !is_word_of(short(known), short(name))
        }
        _ => true,
    };
    let possible: Vec<&str> = declarations.names().filter(is_possible).collect();
    let shorts = possible.iter().map(|name| short(name));
    did_you_mean(name, possible.iter().copied().chain(PRIMITIVES).chain(shorts))
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or_default()
}

fn encloses(outer: &Span, inner: &Span) -> bool {
    outer.source == inner.source
        && outer.range.start <= inner.range.start
        && inner.range.end <= outer.range.end
}

/// Whether every value of a type has a part of the type at `reference`. If that were the type itself, it would have no
/// finite value.
fn has_part(node: &Node, reference: &Span) -> bool {
    match &node.value {
        Value::String(_) => node.span == *reference,
        Value::Object(_) => match node.get("type").map(|ty| (ty, ty.as_str())) {
            Some((_, Some("array" | "map"))) | None => false,
            Some((_, Some("record" | "error"))) => match node.get("fields").map(|fields| &fields.value) {
                Some(Value::Array(fields)) => fields.iter().any(|field| has_part(field, reference)),
                _ => false,
            },
            Some((ty, _)) => has_part(ty, reference),
        },
        _ => false,
    }
}

/// Whether `name` has more words than `known`: an `OrderLine` that is missing inside of `Order` is another type.
fn is_word_of(known: &str, name: &str) -> bool {
    name.strip_prefix(known).is_some_and(|rest| !rest.starts_with(|char: char| char.is_ascii_lowercase()))
}
