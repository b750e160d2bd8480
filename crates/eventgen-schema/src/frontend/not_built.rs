//! The front end of a language that is not part of this build. Derives need Avro only, and every application that uses
//! them compiles them.

use std::collections::BTreeMap;

use super::context::Context;
use super::front_end::{FrontEnd, Input, Version};
use super::schemas::Schemas;
use crate::diagnostics::{Diagnostic, Diagnostics, code};
use crate::source::Sources;

/// Reports the files of a language that is not read.
#[derive(Debug)]
pub(super) struct NotBuilt {
    pub(super) schema_type: &'static str,
    /// The name of the language in messages.
    pub(super) name: &'static str,
    pub(super) extensions: &'static [&'static str],
}

impl FrontEnd for NotBuilt {
    fn schema_type(&self) -> &'static str {
        self.schema_type
    }

    fn extensions(&self) -> &'static [&'static str] {
        self.extensions
    }

    fn read(&self, input: &Input<'_>, context: &mut Context<'_>) -> Schemas {
        context.diagnostics.extend(input.files.iter().map(|path| {
            let message = format!("{} is {}, which is not read here", path.display(), self.name);
            Diagnostic::error(code::NOT_SUPPORTED, message)
                .help("generate the code of its events in a build script")
        }));
        Schemas::default()
    }

    fn parse(&self, _: &str, _: &BTreeMap<String, String>) -> Result<Box<dyn Version>, Diagnostics> {
        let message = format!("{} is not part of this build", self.name);
        let diagnostic = Diagnostic::error(code::NOT_SUPPORTED, message)
            .help("enable the feature of this language in `eventgen-schema`");
        Err(Diagnostics::new(Sources::default(), vec![diagnostic]))
    }
}
