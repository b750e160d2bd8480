//! Generates the code for an existing type, for derive macros.

use eventgen_schema::Contract;
use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::emitter::Emitter;
use crate::emit::languages::Languages;
use crate::emit::lints::allow;
use crate::error::Error;
use crate::model::analysis::Model;
use crate::model::case::snake_case;
use crate::model::existing::{Existing, Kind};
use crate::model::scope;
use crate::settings::Settings;

/// The code for an existing type.
#[derive(Debug, Clone)]
pub struct Implementation {
    /// The codec.
    pub codec: TokenStream,
    /// How the type is written and read as a branch of a union: items of its `impl AvroType`.
    pub branches: TokenStream,
    /// For an event, `impl KafkaEvent`.
    pub event: TokenStream,
    /// For an event, the items of its topic.
    pub topic: TokenStream,
}

/// Generates the code for an existing type, with producers, consumers and handlers for an event if `clients` is set. The
/// other settings have their defaults.
///
/// # Errors
/// A bug in eventgen: every contract has code.
pub fn implement(contract: &Contract, existing: &Existing, clients: bool) -> Result<Implementation, Error> {
    let languages = Languages::of(contract)?;
    for event in &contract.events {
        languages.of_event(event, Some(existing)).check(event)?;
    }
    let settings = Settings::default().clients(clients);
    let model = Model::for_existing(contract, &settings, &languages.given_names(contract), existing);
    let emitter = Emitter::new(&model);
    let mut implementation = Implementation {
        codec: TokenStream::new(),
        branches: TokenStream::new(),
        event: TokenStream::new(),
        topic: TokenStream::new(),
    };
    implementation.codec = match &existing.kind {
        Kind::Struct(id, _) => {
            emitter.record_codec(*id, existing.recursive || model.cycles.is_recursive(*id))
        }
        Kind::Newtype(id) => {
            implementation.branches = emitter.newtype_branches(*id);
            emitter.newtype_codec(existing, *id)
        }
        Kind::Symbols(_, variants) => Emitter::symbols_codec(existing, variants),
        Kind::Branches(id, branches) => {
            implementation.branches = emitter.branches(*id, branches);
            emitter.branches_codec(existing, *id)
        }
        Kind::Message(_) => TokenStream::new(),
    };
    let (Kind::Struct(id, _) | Kind::Message(id)) = existing.kind else { return Ok(implementation) };
    for event in contract.events.iter().filter(|event| event.type_id == id) {
        implementation.event.extend(emitter.event(event, languages.of_event(event, Some(existing))));
        if let Some(topic) = contract.topics.get(&event.topic) {
            let items = syn::parse2::<syn::File>(emitter.topic(topic));
            let items = items.map_err(|error| Error::invalid(&error))?.items;
            let allow = allow();
            implementation.topic.extend(quote!(#(#allow #items)*));
        }
    }
    Ok(implementation)
}

/// The name of the Rust field that is generated for a field of the schema.
pub fn field_name(name: &str) -> String {
    snake_case(name)
}

/// The names of the variants that are generated for the symbols of an enum.
pub fn variant_names(symbols: &[String]) -> Vec<String> {
    scope::variant_names(symbols.iter().map(String::as_str))
}
