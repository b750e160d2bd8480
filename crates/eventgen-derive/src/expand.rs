//! Decides how a type is expanded: code first, schema first or as a message of prost.

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::DeriveInput;

use crate::errors::Errors;
use crate::input::attributes::Text;
use crate::input::item::{Content, Item};
use crate::input::properties::{Property, Value, properties};
use crate::{code_first, emit, schema_first};

/// Expands `#[derive(KafkaEvent)]`.
pub(crate) fn kafka_event(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    let mut kafka = properties(&input.attrs, "kafka", &mut errors);
    let span = annotation(&input);
    if kafka.iter().any(|property| property.name == "protobuf") {
        kafka.retain(|property| property.name != "protobuf");
        return message(input, &kafka, span.unwrap_or_else(Span::call_site), errors);
    }
    let stubs = emit::stubs::stubs(&input);
    let code = Item::read(input, &mut errors).and_then(|item| avro_event(&item, &kafka, span, &mut errors));
    code_or_errors(code, errors, &stubs)
}

/// Expands `#[derive(AvroType)]`.
pub(crate) fn avro_type(input: DeriveInput) -> TokenStream {
    let mut errors = Errors::default();
    if let Some(span) = annotation(&input) {
        errors.add(span, "only an event has the attribute `kafka`: derive KafkaEvent instead of AvroType");
    }
    let stubs = emit::stubs::stubs(&input);
    let code = Item::read(input, &mut errors).and_then(|item| match &item.attributes.schema {
        Some(file) => schema_first::expand(&item, false, file, &mut errors),
        None => code_first::expand(&item, None, &mut errors),
    });
    code_or_errors(code, errors, &stubs)
}

/// Expands `#[derive(ProtobufType)]`.
#[cfg(feature = "protobuf")]
pub(crate) fn protobuf_type(input: DeriveInput) -> TokenStream {
    use crate::protobuf;

    let (mut errors, stubs) = (Errors::default(), protobuf::emit::stubs(&input));
    let code = protobuf::expand(input, None, &mut errors);
    code_or_errors(code, errors, &stubs)
}

/// Expands an event with `#[kafka(protobuf, …)]`.
#[cfg_attr(not(feature = "protobuf"), expect(unused_variables, clippy::needless_pass_by_value))]
fn message(input: DeriveInput, kafka: &[Property], span: Span, mut errors: Errors) -> TokenStream {
    #[cfg(feature = "protobuf")]
    {
        use crate::protobuf;

        let stubs = protobuf::emit::stubs(&input);
        let code = protobuf::expand(input, Some((kafka, span)), &mut errors);
        code_or_errors(code, errors, &stubs)
    }
    #[cfg(not(feature = "protobuf"))]
    {
        errors.add(
            span,
            "events that are messages of prost need a feature: enable `derive-protobuf` of the crate eventgen",
        );
        errors.into_tokens()
    }
}

/// Expands an event in Avro. `span` is that of its annotation.
fn avro_event(
    item: &Item,
    kafka: &[Property],
    span: Option<Span>,
    errors: &mut Errors,
) -> Option<TokenStream> {
    if !matches!(item.content, Content::Struct(_)) {
        let message = "an event is a record: write a struct with named fields; an enum can be the type of a field, with \
                       #[derive(AvroType)]";
        errors.add(item.ident.span(), message);
        return None;
    }
    let Some(span) = span else {
        let message = "an event needs a topic: write #[kafka(topic = \"…\", key = …)], or #[kafka(schema = \"….avsc\")] if a \
                       schema file has the annotation";
        errors.add(item.ident.span(), message);
        return None;
    };
    match schema_file(item, kafka, errors) {
        Some(file) => schema_first::expand(item, true, &file, errors),
        None => code_first::expand(item, Some((kafka, span)), errors),
    }
}

/// The span of the attribute `kafka`.
fn annotation(input: &DeriveInput) -> Option<Span> {
    let attribute = input.attrs.iter().find(|attribute| attribute.path().is_ident("kafka"))?;
    Some(attribute.path().segments.first()?.ident.span())
}

/// The path of the schema file that an event is checked against. Such a file contains the whole annotation.
fn schema_file(item: &Item, kafka: &[Property], errors: &mut Errors) -> Option<Text> {
    let property = kafka.iter().find(|property| property.name == "schema");
    let Some(property) = property else { return item.attributes.schema.clone() };
    for other in kafka.iter().filter(|property| property.name != "schema") {
        errors.add(
            other.span,
            format!("`{}` belongs in the schema file: write it in the annotation of the record", other.name),
        );
    }
    match &property.value {
        Value::Text(path, span) => Some((path.clone(), *span)),
        _ => {
            errors.add(property.span, "`schema` needs a path: write schema = \"schemas/order_event.avsc\"");
            None
        }
    }
}

/// The code, or the errors with stubs for the implementations: users of the type are not at fault.
fn code_or_errors(code: Option<TokenStream>, errors: Errors, stubs: &TokenStream) -> TokenStream {
    match (errors.is_empty(), code) {
        (true, Some(code)) => code,
        _ => {
            let errors = errors.into_tokens();
            quote!(#errors #stubs)
        }
    }
}
