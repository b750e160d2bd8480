//! The README is true: its commands run, what it says they print is printed, its code is in the repository.

use std::fs;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::repository;
use crate::{kafka, registry, server};

/// The command that runs this.
const THIS: &str = "cargo xtask test";

/// Where the README's code is taken from.
const SOURCES: [&str; 10] = [
    "schemas/orders/order_event.avsc",
    "schemas/payments/payments.proto",
    "tests/conformance/goldens/orders.rs",
    "examples/orders/build.rs",
    "examples/orders/src/lib.rs",
    "examples/orders/src/main.rs",
    "examples/orders/src/fulfilment.rs",
    "examples/derive/src/events.rs",
    "examples/derive/src/scans.rs",
    "examples/derive/tests/schemas.rs",
];

/// A fenced block: what stands behind the fence, and its lines.
struct Block {
    info: String,
    text: String,
}

/// The code is in the repository, and the commands that need no server run and print what the README shows.
pub(crate) fn check() -> Result<(), Failure> {
    let blocks = blocks()?;
    let mut sources = String::new();
    for source in SOURCES {
        sources.push_str(&fs::read_to_string(repository().join(source)).context(source)?);
    }
    let sources: Vec<&str> = sources.lines().map(str::trim).collect();
    for block in blocks.iter().filter(|block| matches!(block.info.as_str(), "json" | "rust" | "proto")) {
        let unknown = block
            .text
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && *line != "…" && !sources.contains(line));
        if let Some(line) = unknown {
            return Err(format!("the README shows code that is not in the repository: {line}").into());
        }
    }
    for (index, block) in blocks.iter().enumerate().filter(|(_, block)| block.info == "sh") {
        if block.text.trim() == THIS {
            continue;
        }
        let printed = run(&block.text)?;
        // A block of text behind commands is what they print.
        if let Some(shown) = blocks.get(index + 1).filter(|next| next.info == "text") {
            let (shown, printed) = (masked(&shown.text), masked(&printed));
            if !printed.contains(&shown) {
                return Err(format!("the README shows:\n{shown}\nbut what is printed is:\n{printed}").into());
            }
        }
    }
    Ok(())
}

/// The commands that need a real cluster; they start it and stop it.
pub(crate) fn run_on_real_servers() -> Result<(), Failure> {
    for folder in [kafka::folder("kafka"), registry::folder("registry")] {
        if server::State::read(&folder).is_some() {
            return Err(
                "the README's commands start and stop a cluster of this repository, and one is there \
                        already: stop it with `cargo xtask kafka down` and `cargo xtask registry down`"
                    .into(),
            );
        }
    }
    for block in blocks()?.iter().filter(|block| block.info == "sh real") {
        let ran = run(&block.text);
        server::down(&kafka::folder("kafka"))?;
        server::down(&registry::folder("registry"))?;
        println!("{}", ran?);
    }
    Ok(())
}

fn blocks() -> Result<Vec<Block>, Failure> {
    let readme = fs::read_to_string(repository().join("README.md")).context("README.md")?;
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for line in readme.lines() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                blocks.push(Block { info: info.trim().to_owned(), text: String::new() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().expect("an open block");
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    Ok(blocks)
}

/// Runs a block as one script; gives what it printed.
fn run(script: &str) -> Result<String, Failure> {
    let output =
        Command::new("sh").args(["-e", "-c", script]).current_dir(repository()).output().context("sh")?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(printed);
    }
    Err(format!(
        "the README's commands fail:\n{script}\n{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    )
    .into())
}

/// Numbers and the width of columns differ from run to run.
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
