//! Avro IDL (`.avdl`, [language of 1.12](https://avro.apache.org/docs/1.12.0/idl-language/)), in its protocol and its
//! schema form, read into the same tree as JSON: so all that comes after is one path.

mod annotations;
mod declarations;
mod json;
mod lexer;
mod messages;
mod parser;
mod syntax;
mod tokens;
mod types;

pub(super) use parser::{Import, parse_idl};
