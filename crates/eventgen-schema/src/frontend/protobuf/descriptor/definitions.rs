//! The text of a file and its definitions.

use prost_reflect::prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, ServiceDescriptorProto,
};

use super::fields::Fields;
use super::options::{options, quoted};
use super::printer::{Printer, block};

/// The largest numbers of fields and of enum values, after which `max` is written.
const LAST_FIELD: i32 = 0x1fff_ffff;
const LAST_VALUE: i32 = i32::MAX;

/// The text of a file.
pub(super) fn file(file: &FileDescriptorProto) -> String {
    let is_proto3 = file.syntax() == "proto3";
    let mut printer = Printer::new(is_proto3);
    printer.line(&format!("syntax = \"{}\";", if is_proto3 { "proto3" } else { "proto2" }));
    if !file.package().is_empty() {
        printer.line(&format!("package {};", file.package()));
    }
    for (index, import) in (0..).zip(&file.dependency) {
        let kind = match index {
            index if file.public_dependency.contains(&index) => "public ",
            index if file.weak_dependency.contains(&index) => "weak ",
            _ => "",
        };
        printer.line(&format!("import {kind}{};", quoted(import)));
    }
    printer.options(options("FileOptions", file.options.as_ref()));
    let fields = Fields { fields: &file.extension, nested: &file.message_type };
    for message in file.message_type.iter().filter(|message| !fields.imply(message)) {
        printer.message(message);
    }
    file.enum_type.iter().for_each(|definition| printer.definition(definition));
    printer.extensions(&fields);
    file.service.iter().for_each(|service| printer.service(service));
    printer.finish()
}

impl Printer {
    fn options(&mut self, options: Vec<String>) {
        for option in options {
            self.line(&format!("option {option};"));
        }
    }

    fn message(&mut self, message: &DescriptorProto) {
        self.line(&format!("message {} {{", message.name()));
        block(self, |printer| printer.message_body(message));
    }

    pub(super) fn message_body(&mut self, message: &DescriptorProto) {
        self.options(options("MessageOptions", message.options.as_ref()));
        let own: Vec<FieldDescriptorProto> =
            message.field.iter().chain(&message.extension).cloned().collect();
        let fields = Fields { fields: &own, nested: &message.nested_type };
        let mut written = Vec::new();
        for field in &message.field {
            match field.oneof_index.filter(|_| !field.proto3_optional()) {
                None => self.field(field, &fields, false),
                Some(index) if written.contains(&index) => {}
                Some(index) => {
                    written.push(index);
                    self.oneof(message, index, &fields);
                }
            }
        }
        for nested in message.nested_type.iter().filter(|nested| !fields.imply(nested)) {
            self.message(nested);
        }
        message.enum_type.iter().for_each(|definition| self.definition(definition));
        for range in &message.extension_range {
            let range = exclusive(range.start(), range.end());
            self.line(&format!("extensions {range};"));
        }
        let ranges = message.reserved_range.iter().map(|range| exclusive(range.start(), range.end()));
        self.reserved(ranges.collect(), &message.reserved_name);
        self.extensions(&Fields { fields: &message.extension, nested: &message.nested_type });
    }

    fn oneof(&mut self, message: &DescriptorProto, index: i32, fields: &Fields<'_>) {
        let Some(oneof) = usize::try_from(index).ok().and_then(|index| message.oneof_decl.get(index)) else {
            return;
        };
        self.line(&format!("oneof {} {{", oneof.name()));
        block(self, |printer| {
            printer.options(options("OneofOptions", oneof.options.as_ref()));
            for field in message.field.iter().filter(|field| field.oneof_index == Some(index)) {
                printer.field(field, fields, true);
            }
        });
    }

    fn extensions(&mut self, fields: &Fields<'_>) {
        for field in fields.fields {
            self.line(&format!("extend {} {{", field.extendee()));
            block(self, |printer| printer.field(field, fields, false));
        }
    }

    fn definition(&mut self, definition: &EnumDescriptorProto) {
        self.line(&format!("enum {} {{", definition.name()));
        block(self, |printer| {
            printer.options(options("EnumOptions", definition.options.as_ref()));
            for value in &definition.value {
                let options = options("EnumValueOptions", value.options.as_ref());
                let options =
                    if options.is_empty() { String::new() } else { format!(" [{}]", options.join(", ")) };
                printer.line(&format!("{} = {}{options};", value.name(), value.number()));
            }
            let ranges = definition.reserved_range.iter();
            let ranges = ranges.map(|range| inclusive(range.start(), range.end(), LAST_VALUE));
            printer.reserved(ranges.collect(), &definition.reserved_name);
        });
    }

    fn reserved(&mut self, ranges: Vec<String>, names: &[String]) {
        let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
        for list in [ranges, names].into_iter().filter(|list| !list.is_empty()) {
            self.line(&format!("reserved {};", list.join(", ")));
        }
    }

    fn service(&mut self, service: &ServiceDescriptorProto) {
        self.line(&format!("service {} {{", service.name()));
        block(self, |printer| {
            printer.options(options("ServiceOptions", service.options.as_ref()));
            for method in &service.method {
                let stream = |is_stream| if is_stream { "stream " } else { "" };
                printer.line(&format!(
                    "rpc {}({}{}) returns ({}{}) {{",
                    method.name(),
                    stream(method.client_streaming()),
                    method.input_type(),
                    stream(method.server_streaming()),
                    method.output_type()
                ));
                block(printer, |printer| printer.options(options("MethodOptions", method.options.as_ref())));
            }
        });
    }
}

/// A range of field numbers, which ends before `end`.
fn exclusive(start: i32, end: i32) -> String {
    inclusive(start, end.saturating_sub(1), LAST_FIELD)
}

fn inclusive(start: i32, end: i32, last: i32) -> String {
    match end {
        end if end == start => start.to_string(),
        end if end == last => format!("{start} to max"),
        end => format!("{start} to {end}"),
    }
}
