//! Counts the instructions of each cell of the codec's benchmark, which do not depend on noise.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::target;
use crate::maven::has;

/// Runs of a cell under the counter.
const TIMES: u64 = 200;

/// The function of the benchmark that is counted, once for each cell.
const COUNTED: &str = "codec_bench::harness::counted";

/// Fails if valgrind is missing.
pub(super) fn require() -> Result<(), Failure> {
    if has("valgrind") {
        return Ok(());
    }
    Err("valgrind not found; leave out --instructions or install it (Debian, Ubuntu: apt-get install valgrind)".into())
}

/// Counts all cells that the arguments select.
pub(super) fn table(program: &Path, arguments: &[String]) -> Result<String, Failure> {
    let folder = target().join("bench").join("codec").join("callgrind");
    if folder.exists() {
        fs::remove_dir_all(&folder).context(folder.display())?;
    }
    fs::create_dir_all(&folder).context(folder.display())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--collect-atstart=no", "--callgrind-out-file=cells"])
        .args([format!("--toggle-collect={COUNTED}"), format!("--dump-after={COUNTED}")])
        .arg(program)
        .args(arguments)
        .args(["--times", &TIMES.to_string()])
        .current_dir(&folder)
        .output()
        .context("valgrind")?;
    if !output.status.success() {
        return Err(format!("valgrind failed:\n{}", String::from_utf8_lossy(&output.stderr)).into());
    }
    let mut cells = Vec::new();
    for (index, line) in String::from_utf8_lossy(&output.stdout).lines().enumerate() {
        let [title, event, row] = line.split('\t').collect::<Vec<_>>()[..] else {
            return Err(format!("no cell: {line}").into());
        };
        // Each look at the function is a file with a number.
        let path = folder.join(format!("cells.{}", index + 1));
        let dump = fs::read_to_string(&path).context(path.display())?;
        let total = dump.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse::<u64>().ok());
        let total = total.ok_or_else(|| format!("{}: no total", path.display()))?;
        cells.push(([title, row].map(str::to_owned), event.to_owned(), total / TIMES));
    }
    Ok(format(&cells))
}

/// A row for each way, a column for each event.
fn format(cells: &[([String; 2], String, u64)]) -> String {
    let (mut events, mut rows) = (Vec::new(), Vec::new());
    for (row, event, _) in cells {
        if !events.contains(event) {
            events.push(event.clone());
        }
        if !rows.contains(row) {
            rows.push(row.clone());
        }
    }
    let mut text = format!(
        "Instructions (callgrind), means of {TIMES}: a busy machine does not change them, so a change to the codec is \
         judged by them.\n\n| | | {} |\n|---|---|{}\n",
        events.join(" | "),
        "---:|".repeat(events.len())
    );
    for row in &rows {
        let _ = write!(text, "| {} |", row.join(" | "));
        for event in &events {
            let cell = cells.iter().find(|(its_row, its_event, _)| (its_row, its_event) == (row, event));
            let _ = write!(text, " {} |", cell.map(|(.., count)| count.to_string()).unwrap_or_default());
        }
        text.push('\n');
    }
    text
}
