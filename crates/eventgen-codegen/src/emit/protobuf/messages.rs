//! Events in Protobuf: messages written by prost-build, and the files that are registered for them.

use eventgen_schema::contract::{FieldPath, ReferencedSchema};
use eventgen_schema::{Contract, Event};
use proc_macro2::{Ident, Literal, TokenStream};
use prost_types::field_descriptor_proto::Type;
use quote::quote;

use crate::emit::docs::{escaped, markdown};
use crate::emit::emitter::Emitter;
use crate::emit::idents::ident;
use crate::emit::key::{or_absent, set_key, set_key_if_present};
use crate::emit::language::{KeyParameter, Language, Payload, TypedKey, key_part};
use crate::emit::literals::raw_string;
use crate::emit::protobuf::access::{Access, KeyPart};
use crate::emit::protobuf::key::{key_schema, read_key, write_key};
use crate::emit::protobuf::payload::payload;
use crate::emit::protobuf::{nested, prost};
use crate::error::Error;
use crate::model::given::GivenNames;
use crate::model::paths::ModulePath;
use crate::model::protobuf::descriptors::Descriptors;
use crate::model::protobuf::given::given_names;

/// The messages of a contract.
pub(crate) struct Messages {
    descriptors: Descriptors,
}

impl Messages {
    /// # Errors
    /// Descriptors that cannot be decoded: a bug of the front end.
    pub(crate) fn of(contract: &Contract) -> Result<Self, Error> {
        Ok(Self { descriptors: Descriptors::of(contract)? })
    }

    fn access<'a>(&'a self, emitter: Emitter<'a>, event: &'a Event) -> Access<'a> {
        Access { descriptors: &self.descriptors, event, module: &emitter.model.names.event(event).module }
    }
}

impl Language for Messages {
    fn schema_type(&self) -> &'static str {
        "PROTOBUF"
    }

    fn given_names(&self, contract: &Contract) -> GivenNames {
        given_names(&self.descriptors, contract)
    }

    fn items(&self, emitter: Emitter<'_>) -> Result<Vec<(ModulePath, TokenStream)>, Error> {
        let mut items = prost::messages(&self.descriptors)?;
        items.extend(nested::tables(&self.descriptors));
        for file in emitter.model.contract.protobuf().files.values() {
            items.push((emitter.model.names.files[&file.name].module.clone(), file_constant(emitter, file)));
        }
        Ok(items)
    }

    fn payload(&self, emitter: Emitter<'_>, event: &Event) -> Payload {
        let nested = quote!(<Self as ::eventgen::protobuf::NestedMessages>::nested());
        let Some(message) = event.protobuf_message() else {
            return payload(TokenStream::new(), &nested);
        };
        let names = &emitter.model.names;
        let file = names.files[&message.file].seen_from(&names.event(event).module);
        let indexes = message.message_indexes.iter().map(|index| Literal::u32_unsuffixed(*index));
        payload(quote!(::eventgen::Schema::protobuf(&#file, &[#(#indexes),*])), &nested)
    }

    fn key(&self, emitter: Emitter<'_>, event: &Event) -> TokenStream {
        let access = self.access(emitter, event);
        if event.typed_key.is_some() {
            return set_typed_key(emitter, &access, event);
        }
        let parts: Vec<KeyPart> = event.key.iter().filter_map(|path| access.key_part(path)).collect();
        if parts.iter().any(|part| matches!(part, KeyPart::Optional(_))) {
            let options = parts.into_iter().map(|part| match part {
                KeyPart::Always(value) => quote!(::std::option::Option::Some(#value)),
                KeyPart::Optional(option) => option,
            });
            let set = set_key_if_present(&options.collect::<Vec<_>>(), |_, value| value);
            let or_absent = or_absent(emitter.model.contract, event);
            return quote!(#set #or_absent);
        }
        let values = parts.into_iter().map(|(KeyPart::Always(value) | KeyPart::Optional(value))| value);
        set_key(&values.collect::<Vec<_>>())
    }

    fn typed_key(&self, emitter: Emitter<'_>, event: &Event) -> Option<TypedKey> {
        let access = self.access(emitter, event);
        let fields = event.key.iter().enumerate().filter_map(|(index, path)| {
            let (part, ty) = (key_part(index), access.type_of(path)?);
            let number = quote!(::std::convert::Into::<i32>::into(#part));
            Some((ty, if ty == Type::Enum { number } else { quote!(#part) }))
        });
        let set = write_key(fields);
        let types: Vec<Type> = event.key.iter().filter_map(|path| access.type_of(path)).collect();
        Some(TypedKey { schema: key_schema(event.typed_key.as_ref()?), set, read: read_key(&types) })
    }

    fn key_parameter(
        &self,
        emitter: Emitter<'_>,
        event: &Event,
        path: &FieldPath,
        name: &Ident,
    ) -> Option<KeyParameter> {
        self.access(emitter, event).key_parameter(path, name)
    }

    fn header(&self, emitter: Emitter<'_>, event: &Event, name: &str, path: &FieldPath) -> TokenStream {
        self.access(emitter, event).header(name, path).unwrap_or_default()
    }
}

/// The statement that sets a typed key to the fields of an event, if all of them are present.
fn set_typed_key(emitter: Emitter<'_>, access: &Access<'_>, event: &Event) -> TokenStream {
    let parts: Vec<(Type, KeyPart)> =
        event.key.iter().filter_map(|path| access.typed_key_part(path)).collect();
    if parts.iter().all(|(_, part)| matches!(part, KeyPart::Always(_))) {
        let values = parts.into_iter().map(|(ty, part)| match part {
            KeyPart::Always(value) | KeyPart::Optional(value) => (ty, value),
        });
        return write_key(values);
    }
    let types: Vec<Type> = parts.iter().map(|(ty, _)| *ty).collect();
    // Strings and options are references.
    let options = parts.into_iter().map(|(ty, part)| match part {
        KeyPart::Always(value) if ty == Type::String => quote!(::std::option::Option::Some(#value)),
        KeyPart::Always(value) => quote!(::std::option::Option::Some(&#value)),
        KeyPart::Optional(option) => option,
    });
    let idents = (0..types.len()).map(key_part);
    let values = types.iter().enumerate().map(|(index, ty)| {
        let part = key_part(index);
        (*ty, if *ty == Type::String { quote!(#part) } else { quote!(*#part) })
    });
    let (set, or_absent) = (write_key(values), or_absent(emitter.model.contract, event));
    quote! {
        if let (#(::std::option::Option::Some(#idents),)*) = (#(#options,)*) {
            #set
        }
        #or_absent
    }
}

/// A file in its registered form, as a constant.
fn file_constant(emitter: Emitter<'_>, file: &ReferencedSchema) -> TokenStream {
    let names = &emitter.model.names;
    let item = &names.files[&file.name];
    let constant = ident(&item.name);
    let (name, text) = (&file.name, raw_string(&file.text));
    let subject = emitter.model.contract.reference_strategy.subject(name);
    let doc = markdown(&format!("The file {} as it is registered.", escaped(name)));
    let imports = file.references.iter().map(|import| names.files[import].seen_from(&item.module));
    quote! {
        #doc
        pub const #constant: ::eventgen::ProtobufFile = ::eventgen::ProtobufFile {
            name: #name,
            subject: #subject,
            text: #text,
            imports: &[#(&#imports),*],
        };
    }
}
