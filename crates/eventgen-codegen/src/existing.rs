//! Code for a type that is there already: all that generation makes of a schema but the type itself.
//!
//! Derives bring a contract and what each of its types is in Rust; the emitters are those of generation.

use std::collections::BTreeMap;

use eventgen_schema::Contract;
use eventgen_schema::types::{Type, TypeId};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use crate::codec::Place;
use crate::literals::number;
use crate::modules::allow;
use crate::names::ident;
use crate::settings::{Dates, Settings};
use crate::{Error, Generator, check_embedded};

/// What generation calls a field of this name.
pub fn field_name(name: &str) -> String {
    crate::names::snake_case(name)
}

/// What generation calls the variants of an enum of these symbols.
pub fn variant_names(symbols: &[String]) -> Vec<String> {
    let idents = crate::names::variant_idents(symbols.iter().map(String::as_str));
    idents.iter().map(|ident| ident.to_string().trim_start_matches("r#").to_owned()).collect()
}

/// What a type of the contract is in Rust, where that is another than generation would make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// A string of this type, which derefs to `str` and is `From<&str>`.
    Text(String),
    /// A whole number of another type than the schema's.
    Integer,
    /// A `HashMap`.
    HashMap,
    /// A date, time or timestamp of one of these crates.
    Dates(Dates),
    /// A `BigDecimal`, whatever the precision.
    BigDecimal,
    /// A fixed value of any size in a `Box`.
    Boxed,
    /// A type that writes and reads itself. What is not in the contract says its size itself.
    Foreign {
        /// The type, as it is written.
        path: String,
        /// Whether its schema is in the contract.
        known: bool,
    },
    /// An `Option` of such a type, which may be one of several.
    ForeignOption,
}

impl Form {
    /// Whether a type's schema is not in the contract.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Foreign { known: false, .. })
    }
}

/// A type that is there already.
#[derive(Debug, Clone)]
pub struct Existing {
    /// Its name.
    pub name: String,
    /// Who may see it, as it is written.
    pub visibility: String,
    /// What it is.
    pub kind: Kind,
    /// What its parts are.
    pub forms: BTreeMap<TypeId, Form>,
    /// Fields that are not in the schema: they have the default of their type.
    pub skipped: Vec<String>,
    /// Whether values may contain values of the same type, as far as one can tell.
    pub recursive: bool,
}

/// What a type that is there already is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// A struct for a record: its fields, in the schema's order.
    Struct(TypeId, Vec<String>),
    /// A struct of one field without a name: on the wire, that field.
    Newtype(TypeId),
    /// An enum without data, for an enum: its variants, in the schema's order.
    Symbols(TypeId, Vec<String>),
    /// An enum with data, for a union: its variants, in the schema's order.
    Branches(TypeId, Vec<Branch>),
    /// A struct for a message, which has its codec from prost.
    Message(TypeId),
}

/// A variant with data.
#[derive(Debug, Clone)]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub data: Data,
}

/// What a variant holds.
#[derive(Debug, Clone)]
pub enum Data {
    /// One value without a name.
    One,
    /// The fields of a record, in the schema's order, and fields that are not in the schema.
    Fields(Vec<String>, Vec<String>),
    /// Nothing: an empty record.
    Nothing,
}

/// The code for a type that is there already.
#[derive(Debug, Clone)]
pub struct Implementation {
    /// The codec.
    pub codec: TokenStream,
    /// How the type is written and read as a branch of a union: what belongs into its `impl AvroType`.
    pub branches: TokenStream,
    /// For an event: `impl KafkaEvent`.
    pub event: TokenStream,
    /// For an event: all about its topic.
    pub topic: TokenStream,
}

/// The code for a type that is there already.
///
/// # Errors
/// A fault of eventgen: there is code for every contract.
pub fn implement(contract: &Contract, existing: &Existing) -> Result<Implementation, Error> {
    contract.events.iter().try_for_each(check_embedded)?;
    let settings = Settings::default();
    let generator = Generator::for_existing(contract, &settings, existing)?;
    let mut implementation = Implementation {
        codec: TokenStream::new(),
        branches: TokenStream::new(),
        event: TokenStream::new(),
        topic: TokenStream::new(),
    };
    implementation.codec = match &existing.kind {
        Kind::Struct(id, _) => {
            generator.record_codec(*id, existing.recursive || generator.cycles.is_recursive(*id))
        }
        Kind::Newtype(id) => {
            implementation.branches = generator.newtype_branches(*id);
            generator.newtype_codec(existing, *id)
        }
        Kind::Symbols(_, variants) => Generator::symbols_codec(&existing.ident(), variants),
        Kind::Branches(id, branches) => {
            implementation.branches = generator.branches(*id, branches);
            generator.branches_codec(existing, *id)
        }
        Kind::Message(_) => TokenStream::new(),
    };
    let (Kind::Struct(id, _) | Kind::Message(id)) = existing.kind else { return Ok(implementation) };
    for event in contract.events.iter().filter(|event| event.type_id == id) {
        implementation.event.extend(generator.event(event));
        if let Some(topic) = contract.topics.get(&event.topic) {
            let items = generator.topic(topic);
            let items = syn::parse2::<syn::File>(items)
                .map_err(|error| Error::Invalid { reason: error.to_string() })?
                .items;
            let allow = allow();
            implementation.topic.extend(quote!(#(#allow #items)*));
        }
    }
    Ok(implementation)
}

impl Existing {
    /// The fields that are not in the schema.
    pub(crate) fn skipped(&self) -> Vec<Ident> {
        self.skipped.iter().map(|name| ident(name)).collect()
    }

    fn ident(&self) -> Ident {
        ident(&self.name)
    }

    /// The records whose fields have names here.
    pub(crate) fn fields(&self, contract: &Contract) -> BTreeMap<TypeId, Vec<String>> {
        match &self.kind {
            Kind::Struct(id, fields) => BTreeMap::from([(*id, fields.clone())]),
            Kind::Branches(id, branches) => {
                let Type::Union(ids) = contract.types.get(*id) else { return BTreeMap::new() };
                let records = ids.iter().zip(branches).filter_map(|(id, branch)| match &branch.data {
                    Data::Fields(fields, _) => Some((*id, fields.clone())),
                    _ => None,
                });
                records.collect()
            }
            _ => BTreeMap::new(),
        }
    }
}

impl Generator<'_> {
    /// The fewest bytes of a type, as an expression: those of types that are not in the contract are theirs to say.
    pub(crate) fn size(&self, id: TypeId) -> TokenStream {
        if let Some(Form::Foreign { path, known: false }) = self.forms.get(&id) {
            let path = crate::settings::tokens(path);
            return quote!(<#path as ::eventgen::avro::Decode<'_>>::MIN_WIRE_SIZE);
        }
        let own = number(self.sizes.get(id));
        let Type::Record(record) = self.contract.types.get(id) else { return own };
        let foreign = record.fields.iter().filter_map(|field| match self.forms.get(&field.type_id) {
            Some(Form::Foreign { known: false, .. }) => Some(self.size(field.type_id)),
            _ => None,
        });
        quote!(#own #(+ #foreign)*)
    }

    /// The type on the wire is that of the only field.
    fn newtype_codec(&self, existing: &Existing, id: TypeId) -> TokenStream {
        let (ident, size) = (existing.ident(), self.size(id));
        let encode = self.encode(id, &Place::index(0));
        let decode = self.decode(id);
        let read = levels(quote!(::std::result::Result::Ok(Self(#decode))), existing.recursive);
        codec(&ident, &quote!(#encode;), &size, &read)
    }

    fn newtype_branches(&self, id: TypeId) -> TokenStream {
        let Some(Form::Foreign { path, .. }) = self.forms.get(&id) else { return TokenStream::new() };
        let path = crate::settings::tokens(path);
        quote! {
            const BRANCHES: u32 = <#path as ::eventgen::AvroType>::BRANCHES;

            fn encode_branch<S: ::eventgen::avro::Sink>(&self, sink: &mut S, first: u32) {
                ::eventgen::AvroType::encode_branch(&self.0, sink, first);
            }

            fn decode_branch(
                reader: &mut ::eventgen::avro::Reader<'_>,
                branch: ::eventgen::avro::Branch,
            ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                ::eventgen::AvroType::decode_branch(reader, branch).map(Self)
            }
        }
    }

    fn symbols_codec(ident: &Ident, variants: &[String]) -> TokenStream {
        let variants: Vec<Ident> = variants.iter().map(|name| crate::names::ident(name)).collect();
        let indices: Vec<_> = (0..variants.len()).map(number).collect();
        let last = indices.last().into_iter().map(|_| {
            let variant = &variants[variants.len() - 1];
            quote!(_ => Self::#variant,)
        });
        let arms = variants.iter().zip(&indices).take(variants.len().saturating_sub(1));
        let arms = arms.map(|(variant, index)| quote!(#index => Self::#variant,));
        let read = quote! {
            ::std::result::Result::Ok(match reader.symbol::<u32>(&[#(#indices),*])? { #(#arms)* #(#last)* })
        };
        let write = quote!(sink.int(match self { #(Self::#variants => #indices,)* }););
        codec(ident, &write, &number(1_u8), &read)
    }

    fn branches_codec(&self, existing: &Existing, id: TypeId) -> TokenStream {
        let read = levels(
            quote! {
                let branch = reader.branch_of(0)?;
                ::eventgen::AvroType::decode_branch(reader, branch)
            },
            existing.recursive,
        );
        let write = quote!(::eventgen::AvroType::encode_branch(self, sink, 0););
        // Those of foreign types are left aside: they may contain this one.
        let (codec, checks) = (
            codec(&existing.ident(), &write, &number(self.sizes.of_enum(id)), &read),
            self.no_unions_in_unions(id),
        );
        quote!(#codec #checks)
    }

    /// That no branch is a union itself, which only the compiler sees where types are foreign.
    fn no_unions_in_unions(&self, id: TypeId) -> TokenStream {
        let Type::Union(ids) = self.contract.types.get(id) else { return TokenStream::new() };
        let foreign = ids.iter().filter_map(|id| match self.forms.get(id) {
            Some(Form::Foreign { path, known: false }) => Some(crate::settings::tokens(path)),
            _ => None,
        });
        let checks = foreign.map(|path| {
            quote! {
                const _: () = ::std::assert!(
                    <#path as ::eventgen::AvroType>::BRANCHES == 0,
                    "a union cannot be a branch of a union: put the variants of the inner enum into the outer one"
                );
            }
        });
        checks.collect()
    }

    fn branches(&self, id: TypeId, branches: &[Branch]) -> TokenStream {
        let Type::Union(ids) = self.contract.types.get(id) else { return TokenStream::new() };
        let count = number(ids.len());
        let indices: Vec<_> = (0..ids.len()).map(number).collect();
        let pairs = || ids.iter().copied().zip(branches);
        let writes = pairs().zip(&indices).map(|((id, branch), index)| {
            let variant = ident(&branch.name);
            let (pattern, encode) = match &branch.data {
                Data::One => {
                    let encode = self.encode(id, &Place::reference("value"));
                    (quote!((value)), quote!(#encode;))
                }
                Data::Nothing => (TokenStream::new(), TokenStream::new()),
                Data::Fields(..) => {
                    let fields = self.names.fields(id);
                    let bound: Vec<_> =
                        (0..fields.len()).map(|field| quote::format_ident!("field_{field}")).collect();
                    let statements = self.encode_fields(id, |index| Place::reference(&format!("field_{index}")));
                    (quote!({ #(#fields: #bound,)* .. }), quote!(#(#statements)*))
                }
            };
            quote!(Self::#variant #pattern => { sink.long(::std::primitive::i64::from(first) + #index); #encode })
        });
        let reads = pairs().zip(&indices).map(|((id, branch), index)| {
            let variant = ident(&branch.name);
            let read = match &branch.data {
                Data::One => {
                    let decode = self.decode_call(id);
                    quote!(#decode.map(Self::#variant))
                }
                Data::Nothing => quote!(::std::result::Result::Ok(Self::#variant)),
                Data::Fields(_, skipped) => {
                    let (fields, values) = (self.names.fields(id), self.decode_fields(id));
                    let skipped = skipped.iter().map(|name| ident(name));
                    quote!(::std::result::Result::Ok(Self::#variant {
                        #(#fields: #values,)* #(#skipped: ::std::default::Default::default(),)*
                    }))
                }
            };
            quote!(#index => #read,)
        });
        quote! {
            const BRANCHES: u32 = #count;

            fn encode_branch<S: ::eventgen::avro::Sink>(&self, sink: &mut S, first: u32) {
                match self { #(#writes)* }
            }

            fn decode_branch(
                reader: &mut ::eventgen::avro::Reader<'_>,
                branch: ::eventgen::avro::Branch,
            ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                match branch.index() {
                    #(#reads)*
                    _ => ::std::result::Result::Err(branch.unknown(Self::BRANCHES)),
                }
            }
        }
    }
}

/// Reading that counts levels where values may be nested.
fn levels(read: TokenStream, recursive: bool) -> TokenStream {
    if recursive { quote!(reader.nested(|reader| { #read })) } else { read }
}

/// The two halves of a codec.
fn codec(ident: &Ident, write: &TokenStream, size: &TokenStream, read: &TokenStream) -> TokenStream {
    quote! {
        impl ::eventgen::avro::Encode for #ident {
            fn encode<S: ::eventgen::avro::Sink>(&self, sink: &mut S) {
                #write
            }
        }

        impl<'a> ::eventgen::avro::Decode<'a> for #ident {
            const MIN_WIRE_SIZE: usize = #size;

            fn decode(
                reader: &mut ::eventgen::avro::Reader<'a>,
            ) -> ::std::result::Result<Self, ::eventgen::avro::DecodeError> {
                #read
            }
        }
    }
}
