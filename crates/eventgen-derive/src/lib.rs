//! `#[derive(KafkaEvent)]`, `#[derive(AvroType)]` and `#[derive(ProtobufType)]`: events and their parts from Rust types. Use
//! them through the crate `eventgen`, features `derive` and `derive-protobuf`, which documents them.
//!
//! A type becomes a schema, a message of prost in Protobuf and all others in JSON, every part of which knows where it comes
//! from; from there on it is like any other schema: the front end checks it, and the emitters of generated code make its
//! codec, its event and its topic.
#![forbid(unsafe_code)]

mod annotation;
mod attributes;
mod casing;
mod code_first;
mod default;
mod document;
mod emit;
mod fits;
mod forms;
mod item;
mod mistakes;
mod pieces;
mod places;
#[cfg(feature = "protobuf")]
mod protobuf;
#[cfg(not(feature = "protobuf"))]
#[path = "without_protobuf.rs"]
mod protobuf;
mod rust_type;
mod said;
mod scalar;
mod schema;
mod schema_first;
mod words;

use proc_macro::TokenStream;
use proc_macro2::Span;
use syn::{DeriveInput, parse_macro_input};

use item::{Content, Item};
use mistakes::Mistakes;
use places::Places;
use words::{Value, Word};

/// Makes an event of a struct with named fields.
///
/// - `#[kafka(topic = "orders.events.v1", key = customer_id, …)]`: the words of the `kafka` annotation in snake case. Names
///   are fields, as they are called in Rust: `key = [tenant, customer.id]`, `headers("correlation-id" = order_id, "source" =
///   "shop")`. The schema is made of the struct.
/// - `#[kafka(schema = "schemas/order_event.avsc")]`: the file, relative to the package, says all of it, and the struct is
///   held against it.
///
/// - `#[kafka(protobuf, topic = "orders.events.v1", key = customer_id, …)]`, with the feature `derive-protobuf`: a message of
///   prost, beside `#[derive(prost::Message)]`. What prost's attributes say becomes a `.proto` file, in the package of
///   `#[protobuf(package = "com.example.orders")]`.
///
/// Beside the event there are, as in generated code, the enum of its topic's events, the trait that handles them and the
/// topic's constants, all as visible as the struct. Attributes of fields are those of `AvroType`, or
/// prost's.
#[proc_macro_derive(KafkaEvent, attributes(kafka, avro, serde, protobuf, prost))]
pub fn kafka_event(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), true).into()
}

/// Gives a struct or an enum an Avro schema: a struct is a record, an enum without data an enum, an enum with data a union,
/// a struct of one field without a name what that field is.
///
/// - On the type: `#[avro(name = "…", namespace = "…", aliases = ["…"])]`, without a namespace it has that of the type that
///   uses it; `#[avro(schema = "…")]` holds it against a file.
/// - On a field: `#[avro(name = "…", aliases = ["…"], default = 3)]`, `logical = "timestamp-millis"` for another logical type
///   than the usual one, `decimal(precision = 12, scale = 2)`. On a variant without data, `#[avro(default)]` is what readers
///   take for symbols that they do not know.
/// - serde's `rename`, `rename_all`, `alias`, `default` and `skip` mean what they mean there.
#[proc_macro_derive(AvroType, attributes(kafka, avro, serde))]
pub fn avro_type(input: TokenStream) -> TokenStream {
    expand(parse_macro_input!(input as DeriveInput), false).into()
}

/// Gives a message, an enum or a oneof of prost's a Protobuf schema: a struct with `prost::Message`, an enum with
/// `prost::Enumeration` or `prost::Oneof`. It is proto3: tags are written out, nothing is `required`, the first value of an
/// enum has the number 0.
///
/// `#[protobuf(name = "…")]` is its name in the schema. With `#[protobuf(package = "…")]` it has a file of its own, which
/// others import; without it is nested in the message that uses it. `#[protobuf(name = "…")]` on a value of an enum is the
/// name of that value: without it is the variant's behind the enum's, in upper case, as the style guide has it.
#[cfg(feature = "protobuf")]
#[proc_macro_derive(ProtobufType, attributes(protobuf, prost))]
pub fn protobuf_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let (mut mistakes, stubs) = (Mistakes::default(), protobuf::stubs(&input));
    let code = protobuf::expand(input, None, &mut mistakes);
    outcome(mistakes, code, &stubs).into()
}

fn expand(input: DeriveInput, is_event: bool) -> proc_macro2::TokenStream {
    let mut mistakes = Mistakes::default();
    let annotation = input.attrs.iter().find(|attribute| attribute.path().is_ident("kafka"));
    let span = annotation.map_or_else(|| input.ident.span(), |found| found.path().segments[0].ident.span());
    let mut kafka = words::words(&input.attrs, "kafka", &mut mistakes);
    if is_event && kafka.iter().any(|word| word.name == "protobuf") {
        kafka.retain(|word| word.name != "protobuf");
        let stubs = protobuf::stubs(&input);
        let code = protobuf::expand(input, Some((&kafka, span)), &mut mistakes);
        return outcome(mistakes, code, &stubs);
    }
    let stubs = emit::stubs(&input);
    let is_annotated = annotation.is_some();
    let code = Item::read(input, &mut mistakes).and_then(|item| {
        let is_struct = matches!(item.content, Content::Struct(_));
        if is_event && !is_struct {
            let message = "an event is a record: write a struct with named fields; an enum or another type can be one of \
                           them, with #[derive(AvroType)]";
            mistakes.add(item.ident.span(), message);
            return None;
        }
        if !is_event && is_annotated {
            mistakes.add(span, "only events have this attribute: derive KafkaEvent in the place of AvroType");
            return None;
        }
        if is_event && !is_annotated {
            mistakes.add(
                item.ident.span(),
                "an event needs a topic: write #[kafka(topic = \"…\", key = …)], or #[kafka(schema = \"….avsc\")] if a \
                 schema file says it",
            );
            return None;
        }
        let file = schema_file(&item, &kafka, &mut mistakes);
        match file {
            Some(file) => schema_first::expand(&item, is_event, &file, &mut mistakes),
            None => code_first::expand(&item, is_event.then_some((&kafka[..], span)), &mut mistakes),
        }
        .map(|code| Places::of(&item, &kafka).put(code))
    });
    outcome(mistakes, code, &stubs)
}

/// The code, or the mistakes with what stands for it.
fn outcome(
    mistakes: Mistakes,
    code: Option<proc_macro2::TokenStream>,
    stubs: &proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    match (mistakes.is_empty(), code) {
        (true, Some(code)) => code,
        _ => {
            let mistakes = mistakes.into_tokens();
            quote::quote!(#mistakes #stubs)
        }
    }
}

/// The path of the schema file that a type is checked against. Such a file says all that annotations say.
fn schema_file(item: &Item, kafka: &[Word], mistakes: &mut Mistakes) -> Option<attributes::Name> {
    let word = kafka.iter().find(|word| word.name == "schema");
    let Some(word) = word else { return item.attributes.schema.clone() };
    for other in kafka.iter().filter(|word| word.name != "schema") {
        mistakes.add(
            other.span,
            format!(
                "the schema file says `{}`: write it there, into the annotation of the record",
                other.name
            ),
        );
    }
    match &word.value {
        Value::Text(path, span) => Some((path.clone(), *span)),
        _ => {
            mistakes.add(word.span, "`schema` needs a path: write schema = \"schemas/order_event.avsc\"");
            None
        }
    }
}

/// The folder of the package that is compiled.
fn package() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map(Into::into).unwrap_or_default()
}

/// The identifier of a name that has lost its mark of a raw one.
fn ident(name: &str) -> syn::Ident {
    syn::parse_str(name).unwrap_or_else(|_| syn::Ident::new_raw(name, Span::call_site()))
}
