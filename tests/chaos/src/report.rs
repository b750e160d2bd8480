//! The results of runs as text.

use std::fmt::{self, Write as _};
use std::time::Duration;

use crate::checker::{Anomaly, Figures};
use crate::protocol::Protocol;
use crate::trial::Outcome;

/// The result of one run.
#[derive(Debug)]
pub struct Row {
    pub scenario: &'static str,
    pub protocol: Protocol,
    pub seed: u64,
    pub outcome: Outcome,
}

impl Row {
    /// Whether no anomaly was found.
    pub fn is_passed(&self) -> bool {
        self.outcome.findings.is_empty()
    }

    fn count(&self, anomalies: &[Anomaly]) -> usize {
        anomalies.iter().map(|anomaly| self.outcome.findings.count(*anomaly)).sum()
    }

    /// The values of the columns of [`HEAD`].
    fn columns(&self) -> [String; 12] {
        let Figures { written, kills, letters, worst_instance, .. } = self.outcome.figures;
        let lost = [Anomaly::LostWrite, Anomaly::Unseen, Anomaly::LetterMissing];
        let replays = match kills {
            0 => self.outcome.figures.replays.to_string(),
            kills => {
                format!("{:.1} of {kills}, at most {worst_instance}", self.outcome.figures.replays_per_kill())
            }
        };
        let verdict = match &self.outcome.findings.kinds()[..] {
            [] => "valid".to_owned(),
            kinds => kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", "),
        };
        [
            self.scenario.to_owned(),
            self.protocol.name().to_owned(),
            written.to_string(),
            format!("{:.0} s", self.outcome.lasted.as_secs_f64()),
            self.seed.to_string(),
            self.count(&lost).to_string(),
            self.count(&[Anomaly::Nonmonotonic, Anomaly::NonmonotonicSend]).to_string(),
            self.count(&[Anomaly::PollSkip]).to_string(),
            self.count(&[Anomaly::Stalled]).to_string(),
            replays,
            letters.to_string(),
            verdict,
        ]
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { written, handled, letters, repeated_letters, replays, kills, .. } =
            self.outcome.figures;
        let Figures { worst_instance, fenced_overlaps, unacknowledged, .. } = self.outcome.figures;
        let verdict = if self.is_passed() { "valid" } else { "NOT VALID" };
        writeln!(
            f,
            "{} ({}) is {verdict} after {:.1} s: {written} written ({unacknowledged} not acknowledged), {handled} handled, {letters} \
             dead letters ({repeated_letters} again), {replays} replays of {kills} kills (at most {worst_instance} of one \
             member), {fenced_overlaps} overlaps of fenced members",
            self.scenario,
            self.protocol.name(),
            self.outcome.lasted.as_secs_f64()
        )?;
        for note in &self.outcome.notes {
            writeln!(f, "  {note}")?;
        }
        write!(f, "{}", self.outcome.findings)
    }
}

const HEAD: [&str; 12] = [
    "scenario",
    "protocol",
    "records",
    "duration",
    "seed",
    "lost",
    "reordered",
    "skipped",
    "stalled",
    "replays per kill",
    "dead letters",
    "verdict",
];

/// The results as a table.
pub fn table(rows: &[Row]) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut table = line(&HEAD.map(str::to_owned));
    table.push_str(&line(&HEAD.map(|_| "---".to_owned())));
    for row in rows {
        table.push_str(&line(&row.columns()));
    }
    table
}

/// The page of the long form.
pub fn page(rows: &[Row], machine: &str, lasted: Duration) -> String {
    let mut page = String::from(
        "# Results of `cargo xtask chaos`\n\nWritten by the command. [docs/chaos.md](../../docs/chaos.md) says what each \
         scenario does and what the columns mean.\n\n",
    );
    let written: usize = rows.iter().map(|row| row.outcome.figures.written).sum();
    let _ = writeln!(
        page,
        "{machine}. {} runs, {written} records, {:.0} minutes. Three brokers and all clients share the machine.\n",
        rows.len(),
        lasted.as_secs_f64() / 60.0
    );
    page.push_str(&table(rows));
    let remarks = rows.iter().filter(|row| !row.outcome.notes.is_empty()).map(|row| {
        format!("- {} ({}): {}.\n", row.scenario, row.protocol.name(), row.outcome.notes.join("; "))
    });
    let notes: String = remarks.collect();
    if !notes.is_empty() {
        let _ = write!(page, "\n{notes}");
    }
    page
}
