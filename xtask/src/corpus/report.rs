//! The report on a corpus: the last step that each file passed, and why the next one failed.

use std::fmt::Write as _;
use std::path::Path;

use super::case::{Case, State};

pub(super) struct Report {
    /// A line for each file.
    pub(super) all: String,
    /// The files that failed, and the totals.
    pub(super) summary: String,
    /// Whether every valid file passed all steps.
    pub(super) is_fine: bool,
}

pub(super) fn report(folder: &Path, cases: &[Case]) -> Report {
    let (mut all, mut summary) = (String::new(), String::new());
    // How many files are read, generated, compiled, round-tripped.
    let mut counts = [0_usize; 4];
    for case in cases {
        let (steps, why) = match &case.state {
            State::Ended(why) => (0, format!("ended its process: {why}")),
            State::Refused(why) => (0, format!("refused: {why}")),
            State::NotGenerated(why) => (1, format!("not generated: {why}")),
            State::NotCompiled(why) => (2, format!("not compiled: {why}")),
            State::NotRoundTripped(why) => (3, format!("not round-tripped: {why}")),
            State::Done => (4, format!("{} types", case.types.len())),
        };
        counts.iter_mut().take(steps).for_each(|count| *count += 1);
        let marks: String = (0..4).map(|step| if step < steps { '+' } else { '-' }).collect();
        let why: String = why.chars().take(400).collect();
        let path = case.path.strip_prefix(folder).unwrap_or(&case.path).display();
        let line = format!("{marks} {} {path}: {why}\n", case.module);
        all.push_str(&line);
        if steps < 4 {
            summary.push_str(&line);
        }
    }
    let ended = cases.iter().filter(|case| matches!(case.state, State::Ended(_))).count();
    let [read, generated, compiled, round_tripped] = counts;
    let types: usize = cases.iter().map(|case| case.types.len()).sum();
    let _ = write!(
        summary,
        "\n{:<16}{:>6}\n{:<16}{ended:>6}\n{:<16}{:>6}\n{:<16}{read:>6}\n{:<16}{generated:>6}\n{:<16}{compiled:>6}\n\
         {:<16}{round_tripped:>6}\n{:<16}{types:>6}",
        "files",
        cases.len(),
        "ended",
        "refused",
        cases.len() - read - ended,
        "read",
        "generated",
        "compiled",
        "round-tripped",
        "types"
    );
    all.push_str(&summary);
    Report { all, summary, is_fine: round_tripped == read && ended == 0 }
}
