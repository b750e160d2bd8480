//! Resolves the names of extensions inside the values of options. protoc searches the scopes from the extended message
//! outwards; the compiler accepts full names only.

use prost_reflect::DescriptorPool;
use prost_reflect::prost_types::FileDescriptorProto;

use super::lexer::{Token, tokens};
use super::options::{remove, visit};
use super::rewritten::{Replacement, Rewritten};

/// Replaces relative names of extensions in the values of a file's options by full names. `pool` has the files that it
/// imports.
pub(super) fn make_absolute(file: &mut FileDescriptorProto, pool: &DescriptorPool) {
    let mut has_names = false;
    visit(file, &mut |options| {
        let values = options.list.iter().filter_map(|option| option.aggregate_value.as_deref());
        has_names |= values.into_iter().any(|value| !extension_names(value).is_empty());
    });
    if !has_names {
        return;
    }
    // The extensions of the file itself, resolved without its options.
    let mut without_options = file.clone();
    remove(&mut without_options, |_, _, _| true);
    let mut pool = pool.clone();
    if pool.add_file_descriptor_proto(without_options).is_err() {
        return;
    }
    visit(file, &mut |options| {
        for value in options.list.iter_mut().filter_map(|option| option.aggregate_value.as_mut()) {
            let replacements = extension_names(value).into_iter();
            let replacements = replacements
                .filter_map(|(name, range)| Some(Replacement { range, text: full_name(&name, &pool)? }));
            *value = Rewritten::new(value, &replacements.collect::<Vec<_>>()).text;
        }
    });
}

/// The full name of the extension that a relative name refers to.
fn full_name(name: &str, pool: &DescriptorPool) -> Option<String> {
    if pool.get_extension_by_name(name).is_some() {
        return None;
    }
    let candidates = pool.all_extensions().filter_map(|extension| {
        let scope = extension.full_name().strip_suffix(name)?.strip_suffix('.')?;
        let message = extension.containing_message();
        // The search starts in the scope that the message is defined in.
        let inside = message.full_name().strip_prefix(scope)?;
        inside.starts_with('.').then(|| extension.full_name().to_owned())
    });
    candidates.max_by_key(String::len)
}

/// The names in brackets that a message of the text format sets, with their spans inside the brackets.
fn extension_names(value: &str) -> Vec<(String, std::ops::Range<usize>)> {
    if !value.contains('[') {
        return Vec::new();
    }
    let tokens: Vec<_> = tokens(value, 0..value.len()).collect();
    let mut names = Vec::new();
    // The enclosing brackets, and whether each is a list.
    let mut around = Vec::new();
    for (index, (token, range)) in tokens.iter().enumerate() {
        let before = |count: usize| index.checked_sub(count).map(|index| &tokens[index].0);
        let is_colon = |token: Option<&Token>| token == Some(&Token::Symbol(':'));
        match token {
            Token::Symbol('[') => {
                let is_list = is_colon(before(1))
                    || around.last() == Some(&true)
                    || matches!(before(1), Some(Token::Ident(_))) && !is_colon(before(2));
                around.push(is_list);
                if !is_list {
                    let inside =
                        tokens[index + 1..].iter().take_while(|(token, _)| *token != Token::Symbol(']'));
                    let end = inside.clone().last().map_or(range.end, |(_, range)| range.end);
                    let name: String = inside.map(|(_, range)| &value[range.clone()]).collect();
                    names.push((name, range.end..end));
                }
            }
            Token::Symbol('{' | '<') => around.push(false),
            Token::Symbol('}' | '>' | ']') => {
                around.pop();
            }
            _ => {}
        }
    }
    // The name of a type, in a value of `google.protobuf.Any`, has a slash.
    names.retain(|(name, _)| !name.contains('/'));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_distinguished_from_lists() {
        let value = "a: 1 [ x . y ]: 2, b { [z]: [1, 2] } c [ { [w] {} } ] d: OPEN [v]: 'a[b]' [t/u.V] {}";
        let names: Vec<String> = extension_names(value).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["x.y", "z", "w", "v"]);
    }
}
