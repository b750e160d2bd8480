//! The schemas of properties and of what can be written for them.

use eventgen_schema::vocabulary::{Form, Property};

use super::config;
use super::schema::{Additional, Schema};

/// How properties are written in a file.
pub(super) type Written = fn(&Property) -> String;

/// An object with these properties and no others.
pub(super) fn object<'a>(properties: impl IntoIterator<Item = &'a Property>, written: Written) -> Schema {
    let mut object = Schema { additional_properties: Some(Additional::None(false)), ..Schema::of("object") };
    for property in properties {
        let name = written(property);
        if property.is_required {
            object.required.push(name.clone());
        }
        object.properties.insert(name, of_property(property, written));
    }
    object
}

fn of_property(property: &Property, written: Written) -> Schema {
    // The tables of the vocabulary are checked by a test.
    let default = property.default.and_then(|json| serde_json::from_str(json).ok());
    Schema { default, description: property.about.to_owned(), ..of_form(property.form, written) }
}

fn of_form(form: Form, written: Written) -> Schema {
    match form {
        Form::Text => Schema { min_length: Some(1), ..Schema::of("string") },
        Form::TopicName => Schema { max_length: Some(249), ..Schema::text(r"^(?!\.{1,2}$)[A-Za-z0-9._-]+$") },
        Form::TopicPrefix => Schema { max_length: Some(248), ..Schema::text("^[A-Za-z0-9._-]+$") },
        Form::Number { least, most } => Schema {
            minimum: Some(least.into()),
            // JavaScript has no number for the greatest ones.
            maximum: (most < 1 << 53).then(|| most.into()),
            ..Schema::of("integer")
        },
        Form::Boolean => Schema::of("boolean"),
        Form::Duration => Schema::text(r"^[0-9]+\s*(ms|s|m|h|d|w)$"),
        Form::PositiveDuration => Schema::text(r"^[0-9]*[1-9][0-9]*\s*(ms|s|m|h|d|w)$"),
        Form::OneOf(words) => Schema::one_of(words),
        Form::ListOf { item, least, most } => Schema {
            min_items: (least > 0).then_some(least),
            max_items: most,
            ..Schema::list(of_form(*item, written))
        },
        Form::MapOf(value) => Schema::map(of_form(*value, written)),
        Form::Config => config::schema(),
        Form::Object(properties) => object(properties, written),
        Form::Topic => Schema::reference("#/definitions/topic"),
        Form::Environment => Schema::reference("#/definitions/environment"),
        Form::ClientProperties => Schema::reference("#/definitions/clientProperties"),
        Form::Lints => Schema::reference("#/definitions/lint"),
        Form::Off => Schema { choices: vec![false.into()], ..Schema::of("boolean") },
        Form::Either(forms) => Schema::any_of(forms.iter().map(|form| of_form(*form, written))),
        _ => Schema::of("string"),
    }
}
