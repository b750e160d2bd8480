//! Avro IDL (`.avdl`, [language of 1.12](https://avro.apache.org/docs/1.12.0/idl-language/)), in its protocol and its
//! schema form. It is parsed into the same tree as JSON, so that both notations share all later steps.

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
