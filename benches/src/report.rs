//! The figures as Markdown tables: ratios to one peer, the median over the rounds.

use std::fmt::Write as _;

use crate::harness::{Cell, Measured, Work, median};

/// The peer that is 1.
pub(crate) const BASE: &str = "serde_avro_fast";

/// The events, in the order of the columns.
const EVENTS: [&str; 3] = ["order_small", "order_lines", "telemetry"];

/// What the rows of eventgen aim at, as ratios: the best that hand-written code was measured at, less a tenth or so.
const AIMS: [(Work, &str, &str); 5] = [
    (Work::Encode, "aim: eventgen", "9 | 9 | 12"),
    (Work::Decode, "aim: owned", "2 | 2 | 15"),
    (Work::Decode, "aim: into a reused value", "7 | 8 | 20"),
    (Work::Decode, "aim: borrowed", "6 | 4.4 | 25"),
    (Work::Decode, "aim: an older writer's schema", "2 | 1.5 | 9"),
];

/// One table for encoding, one for decoding.
pub(crate) fn tables(cells: &[Cell], measured: &Measured) -> String {
    let mut text = String::new();
    for work in [Work::Encode, Work::Decode] {
        let mut rows: Vec<&str> = Vec::new();
        for cell in cells.iter().filter(|cell| cell.work == work) {
            if !rows.contains(&cell.row) {
                rows.push(cell.row);
            }
        }
        let _ = writeln!(text, "| {} | {} |", work.name(), EVENTS.join(" | "));
        text.push_str("|---|---|---|---|\n");
        for row in rows {
            let _ = write!(text, "| {row} |");
            for event in EVENTS {
                let _ = write!(text, " {} |", figure(cells, measured, (work, row, event)));
            }
            text.push('\n');
        }
        for (_, row, figures) in AIMS.iter().filter(|(aim, ..)| *aim == work) {
            let _ = writeln!(text, "| *{row}* | {figures} |");
        }
        text.push('\n');
    }
    text
}

/// `ratio (nanoseconds)`, or nothing where it was not measured.
fn figure(cells: &[Cell], measured: &Measured, (work, row, event): (Work, &str, &str)) -> String {
    let nanos = |row: &str| {
        let found = cells.iter().position(|cell| (cell.work, cell.row, cell.event) == (work, row, event));
        found.map(|index| &measured.nanos[index])
    };
    let (Some(base), Some(nanos)) = (nanos(BASE), nanos(row)) else { return String::new() };
    let ratio = median(base.iter().zip(nanos).map(|(base, nanos)| base / nanos));
    let digits = usize::from(ratio < 9.95);
    format!("{ratio:.digits$} ({:.0} ns)", median(nanos.iter().copied()))
}
