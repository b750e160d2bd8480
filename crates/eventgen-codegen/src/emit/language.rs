//! The interface of a schema language: what generated code takes from it, apart from the types.

use eventgen_schema::contract::FieldPath;
use eventgen_schema::{Contract, Event};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::emit::emitter::Emitter;
use crate::error::Error;
use crate::model::given::GivenNames;
use crate::model::paths::ModulePath;

/// A language that schemas of events are written in. The file `languages.rs` lists the implementations.
pub(crate) trait Language: Sync {
    /// The name of the language in the API of a Schema Registry, as [`Event::schema_type`] has it.
    fn schema_type(&self) -> &'static str;

    /// The names that the language's own code generator chooses.
    fn given_names(&self, _contract: &Contract) -> GivenNames {
        GivenNames::default()
    }

    /// The items of the language's own code generator, by module. They precede the items of events and topics.
    ///
    /// # Errors
    /// The items are not valid Rust: a bug in eventgen.
    fn items(&self, _emitter: Emitter<'_>) -> Result<Vec<(ModulePath, TokenStream)>, Error> {
        Ok(Vec::new())
    }

    /// Checks the schema that is embedded for an event.
    ///
    /// # Errors
    /// It differs from the schema of the event: a bug in eventgen.
    fn check(&self, _event: &Event) -> Result<(), Error> {
        Ok(())
    }

    /// How the payload of an event is written and read.
    fn payload(&self, emitter: Emitter<'_>, event: &Event) -> Payload;

    /// The statement that sets the key of an event; nothing for an event without a key. A typed key is set to a value of its
    /// schema.
    fn key(&self, emitter: Emitter<'_>, event: &Event) -> TokenStream;

    /// The schema of a typed key, and the statement that sets a typed key to values of its fields. `None` if the key is text.
    fn typed_key(&self, _emitter: Emitter<'_>, _event: &Event) -> Option<TypedKey> {
        None
    }

    /// A parameter for a value of this field of the key, in the function that returns the key of given values. `None` for a
    /// path to nowhere, which the front end rejects.
    fn key_parameter(
        &self,
        emitter: Emitter<'_>,
        event: &Event,
        path: &FieldPath,
        name: &Ident,
    ) -> Option<KeyParameter>;

    /// The statement that sets a header to the text of a field; an absent field sets no header.
    fn header(&self, emitter: Emitter<'_>, event: &Event, name: &str, path: &FieldPath) -> TokenStream;
}

/// The bodies of the methods of `KafkaEvent` that deal with the payload.
pub(crate) struct Payload {
    pub(crate) schema: TokenStream,
    pub(crate) write: TokenStream,
    /// The parameter of `read` for the options of decoding.
    pub(crate) options: TokenStream,
    pub(crate) read: TokenStream,
}

/// A parameter of the function that returns the key of given values.
pub(crate) struct KeyParameter {
    /// Its type.
    pub(crate) ty: TokenStream,
    /// Its text, which is that of an event's field with this value. In a typed key it is not used.
    pub(crate) text: TokenStream,
}

/// What generated code takes from a language for a typed key.
pub(crate) struct TypedKey {
    /// The schema, an expression.
    pub(crate) schema: TokenStream,
    /// The statement that sets the key to the variables of [`key_part`], which are values or references as the parameters of
    /// `key_of` are.
    pub(crate) set: TokenStream,
    /// How the fields are read.
    pub(crate) read: ReadKey,
}

/// How the fields of a typed key are read.
pub(crate) struct ReadKey {
    /// The parameters for types that only the compiler knows.
    pub(crate) generics: Vec<TokenStream>,
    /// The types of the fields.
    pub(crate) types: Vec<TokenStream>,
    /// The body of a function that returns them, or an error, of the bytes `key`.
    pub(crate) body: TokenStream,
}

/// Several values, or types, as a tuple; a single one as it is.
pub(crate) fn tuple(parts: &[TokenStream]) -> TokenStream {
    match parts {
        [only] => only.clone(),
        parts => quote!((#(#parts),*)),
    }
}

/// The variable of a field of a typed key, by its index.
pub(crate) fn key_part(index: usize) -> Ident {
    format_ident!("part_{index}")
}

impl KeyParameter {
    /// A parameter of this type, whose values have a text themselves.
    pub(crate) fn with_text(ty: TokenStream, name: &Ident) -> Self {
        Self { ty, text: quote!(#name) }
    }
}
