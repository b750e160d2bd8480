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
