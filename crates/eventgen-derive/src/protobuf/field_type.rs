//! The message type inside the types that prost puts around it.

use syn::{GenericArgument, PathArguments, Type};

/// The message of a field: the type inside of `Option`, `Vec`, `Box` or the values of a map.
pub(super) fn message(ty: &Type) -> &Type {
    match inner(ty) {
        Some((_, inner)) => message(inner),
        None => ty,
    }
}

/// Whether the message of a field is in a box.
pub(super) fn is_boxed(ty: &Type) -> bool {
    match inner(ty) {
        Some((name, inner)) => name == "Box" || is_boxed(inner),
        None => false,
    }
}

/// The name of a type around another, and the other type. `Vec<u8>` is a message of its own, `BytesValue`.
fn inner(ty: &Type) -> Option<(String, &Type)> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let name = last.ident.to_string();
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    let types: Vec<&Type> = types.collect();
    let inner = match (name.as_str(), &types[..]) {
        ("Option" | "Box", [inner]) => inner,
        ("Vec", [inner]) if !is_u8(inner) => inner,
        ("HashMap" | "BTreeMap", [_, values, ..]) => values,
        _ => return None,
    };
    Some((name, inner))
}

fn is_u8(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}
