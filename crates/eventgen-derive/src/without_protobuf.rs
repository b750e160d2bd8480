//! What stands for events that are messages of prost where the feature is left out: the compiler of `.proto` files is of
//! use to nobody else.

use proc_macro2::{Span, TokenStream};
use syn::DeriveInput;

use crate::mistakes::Mistakes;
use crate::words::Word;

/// Refuses the type.
#[expect(clippy::needless_pass_by_value, reason = "the signature is that of the feature's function")]
pub(crate) fn expand(
    input: DeriveInput,
    kafka: Option<(&[Word], Span)>,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    let span = kafka.map_or_else(|| input.ident.span(), |(_, span)| span);
    mistakes.add(
        span,
        "events that are messages of prost take the feature `derive-protobuf` of the crate eventgen",
    );
    None
}

/// There is nothing to stand for.
pub(crate) fn stubs(_: &DeriveInput) -> TokenStream {
    TokenStream::new()
}
