//! `eventgen explain`: the page of a code, or the list of all codes.

use eventgen_schema::code::{ALL, Code};
use eventgen_schema::did_you_mean;

use crate::arguments;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::line;

pub(crate) fn explain(arguments: &arguments::Explain) -> Result<Outcome, Failure> {
    match &arguments.code {
        Some(text) => line(find(text)?.page().trim_end())?,
        None => {
            for code in ALL {
                line(&listed(*code))?;
            }
        }
    }
    Ok(Outcome::Fine)
}

fn find(text: &str) -> Result<Code, Failure> {
    Code::find(text).ok_or_else(|| {
        let names = ALL.iter().flat_map(|code| [Some(code.id), code.lint.map(|lint| lint.name)]);
        Failure::UnknownCode { code: text.to_owned(), near: did_you_mean(text, names.flatten()) }
    })
}

/// A code with its title, and the default level of its lint.
fn listed(code: Code) -> String {
    let level = code.lint.map(|lint| format!(" ({} = \"{}\")", lint.name, lint.default.as_str()));
    format!("{}  {}{}", code.id, code.title, level.unwrap_or_default())
}
