//! The README and the pages under `docs/` are true: their commands run and print what is shown, their code is in files
//! that the suite compiles, and their schemas load.
//!
//! The words after a fence select how a block is checked:
//!
//! | fence | check |
//! |---|---|
//! | `sh` | runs in the root of the repository; a block `text` after it is part of its output |
//! | `sh real` | runs with the suite of the real servers |
//! | `sh not-run` | none |
//! | `toml cargo` | dependencies: the packages exist, with these versions |
//! | `json`, `proto`, `avdl`, `toml`, `rust` | lines of one file of the repository, with gaps where a line is `…` |
//! | … `schema`, `protocol`, `manifest`, `kafka` | loads: a whole file, or a part of an annotation |
//! | `text diagnostic` | an expected diagnostic of the tests, at any location |
//! | `text` | none, unless it follows `sh` |

mod blocks;
mod schemas;
mod sources;

use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::{kafka, registry, server};
use blocks::Block;
use sources::Sources;

/// The command that runs this.
const THIS: &str = "cargo xtask test";

/// Checks every block of every page, and the links between pages.
pub(crate) fn check() -> Result<(), Failure> {
    let sources = Sources::read()?;
    let pages = blocks::pages()?;
    let mut failures = Vec::new();
    for page in &pages {
        failures.extend(blocks::broken_links(page)?);
        for (index, block) in page.blocks.iter().enumerate() {
            let next = page.blocks.get(index + 1);
            if let Err(failure) = check_block(block, next, &sources) {
                failures.push(format!("{}:{}: {failure}", page.path, block.line));
            }
        }
    }
    if failures.is_empty() { Ok(()) } else { Err(failures.join("\n").into()) }
}

fn check_block(block: &Block, next: Option<&Block>, sources: &Sources) -> Result<(), Failure> {
    let words: Vec<&str> = block.info.split(' ').collect();
    match words[..] {
        ["sh"] if block.text.trim() == THIS => Ok(()),
        // A suite that runs itself does not end.
        ["sh"] if block.text.contains("cargo xtask") => {
            Err("commands of `cargo xtask` are marked `sh real` or `sh not-run`".into())
        }
        ["sh"] => {
            let printed = masked(&run(&block.text)?);
            let shown = next.filter(|next| next.info == "text").map(|next| masked(&next.text));
            match shown.filter(|shown| !printed.contains(shown)) {
                Some(shown) => Err(format!("it shows:\n{shown}\nbut what is printed is:\n{printed}").into()),
                None => Ok(()),
            }
        }
        ["sh", "real" | "not-run"] | ["text"] => Ok(()),
        ["text", "diagnostic"] => sources::check_diagnostic(&block.text),
        ["toml", "cargo"] => sources::check_dependencies(&block.text),
        ["json" | "proto" | "avdl" | "toml" | "rust"] => sources.check(&block.text),
        [language, kind] => schemas::check(language, kind, &block.text),
        _ => Err(format!("a block `{}` is not checked: see xtask/src/readme/mod.rs", block.info).into()),
    }
}

/// The commands that need a real cluster; they start it and stop it.
pub(crate) fn run_on_real_servers() -> Result<(), Failure> {
    for folder in [kafka::folder("kafka"), registry::folder("registry")] {
        if server::State::read(&folder).is_some() {
            return Err("the commands of the pages start and stop a cluster of this repository, and one is \
                        running: stop it with `cargo xtask kafka down` and `cargo xtask registry down`"
                .into());
        }
    }
    for page in blocks::pages()? {
        for block in page.blocks.iter().filter(|block| block.info == "sh real") {
            let ran = run(&block.text);
            server::down(&kafka::folder("kafka"))?;
            server::down(&registry::folder("registry"))?;
            println!("{}", ran.context(format!("{}:{}", page.path, block.line))?);
        }
    }
    Ok(())
}

/// Runs a block as one script and returns what it printed.
fn run(script: &str) -> Result<String, Failure> {
    let output =
        Command::new("sh").args(["-e", "-c", script]).current_dir(repository()).output().context("sh")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    Err(format!("the commands fail:\n{script}\n{printed}{}", String::from_utf8_lossy(&output.stderr)).into())
}

/// Text without what differs from run to run: numbers, and the width of columns.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        let masked = match char {
            '0'..='9' => '#',
            ' ' | '\n' => ' ',
            other => other,
        };
        if !(matches!(masked, '#' | ' ') && out.ends_with(masked)) {
            out.push(masked);
        }
    }
    out.trim().to_owned()
}
