//! Schema first.

use proc_macro2::TokenStream;

use crate::attributes::Name;
use crate::item::Item;
use crate::mistakes::Mistakes;

pub(crate) fn expand(
    _item: &Item,
    _is_event: bool,
    (_, span): &Name,
    mistakes: &mut Mistakes,
) -> Option<TokenStream> {
    mistakes.add(*span, "not yet");
    None
}
