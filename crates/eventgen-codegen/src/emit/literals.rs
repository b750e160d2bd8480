//! Numbers and text as readable literals.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::emit::docs::is_invisible;

/// A whole number. More than four digits are in groups of three.
pub(crate) fn number(number: impl TryInto<u64>) -> TokenStream {
    let number = number.try_into().unwrap_or(u64::MAX);
    let digits = number.to_string();
    let plain = Literal::u64_unsuffixed(number);
    if digits.len() <= 4 {
        return quote!(#plain);
    }
    let grouped =
        digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect::<Vec<_>>().join("_");
    grouped.parse().unwrap_or_else(|_| quote!(#plain))
}

/// A number as `0x0123_4567_89ab_cdef`.
pub(crate) fn hex(number: u64) -> TokenStream {
    let digits = format!("{number:016x}");
    let grouped: Vec<&str> = (0..4).map(|group| &digits[group * 4..group * 4 + 4]).collect();
    let text = format!("0x{}", grouped.join("_"));
    text.parse().unwrap_or_else(|_| {
        let literal = Literal::u64_unsuffixed(number);
        quote!(#literal)
    })
}

/// Text as a raw string with as many `#` as needed, so that a schema is readable in the generated code.
pub(crate) fn raw_string(text: &str) -> TokenStream {
    let mut hashes = String::from("#");
    while text.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    // Text with characters that raw strings cannot contain, or that rustc rejects, is escaped.
    let raw = format!("r{hashes}\"{text}\"{hashes}");
    let raw = if text.contains(is_invisible) { None } else { raw.parse().ok() };
    raw.unwrap_or_else(|| {
        let literal = Literal::string(text);
        quote!(#literal)
    })
}
