//! Options of a current `google/protobuf/descriptor.proto` that the compiler's copy lacks. They have no effect on
//! generated code: they are checked and removed.

use prost_reflect::prost_types::{FileDescriptorProto, UninterpretedOption};

use super::error::Violation;
use super::options::{self, Element, name, remove};
use super::spans::Spans;

/// The form of a value.
#[derive(Debug, Clone, Copy)]
enum Form {
    Boolean,
    /// One of these names.
    Symbol(&'static [&'static str]),
    Message,
}

/// An option.
struct Standard {
    element: Element,
    name: &'static str,
    form: Form,
    is_repeated: bool,
}

const fn single(element: Element, name: &'static str, form: Form) -> Standard {
    Standard { element, name, form, is_repeated: false }
}

const fn repeated(element: Element, name: &'static str, form: Form) -> Standard {
    Standard { element, name, form, is_repeated: true }
}

/// Whether conflicts of JSON names are allowed.
pub(super) const LEGACY_JSON_CONFLICTS: &str = "deprecated_legacy_json_field_conflicts";

const STANDARD: &[Standard] = &[
    single(Element::Message, LEGACY_JSON_CONFLICTS, Form::Boolean),
    single(Element::Enum, LEGACY_JSON_CONFLICTS, Form::Boolean),
    single(Element::Field, "debug_redact", Form::Boolean),
    single(Element::EnumValue, "debug_redact", Form::Boolean),
    single(
        Element::Field,
        "retention",
        Form::Symbol(&["RETENTION_UNKNOWN", "RETENTION_RUNTIME", "RETENTION_SOURCE"]),
    ),
    repeated(
        Element::Field,
        "targets",
        Form::Symbol(&[
            "TARGET_TYPE_UNKNOWN",
            "TARGET_TYPE_FILE",
            "TARGET_TYPE_EXTENSION_RANGE",
            "TARGET_TYPE_MESSAGE",
            "TARGET_TYPE_FIELD",
            "TARGET_TYPE_ONEOF",
            "TARGET_TYPE_ENUM",
            "TARGET_TYPE_ENUM_ENTRY",
            "TARGET_TYPE_SERVICE",
            "TARGET_TYPE_METHOD",
        ]),
    ),
    repeated(Element::Field, "edition_defaults", Form::Message),
    single(Element::Field, "feature_support", Form::Message),
    single(Element::EnumValue, "feature_support", Form::Message),
    repeated(Element::ExtensionRange, "declaration", Form::Message),
    single(Element::ExtensionRange, "verification", Form::Symbol(&["DECLARATION", "UNVERIFIED"])),
];

/// Removes the options, and returns those that are wrong.
pub(super) fn remove_standard(
    file: &mut FileDescriptorProto,
    spans: &Spans,
    violations: &mut Vec<Violation>,
) {
    let mut before: Option<(Vec<i32>, Vec<&'static str>)> = None;
    remove(file, |element, path, option| {
        let Some(standard) = find(element, option) else { return false };
        let range = spans.get(path).unwrap_or_default();
        let of_element = &path[..path.len() - 2];
        let set = match &mut before {
            Some((of, set)) if of == of_element => set,
            before => &mut before.insert((of_element.to_vec(), Vec::new())).1,
        };
        if !standard.is_repeated && set.contains(&standard.name) {
            let message = format!("option `{}` has already been set", standard.name);
            violations.push(Violation::invalid(message, range, "again here", "set it once"));
        } else if let Some(expected) = mismatch(standard.form, option) {
            let message = format!("option `{}` has a value of another type", standard.name);
            let remark = format!("expected {expected}");
            violations.push(Violation::invalid(message, range, &remark, "correct the value"));
        }
        set.push(standard.name);
        true
    });
}

fn find(element: Element, option: &UninterpretedOption) -> Option<&'static Standard> {
    STANDARD.iter().find(|standard| standard.element == element && name(option) == standard.name)
}

/// What is expected instead of the value, if it does not have the form.
fn mismatch(form: Form, option: &UninterpretedOption) -> Option<String> {
    let symbol = option.identifier_value.as_deref();
    match form {
        Form::Boolean if !matches!(symbol, Some("true" | "false")) => Some("`true` or `false`".to_owned()),
        Form::Symbol(symbols) if !symbol.is_some_and(|symbol| symbols.contains(&symbol)) => {
            Some(format!("one of {}", symbols.join(", ")))
        }
        Form::Message if option.aggregate_value.is_none() => Some("a message in braces".to_owned()),
        _ => None,
    }
}

/// Whether an element allows conflicts of JSON names.
pub(super) fn allows_json_conflicts(uninterpreted: &[UninterpretedOption]) -> bool {
    uninterpreted.iter().any(|option| name(option) == LEGACY_JSON_CONFLICTS && options::is_true(option))
}
