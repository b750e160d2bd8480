//! What is said of a run.

use std::fmt;

use super::Outcome;

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [stored, all] = self.lasted.map(|time| time.as_secs_f64());
        let Self { committed, rolled_back, failed, repeated, verdict, not_once, faults, .. } = self;
        let verdict_word = if self.is_valid() { "valid" } else { "NOT VALID" };
        write!(
            f,
            "{committed} events of {} keys committed in {stored:.0} s, all published and handled after {all:.0} s; \
             {rolled_back} transactions rolled back, {failed} ended by PostgreSQL; {} relays killed, {} restarts of PostgreSQL, \
             {} brokers bounced; {repeated} records repeated, {verdict}; {not_once} not handled once: {verdict_word}",
            self.keys, faults.kills, faults.restarts, faults.bounces,
        )
    }
}

/// The page of the results. `machine` says where it ran.
pub fn page(outcome: &Outcome, machine: &str) -> String {
    let [stored, all] = outcome.lasted.map(|time| time.as_secs());
    let Outcome { verdict, faults, .. } = outcome;
    let rows = [
        ("seed", outcome.seed.to_string()),
        ("committed events", outcome.committed.to_string()),
        ("keys", outcome.keys.to_string()),
        ("transactions rolled back on purpose", outcome.rolled_back.to_string()),
        ("transactions that PostgreSQL has ended", outcome.failed.to_string()),
        ("relays killed by SIGKILL", faults.kills.to_string()),
        ("restarts of PostgreSQL", faults.restarts.to_string()),
        ("brokers killed or stopped, and started again", faults.bounces.to_string()),
        ("events stored within", format!("{stored} s")),
        ("all published and handled after", format!("{all} s")),
        ("lost", verdict.lost.len().to_string()),
        ("published, of no committed transaction", verdict.phantom.len().to_string()),
        ("out of order within their key, repetitions aside", verdict.disordered.len().to_string()),
        ("without one header `id`", verdict.unrecognisable.len().to_string()),
        ("records that repeat an earlier one", outcome.repeated.to_string()),
        ("not handled exactly once by the consumer with an inbox", outcome.not_once.to_string()),
        ("verdict", if outcome.is_valid() { "valid" } else { "not valid" }.to_owned()),
    ];
    let table: Vec<String> = rows.iter().map(|(name, value)| format!("| {name} | {value} |")).collect();
    let table = table.join("\n");
    format!(
        "# Results of `cargo xtask outbox-trial`\n\n\
         Written by the command. Eight writers store events in transactions of one to three keys. Of these, 5 % are rolled back, \
         10 % have a nested transaction, half of which are rolled back, 1 % stay open for 200 ms and some for 2 s. Two relays publish \
         them, a consumer handles them with an inbox.\n\n\
         {machine} Three brokers, a registry, PostgreSQL and all clients share the machine.\n\n| | |\n|---|---|\n{table}\n"
    )
}
