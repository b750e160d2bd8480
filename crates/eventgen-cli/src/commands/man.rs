//! `eventgen man`: manual pages, one for each command.

use std::io;

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::arguments::{self, Arguments, Format};
use crate::count::count;
use crate::failure::Failure;
use crate::files::{Files, Wanted, Written, save};
use crate::outcome::Outcome;
use crate::terminal::{document, line, summary};

pub(crate) fn man(arguments: &arguments::Man) -> Result<Outcome, Failure> {
    // There would be a page for each subcommand of `help`.
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut commands = Vec::new();
    collect(&command, &mut commands);
    let mut written = Vec::with_capacity(commands.len());
    for command in &commands {
        let path = arguments.out.join(format!("{}.1", name(command)));
        let wanted = Wanted { path, text: escaped(&String::from_utf8_lossy(&page(command)?)) };
        save(&wanted)?;
        if arguments.output == Format::Human {
            line(&wanted.path.display().to_string())?;
        }
        written.push(Written::new(&wanted.path));
    }
    if arguments.output == Format::Json {
        document(&Files::new(written))?;
    }
    summary(&format!("{} written", count(commands.len(), "page")));
    Ok(Outcome::Fine)
}

/// A command and all below it.
fn collect<'a>(command: &'a Command, commands: &mut Vec<&'a Command>) {
    commands.push(command);
    for below in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        collect(below, commands);
    }
}

/// The name with those of the commands above it: `eventgen-topics-plan`.
fn name(command: &Command) -> &str {
    command.get_display_name().unwrap_or_else(|| command.get_name())
}

fn page(command: &Command) -> io::Result<Vec<u8>> {
    let source = concat!("eventgen ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(source).manual("eventgen");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for (outcome, meaning) in Outcome::ALL {
        roff.control("TP", []);
        roff.text([bold((outcome as u8).to_string())]);
        roff.text([roman(meaning)]);
    }
    roff.to_writer(&mut page)?;
    Ok(page)
}

/// A page in ASCII: older versions of troff read Latin-1.
fn escaped(page: &str) -> String {
    let escape = |char: char| match char {
        char if char.is_ascii() => char.to_string(),
        char => format!("\\[u{:04X}]", u32::from(char)),
    };
    page.chars().map(escape).collect()
}
