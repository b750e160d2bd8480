//! `eventgen explain`: the page of a code, or the list of all codes.

use eventgen_schema::code::{ALL, Code};
use eventgen_schema::did_you_mean;
use serde::Serialize;

use crate::arguments::{self, Format};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{document, output};

/// Incremented when a property is removed or changes its meaning. Properties may be added at any time.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct List {
    version: u32,
    codes: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    version: u32,
    code: &'static str,
    title: &'static str,
    /// The name in `[lint]` of `eventgen.toml` that sets the level, and the level without it.
    lint: Option<&'static str>,
    level: Option<&'static str>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'static str>,
}

impl Entry {
    fn of(code: Code) -> Self {
        Self {
            version: VERSION,
            code: code.id,
            title: code.title,
            lint: code.lint.map(|lint| lint.name),
            level: code.lint.map(|lint| lint.default.as_str()),
            page: None,
        }
    }
}

pub(crate) fn explain(arguments: &arguments::Explain) -> Result<Outcome, Failure> {
    match &arguments.code {
        Some(text) => {
            let code = find(text)?;
            match arguments.output {
                Format::Human => output(code.page().trim_end())?,
                Format::Json => document(&Entry { page: Some(code.page()), ..Entry::of(code) })?,
            }
        }
        None if arguments.output == Format::Json => {
            document(&List { version: VERSION, codes: ALL.iter().copied().map(Entry::of).collect() })?;
        }
        None => {
            for code in ALL {
                output(&listed(*code))?;
            }
        }
    }
    Ok(Outcome::Fine)
}

/// The code with this id or lint. The id may be its number alone.
fn find(text: &str) -> Result<Code, Failure> {
    let by_number = || text.parse::<u16>().ok().and_then(|number| Code::find(&format!("EG{number:04}")));
    Code::find(text).or_else(by_number).ok_or_else(|| {
        let names = ALL.iter().flat_map(|code| [Some(code.id), code.lint.map(|lint| lint.name)]);
        // A code of the right form is near to others by chance.
        let near = if is_id(text) { None } else { did_you_mean(text, names.flatten()) };
        Failure::UnknownCode { code: text.to_owned(), near }
    })
}

fn is_id(text: &str) -> bool {
    let digits = text.strip_prefix("EG").or_else(|| text.strip_prefix("eg")).unwrap_or(text);
    digits.len() <= 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// A code with its title, and the default level of its lint.
fn listed(code: Code) -> String {
    let level = code.lint.map(|lint| format!(" ({} = \"{}\")", lint.name, lint.default.as_str()));
    format!("{}  {}{}", code.id, code.title, level.unwrap_or_default())
}
