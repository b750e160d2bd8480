//! Schemas as descriptors. Confluent's clients in Python and Go register a file as a `google.protobuf.FileDescriptorProto`
//! in base64, and ask for such a one (`format=serialized`), because they have no compiler at hand.

mod definitions;
mod fields;
mod options;
mod printer;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use prost_reflect::prost::Message as _;
use prost_reflect::prost_types::FileDescriptorProto;

use super::parse::ParsedSchema;
use super::syntax::Written;

/// Fields of a `FileDescriptorProto`.
const NAME: u64 = 1;
const SOURCE_CODE_INFO: u64 = 9;
/// Field 12, `syntax`, as it is on the wire.
const PROTO3: &[u8] = b"\x62\x06proto3";

/// The text of the `.proto` file that a descriptor in base64 stands for; `None` if the text is not such a descriptor. Options
/// that are extensions are lost: their definitions are in other files.
pub(super) fn source_of(text: &str) -> Option<String> {
    let text = text.trim();
    // Every file has a character that base64 lacks: the end of a statement, or the start of a block.
    if text.is_empty() || text.contains([';', '{']) {
        return None;
    }
    let bytes = BASE64_STANDARD.decode(text).ok()?;
    let file = FileDescriptorProto::decode(&bytes[..]).ok()?;
    // Editions have features, which the type lacks.
    matches!(file.syntax(), "" | "proto2" | "proto3").then(|| definitions::file(&file))
}

/// What identifies a schema: its descriptor without the name of the file and without comments, and its syntax.
pub(super) fn content(schema: &ParsedSchema) -> Vec<u8> {
    let mut content = without(&schema.file.encode_to_vec(), &[NAME, SOURCE_CODE_INFO]);
    content.push(match schema.written(&schema.file) {
        Written::Proto2 => 2,
        Written::Proto3 => 3,
        Written::Edition => 4,
    });
    content
}

/// The descriptor without comments. That of an edition is the one in proto2 with the same fields.
pub(super) fn serialized(schema: &ParsedSchema) -> Vec<u8> {
    let mut bytes = without(&schema.file.encode_to_vec(), &[SOURCE_CODE_INFO]);
    if schema.written(&schema.file) == Written::Proto3 {
        bytes.extend_from_slice(PROTO3);
    }
    bytes
}

/// An encoded message without some fields, all of which are strings or messages.
fn without(bytes: &[u8], fields: &[u64]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while !rest.is_empty() {
        let before = rest;
        let Some(tag) = varint(&mut rest) else { break };
        // The fields of a file are strings, messages and integers.
        let length = match tag & 7 {
            0 => varint(&mut rest).map(|_| 0),
            2 => varint(&mut rest).and_then(|length| usize::try_from(length).ok()),
            _ => None,
        };
        let Some(after) = length.and_then(|length| rest.get(length..)) else { break };
        rest = after;
        if !fields.contains(&(tag >> 3)) {
            kept.extend_from_slice(&before[..before.len() - rest.len()]);
        }
    }
    kept
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    prost_reflect::prost::encoding::decode_varint(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::parse_schema;
    use super::*;

    const ALL: &str = r#"
        // A comment.
        syntax = "proto3";
        package shop.v1;
        import "google/protobuf/timestamp.proto";
        option java_package = "com.example \"shop\"";
        option optimize_for = CODE_SIZE;
        message Order {
            option deprecated = true;
            reserved 5, 7 to 9, 1000 to max;
            reserved "old", "older";
            string id = 1 [deprecated = true, json_name = "ID"];
            optional int64 total = 2;
            map<string, Line> lines = 3;
            repeated sint32 counts = 4 [packed = false];
            oneof payment { string card = 10; .shop.v1.Order.Line invoice = 11; }
            google.protobuf.Timestamp at = 12;
            map<int32, Kind> kinds = 13;
            message Line { Kind kind = 1; double price = 2; }
            enum Kind { option allow_alias = true; KIND_NONE = 0; KIND_A = 1 [deprecated = true]; KIND_B = 1; reserved -5 to -2, 40; reserved "KIND_OLD"; }
        }
        service Shop { rpc Buy(stream Order) returns (stream Order.Line) { option deprecated = true; } rpc Get(Order) returns (Order); }
    "#;

    const OLD: &str = r#"
        syntax = "proto2";
        message Old {
            required string name = 1 [default = "a \"b\" \\ \n é"];
            optional bytes data = 2 [default = "\001\"x"];
            optional double ratio = 3 [default = -inf];
            optional Level level = 4 [default = HIGH];
            repeated group Part = 5 { optional uint32 size = 1 [default = 7]; extensions 100 to 199; }
            oneof choice { bool yes = 6; group Deep = 7 { optional fixed64 f = 1; } }
            extensions 200 to 202, 300 to max;
            extend Old { optional string inner = 201; }
            enum Level { LOW = -1; HIGH = 3; }
        }
        extend Old { optional Old outer = 200; repeated group More = 300 { optional float f = 1; } }
    "#;

    #[test]
    fn a_descriptor_becomes_the_file_that_it_was_made_of() {
        for text in [ALL, OLD, "message Plain { }", ""] {
            let schema = parse_schema(text, &BTreeMap::new()).expect("valid");
            let encoded = BASE64_STANDARD.encode(serialized(&schema));
            let printed = source_of(&encoded).expect("a descriptor");
            let again = parse_schema(&printed, &BTreeMap::new())
                .unwrap_or_else(|errors| panic!("{errors}\n{printed}"));
            assert_eq!(
                schema.file.file_descriptor_proto().message_type,
                again.file.file_descriptor_proto().message_type,
                "{printed}"
            );
            assert_eq!(content(&schema), content(&again), "{printed}");
        }
    }

    #[test]
    fn comments_and_space_are_no_content_and_the_syntax_is() {
        let content = |text: &str| content(&parse_schema(text, &BTreeMap::new()).expect("valid"));
        let plain = content("syntax = \"proto3\"; message A { message B {} B b = 1; }");
        assert_eq!(
            plain,
            content("syntax = \"proto3\";\n// a\nmessage A {\n  message B {}\n  .A.B b = 1; // b\n}\n")
        );
        assert_ne!(plain, content("syntax = \"proto3\"; message A { message B {} B c = 1; }"));
        assert_ne!(
            content("syntax = \"proto3\"; message A {}"),
            content("syntax = \"proto2\"; message A {}")
        );
    }

    #[test]
    fn what_is_not_a_descriptor_is_a_file() {
        for text in ["", "syntax", "message A {}", "////", "AAAA AAAA", "CgFh\"", "Zm9v"] {
            assert_eq!(source_of(text), None, "{text}");
        }
        assert_eq!(source_of("CgFh").as_deref(), Some("syntax = \"proto2\";\n"), "the file `a`");
    }
}
