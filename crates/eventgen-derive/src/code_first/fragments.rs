//! A schema's text in pieces, with places for the types that are not seen here.

use proc_macro2::TokenStream;
use quote::quote;

use crate::annotation::FilePiece;
use crate::emit::{Definition, definition};
use crate::schema::{HERE, foreign_name, foreign_text};

/// A piece of a text.
#[derive(Debug)]
pub(crate) enum Piece {
    Text(String),
    Name(String),
    Foreign(usize),
    /// A foreign type beside null.
    Branch(usize),
    /// A type of its own in this one.
    Inner(Box<Definition>),
    Annotation(Vec<FilePiece>),
}

/// The pieces of a text that refers to so many foreign types.
pub(crate) fn split(text: &str, foreign: usize) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match special(rest, foreign) {
            Some((length, piece)) => {
                if let Some(mut piece) = piece {
                    if let (Piece::Foreign(index), true) = (&piece, plain.ends_with("[\"null\",")) {
                        piece = Piece::Branch(*index);
                    }
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(piece);
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
        pieces.push(Piece::Text(plain));
    }
    pieces
}

/// What is no plain text at the start of this one: its length, and the piece that it is; none for what is left out.
fn special(text: &str, foreign: usize) -> Option<(usize, Option<Piece>)> {
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
        return Some((here.len() + name.len() + 1, Some(Piece::Name(name.to_owned()))));
    }
    let used = (0..foreign).find_map(|index| {
        let name = foreign_name(index);
        let canonical = format!("{{\"name\":\"{name}\",\"type\":\"record\",\"fields\":[]}}");
        let forms = [foreign_text(index), canonical, format!("\"{name}\"")];
        let form = forms.iter().find(|form| text.starts_with(form.as_str()))?;
        Some((form.len(), index))
    });
    used.map(|(length, index)| (length, Some(Piece::Foreign(index))))
}

/// Pieces as the runtime has them.
pub(crate) fn tokens(pieces: &[Piece], foreign: &[TokenStream]) -> TokenStream {
    let pieces = pieces.iter().map(|piece| match piece {
        Piece::Text(text) => quote!(::eventgen::avro::Piece::Text(#text)),
        Piece::Name(name) => quote!(::eventgen::avro::Piece::Name(#name)),
        Piece::Foreign(index) => {
            let ty = foreign.get(*index);
            quote!(::eventgen::avro::Piece::Type(<#ty as ::eventgen::AvroType>::definition))
        }
        Piece::Branch(index) => {
            let ty = foreign.get(*index);
            quote!(::eventgen::avro::Piece::Branch(<#ty as ::eventgen::AvroType>::definition))
        }
        Piece::Inner(inner) => {
            let inner = definition(inner, foreign);
            quote!(::eventgen::avro::Piece::Type(|| #inner))
        }
        Piece::Annotation(pieces) => {
            let pieces = pieces.iter().map(|piece| match piece {
                FilePiece::Text(text) => quote!(::eventgen::avro::Piece::Text(#text)),
                FilePiece::Path(path) => quote!(::eventgen::avro::Piece::Path(&[#(#path),*])),
            });
            quote!(::eventgen::avro::Piece::Annotation(&[#(#pieces),*]))
        }
    });
    quote!(&[#(#pieces),*])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_where_other_types_are() {
        let text = format!(
            "{{\"name\":\"A\",\"namespace\":\"{HERE}\",\"a\":{},\"b\":\"{}\",\"doc\":\"eventgen_here.\"}}",
            foreign_text(0),
            foreign_name(0),
        );
        let pieces = split(&text, 1);
        assert!(matches!(&pieces[0], Piece::Text(text) if text == "{\"name\":\"A\",\"a\":"));
        assert!(matches!(&pieces[1..4], [Piece::Foreign(0), Piece::Text(_), Piece::Foreign(0)]));
        assert!(matches!(&split("\"eventgen_here.A\"", 0)[..], [Piece::Name(name)] if name == "A"));
        assert!(matches!(&split("[\"null\",\"eventgen_foreign.T0\"]", 1)[1], Piece::Branch(0)));
    }
}
