//! What stands for the emitters of Protobuf where they are left out: derives have no messages.

use eventgen_schema::contract::{HeaderValue, ProtobufFile};
use eventgen_schema::{Contract, Event};
use proc_macro2::TokenStream;

use crate::names::ModulePath;
use crate::{Error, Generator};

/// The messages of a contract: there are none.
#[derive(Default)]
pub(crate) struct Descriptors;

impl Descriptors {
    #[expect(clippy::unnecessary_wraps, reason = "where there are messages they may not decode")]
    pub(crate) fn of(_: &Contract) -> Result<Self, Error> {
        Ok(Self)
    }

    #[expect(clippy::unused_self, reason = "where there are messages they are kept")]
    pub(crate) fn message(&self, _: &str) -> Option<(ModulePath, String)> {
        None
    }

    #[expect(clippy::unused_self, reason = "where there are messages they are kept")]
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, ModulePath)> {
        std::iter::empty()
    }

    #[expect(clippy::unused_self, reason = "where there are messages they are kept")]
    pub(crate) fn taken(&self) -> impl Iterator<Item = (ModulePath, String)> + use<> {
        std::iter::empty()
    }
}

#[expect(clippy::unused_self, reason = "where there are messages they are looked up")]
impl Generator<'_> {
    #[expect(clippy::unnecessary_wraps, reason = "where there are messages they may not be Rust")]
    pub(crate) fn messages(&self) -> Result<Vec<(ModulePath, TokenStream)>, Error> {
        Ok(Vec::new())
    }

    pub(crate) fn file(&self, _: &ProtobufFile) -> TokenStream {
        TokenStream::new()
    }

    pub(crate) fn message_key(&self, _: &Event) -> Vec<TokenStream> {
        Vec::new()
    }

    pub(crate) fn message_key_options(&self, _: &Event) -> Vec<TokenStream> {
        Vec::new()
    }

    pub(crate) fn message_header(&self, _: &Event, _: &str, _: &HeaderValue) -> TokenStream {
        TokenStream::new()
    }
}

/// The constant of a file.
pub(crate) fn constant(file: &str) -> String {
    file.to_owned()
}
