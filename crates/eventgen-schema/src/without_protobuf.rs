//! What stands for the Protobuf front end where it is left out: derives read Rust and Avro only, and are compiled with
//! every application that has them.

use std::path::PathBuf;

use crate::contract::{EventFormat, Protobuf};
use crate::diagnostics::{Diagnostic, code};
use crate::node::Node;
use crate::source::{Sources, Span};
use crate::types::TypeId;

/// Where imports are looked for.
pub(crate) struct Roots;

impl Roots {
    pub(crate) fn of(_: &[PathBuf], _: &[PathBuf]) -> Self {
        Self
    }
}

/// A message with our option: there is none.
pub(crate) struct Annotated {
    pub(crate) type_id: Option<TypeId>,
    pub(crate) full_name: String,
    pub(crate) annotation: Node,
    pub(crate) span: Span,
    pub(crate) format: EventFormat,
}

/// What the files hold: nothing.
#[derive(Default)]
pub(crate) struct Read {
    pub(crate) protobuf: Protobuf,
    pub(crate) annotated: Vec<Annotated>,
    pub(crate) paths: Vec<PathBuf>,
}

/// Refuses files.
pub(crate) fn read(
    asked: &[PathBuf],
    _: impl IntoIterator<Item = (PathBuf, String)>,
    _: Roots,
    _: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Read {
    diagnostics.extend(asked.iter().map(|path| {
        let message = format!("{} is Protobuf, which is not read here", path.display());
        Diagnostic::error(code::NOT_SUPPORTED, message).help("let a build script generate its events")
    }));
    Read::default()
}

impl Read {
    #[expect(clippy::unused_self, reason = "the front end's has files")]
    pub(crate) fn registered(&self, _: &EventFormat) -> &'static str {
        ""
    }

    #[expect(clippy::unused_self, reason = "the front end's has files")]
    pub(crate) fn confirm(&self, _: &Sources, _: &mut Vec<Diagnostic>) {}
}
