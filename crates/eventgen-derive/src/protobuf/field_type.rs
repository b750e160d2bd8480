//! The type inside of what prost puts around it.

use quote::quote;
use syn::{GenericArgument, PathArguments, Type};

/// The message of a field, as its type is written: what is in an `Option`, a `Vec`, a `Box` or the values of a map.
pub(super) fn message(ty: &Type) -> String {
    match inner(ty) {
        Some((_, inner)) => message(inner),
        None => quote!(#ty).to_string(),
    }
}

/// Whether a field keeps its message in a box.
pub(super) fn is_boxed(ty: &Type) -> bool {
    match inner(ty) {
        Some((name, inner)) => name == "Box" || is_boxed(inner),
        None => false,
    }
}

/// What is around a type, and the last type in it. The bytes of a message are a `Vec` too, and stay one.
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
