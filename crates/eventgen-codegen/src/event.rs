//! Events: what a record tells the runtime about its topic, key and headers.

use eventgen_schema::contract::{FieldPath, HeaderValue};
use eventgen_schema::types::{Logical, Type, TypeId};
use eventgen_schema::{Event, EventFormat};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{format_ident, quote};

use crate::Generator;
use crate::existing::Form;
use crate::literals::{hex, raw_string};
use crate::names::ModulePath;
use crate::settings::Dates;
use crate::unions::{Shape, shape};

/// The statement that sets the key if every part is there: each an option of what has a text form.
pub(crate) fn key_of_options(options: &[TokenStream]) -> TokenStream {
    let parts: Vec<Ident> = (0..options.len()).map(|index| format_ident!("part_{index}")).collect();
    let set = match &parts[..] {
        [] => return TokenStream::new(),
        [only] => quote!(key.set(#only);),
        parts => quote!(key.compose(&[#(&#parts),*]);),
    };
    quote! {
        if let (#(::std::option::Option::Some(#parts),)*) = (#(#options,)*) {
            #set
        }
    }
}

/// The expressions of an event's schema and codec.
struct Codec {
    schema: TokenStream,
    write: TokenStream,
    /// The parameter that `read` takes limits from.
    limits: TokenStream,
    read: TokenStream,
}

impl Generator<'_> {
    /// `impl KafkaEvent` for a record.
    pub(crate) fn event(&self, event: &Event) -> TokenStream {
        let ident = self.names.event_ident(event);
        let topic = self.names.topic(&event.topic);
        let (name, subject) = (&event.name, &event.subject);
        // The topic's enum stands beside its first event, which may be in another namespace.
        let here = self.names.event_module(event);
        let topic = topic.path(&here);
        let Codec { schema, write, limits, read } = self.codec(event, &here);
        let key = self.key(event);
        let key_parameter = if event.key.is_empty() { quote!(_) } else { quote!(key) };
        let headers = event.headers.iter().map(|(name, value)| self.header(event, name, value));
        quote! {
            impl ::eventgen::KafkaEvent for #ident {
                type Topic = #topic;
                const NAME: &'static str = #name;
                const SUBJECT: &'static str = #subject;

                fn schema() -> ::eventgen::Schema {
                    #schema
                }

                fn key(&self, #key_parameter: &mut ::eventgen::KeyBuffer) {
                    #key
                }

                fn headers(&self, headers: &mut ::eventgen::Headers) {
                    #(#headers)*
                }

                fn write_payload(
                    &self,
                    payload: &mut ::std::vec::Vec<u8>,
                ) -> ::std::result::Result<(), ::eventgen::EncodeError> {
                    #write
                }

                fn read_payload_within(
                    payload: &[u8],
                    #limits: ::eventgen::avro::Limits,
                ) -> ::std::result::Result<Self, ::eventgen::DecodeError> {
                    #read
                }
            }
        }
    }

    /// What depends on the schema language.
    fn codec(&self, event: &Event, here: &ModulePath) -> Codec {
        match &event.format {
            EventFormat::Avro { fingerprint } => {
                let (text, fingerprint) = (raw_string(&event.schema), hex(*fingerprint));
                let schema = if self.forms.values().any(Form::is_unknown) {
                    let ident = self.names.event_ident(event);
                    quote! {
                        static SCHEMA: ::std::sync::LazyLock<::eventgen::Schema> = ::std::sync::LazyLock::new(|| {
                            let (text, fingerprint) =
                                ::eventgen::avro::compose(<#ident as ::eventgen::AvroType>::definition());
                            ::eventgen::Schema::avro(::std::string::String::leak(text), fingerprint)
                        });
                        *SCHEMA
                    }
                } else {
                    quote!(::eventgen::Schema::avro(#text, #fingerprint))
                };
                Codec {
                    schema,
                    write: quote!(
                        ::eventgen::avro::write(self, payload).map_err(::eventgen::EncodeError::from)
                    ),
                    limits: quote!(limits),
                    read: quote! {
                        ::eventgen::avro::read_event(payload, limits, Self::schema)
                            .map_err(::eventgen::DecodeError::from)
                    },
                }
            }
            EventFormat::Protobuf { file, message_indexes } => {
                let schema = if self.is_existing_message(event) {
                    self.existing_message_schema(event)
                } else {
                    let file = self.names.file_path(file, here);
                    let indexes = message_indexes.iter().map(|index| Literal::u32_unsuffixed(*index));
                    quote!(::eventgen::Schema::protobuf(&#file, &[#(#indexes),*]))
                };
                Codec {
                    schema,
                    write: quote! {
                        ::eventgen::protobuf::write(self, payload);
                        ::std::result::Result::Ok(())
                    },
                    limits: quote!(_),
                    read: quote!(::eventgen::protobuf::read(payload).map_err(::eventgen::DecodeError::from)),
                }
            }
        }
    }

    fn key(&self, event: &Event) -> TokenStream {
        if self.is_existing_message(event) {
            return self.existing_message_key(event);
        }
        if event.key.iter().any(|path| path.nullable.contains(&true)) {
            return match event.format {
                EventFormat::Avro { .. } => self.nullable_key(event),
                EventFormat::Protobuf { .. } => key_of_options(&self.message_key_options(event)),
            };
        }
        let parts: Vec<TokenStream> = match event.format {
            EventFormat::Avro { .. } => {
                let part = |path: &FieldPath| self.text(path.type_id, &self.place(event.type_id, path));
                event.key.iter().map(part).collect()
            }
            EventFormat::Protobuf { .. } => self.message_key(event),
        };
        match &parts[..] {
            [] => TokenStream::new(),
            [only] => quote!(key.set(#only);),
            parts => quote!(key.compose(&[#(&#parts),*]);),
        }
    }

    /// A record has no key while a field of it is null.
    fn nullable_key(&self, event: &Event) -> TokenStream {
        let values: Vec<Ident> = (0..event.key.len()).map(|index| format_ident!("part_{index}")).collect();
        let options = event.key.iter().map(|path| {
            if path.nullable.contains(&true) {
                return self.optional_place(event.type_id, path);
            }
            let place = self.place(event.type_id, path);
            quote!(::std::option::Option::Some(&#place))
        });
        let texts: Vec<TokenStream> = event
            .key
            .iter()
            .zip(&values)
            .map(|(path, value)| self.text_of_reference(path.type_id, value))
            .collect();
        let set = match &texts[..] {
            [only] => quote!(key.set(#only);),
            texts => quote!(key.compose(&[#(&#texts),*]);),
        };
        quote! {
            if let (#(::std::option::Option::Some(#values),)*) = (#(#options,)*) {
                #set
            }
        }
    }

    fn header(&self, event: &Event, name: &str, value: &HeaderValue) -> TokenStream {
        match value {
            _ if self.is_existing_message(event) => Self::existing_message_header(name, value),
            _ if matches!(event.format, EventFormat::Protobuf { .. }) => {
                self.message_header(event, name, value)
            }
            HeaderValue::Literal(text) => quote!(headers.set(#name, #text);),
            HeaderValue::Field(path) if path.nullable.contains(&true) => {
                let option = self.optional_place(event.type_id, path);
                let text = self.text_of_reference(path.type_id, &format_ident!("value"));
                quote! {
                    if let ::std::option::Option::Some(value) = #option {
                        headers.set(#name, #text);
                    }
                }
            }
            HeaderValue::Field(path) => {
                let place = self.place(event.type_id, path);
                let text = self.text(path.type_id, &place);
                quote!(headers.set(#name, #text);)
            }
        }
    }

    /// The fields of a path as Rust identifiers.
    fn steps(&self, mut record: TypeId, path: &FieldPath) -> Vec<Ident> {
        let types = &self.contract.types;
        let mut steps = Vec::with_capacity(path.fields.len());
        for name in &path.fields {
            if let Some(Form::Foreign { .. }) = self.forms.get(&record) {
                // The fields of a type that is there already are called as in Rust.
                steps.push(crate::names::ident(name));
                continue;
            }
            let Type::Record(current) = types.get(record) else { break };
            let Some(index) = current.fields.iter().position(|field| field.name == *name) else { break };
            steps.push(self.names.fields(record)[index].clone());
            record = current.fields[index].type_id;
            if let Type::Union(branches) = types.get(record)
                && let Shape::Nullable { inner, .. } = shape(branches, types)
            {
                record = inner;
            }
        }
        steps
    }

    fn place(&self, record: TypeId, path: &FieldPath) -> TokenStream {
        let steps = self.steps(record, path);
        quote!(self.#(#steps).*)
    }

    /// A path with something nullable in it, as an option of a reference.
    fn optional_place(&self, record: TypeId, path: &FieldPath) -> TokenStream {
        let mut place = quote!(self);
        let mut optional = false;
        for (step, &nullable) in self.steps(record, path).iter().zip(&path.nullable) {
            place = match (optional, nullable) {
                (false, false) => quote!(#place.#step),
                (false, true) => quote!(#place.#step.as_ref()),
                (true, false) => quote!(#place.map(|value| &value.#step)),
                (true, true) => quote!(#place.and_then(|value| value.#step.as_ref())),
            };
            optional |= nullable;
        }
        place
    }

    /// What of a place has a text form.
    fn text(&self, id: TypeId, place: &TokenStream) -> TokenStream {
        match self.contract.types.get(id) {
            _ if self.is_foreign(id) => quote!(&#place),
            Type::Enum(_) => quote!(#place.as_str()),
            Type::String if self.strings.contains_key(&id) => quote!(&*#place),
            Type::String => quote!(&#place),
            // Whatever else has a text form is `Copy`.
            _ => self.text_of_date(id, place).unwrap_or_else(|| place.clone()),
        }
    }

    /// Whether a type is there already: it has a text form of its own.
    fn is_foreign(&self, id: TypeId) -> bool {
        matches!(self.forms.get(&id), Some(Form::Foreign { .. }))
    }

    /// The same of a reference.
    fn text_of_reference(&self, id: TypeId, value: &Ident) -> TokenStream {
        match self.contract.types.get(id) {
            _ if self.is_foreign(id) => quote!(#value),
            Type::Enum(_) => quote!(#value.as_str()),
            Type::String if self.strings.contains_key(&id) => quote!(&**#value),
            _ => self.text_of_date(id, &quote!(*#value)).unwrap_or_else(|| quote!(#value)),
        }
    }

    /// Dates of any type have the text form of chrono's, so that a setting changes no key.
    fn text_of_date(&self, id: TypeId, place: &TokenStream) -> Option<TokenStream> {
        let Type::Logical { logical, .. } = self.contract.types.get(id) else { return None };
        let dates = match self.forms.get(&id) {
            Some(Form::Dates(dates)) => *dates,
            _ => self.settings.dates,
        };
        if dates == Dates::Chrono {
            return None;
        }
        let unit = match logical {
            Logical::Date => return Some(quote!(::eventgen::DateText(#place))),
            Logical::TimestampMillis => quote!(Millis),
            Logical::TimestampMicros => quote!(Micros),
            Logical::TimestampNanos => quote!(Nanos),
            _ => return None,
        };
        Some(quote!(::eventgen::TimestampText(#place, ::eventgen::avro::Unit::#unit)))
    }
}
