//! Markdown tables: ratios to one peer, medians over the rounds, and marks where eventgen misses its target.

use std::fmt::Write as _;

use crate::harness::{Cell, Form, Measured, Work, median};

/// The peer that all ratios are taken to.
pub(crate) const BASE: &str = "serde_avro_fast";

/// The events, in the order of the columns.
const EVENTS: [&str; 3] = ["order_small", "order_lines", "telemetry"];

/// The tables, and what eventgen aims at in each, as ratios: the best that hand-written code was measured at, less a
/// tenth or so. Like stands beside like.
const TABLES: [(Form, &str, [f64; 3]); 5] = [
    (Form::Bytes, "encode", [9.0, 9.0, 12.0]),
    (Form::New, "decode, a new value", [2.0, 2.0, 15.0]),
    (Form::Reused, "decode, into a reused value", [7.0, 8.0, 20.0]),
    (Form::Borrowed, "decode, borrowed from the payload", [6.0, 4.4, 25.0]),
    (Form::Older, "decode, an older writer's payload", [2.0, 1.5, 9.0]),
];

/// All tables that have rows, and what the marks in them stand for.
pub(crate) fn tables(cells: &[Cell], measured: &Measured) -> String {
    let report = Report { cells, measured };
    let (mut text, mut short) = (String::new(), String::new());
    for (form, title, aims) in TABLES {
        let mut rows: Vec<&str> = Vec::new();
        for cell in cells.iter().filter(|cell| cell.table() == form) {
            if !rows.contains(&cell.row) {
                rows.push(cell.row);
            }
        }
        if rows.is_empty() {
            continue;
        }
        let _ = writeln!(text, "| {title} | {} |\n|---|---|---|---|", EVENTS.join(" | "));
        for row in rows {
            let _ = write!(text, "| {row} |");
            for (event, aim) in EVENTS.into_iter().zip(aims) {
                let Some(figure) = report.figure(form, row, event) else {
                    text.push_str("  |");
                    continue;
                };
                let shortfalls = report.shortfalls((form, row, event), &figure, aim);
                let mark = if shortfalls.is_empty() { "" } else { " †" };
                let _ = write!(text, " {}{mark} ({:.0} ns) |", ratio(figure.ratio), figure.nanos);
                if !shortfalls.is_empty() {
                    let _ = writeln!(short, "- {title}: {row}, {event}: {}", shortfalls.join("; "));
                }
            }
            text.push('\n');
        }
        let _ = writeln!(text, "| *aim* | {} |\n", aims.map(|aim| aim.to_string()).join(" | "));
    }
    if !short.is_empty() {
        let _ = writeln!(
            text,
            "† falls short of the aim, or is slower than a peer of the same table:\n\n{short}"
        );
    }
    text
}

impl Cell {
    /// The title of its table.
    pub(crate) fn title(&self) -> &'static str {
        TABLES.iter().find(|(form, ..)| *form == self.table()).map_or("", |(_, title, _)| title)
    }

    /// The form whose table it is in: limits are beside what they limit.
    pub(crate) fn table(&self) -> Form {
        match (self.form, self.work) {
            (Form::Limit, Work::Encode) => Form::Bytes,
            (Form::Limit, Work::Decode) => Form::New,
            (form, _) => form,
        }
    }

    fn is_ours(&self) -> bool {
        self.row.starts_with("eventgen")
    }
}

struct Report<'a> {
    cells: &'a [Cell],
    measured: &'a Measured,
}

/// A cell's medians.
struct Figure {
    ratio: f64,
    nanos: f64,
}

impl Report<'_> {
    /// Nothing where it was not measured.
    fn figure(&self, table: Form, row: &str, event: &str) -> Option<Figure> {
        let nanos = |table: Form, row: &str| {
            let here = |cell: &Cell| (cell.table(), cell.row, cell.event) == (table, row, event);
            self.cells.iter().position(here).map(|index| &self.measured.nanos[index])
        };
        let base = if table == Form::Bytes { Form::Bytes } else { Form::New };
        let (base, nanos) = (nanos(base, BASE)?, nanos(table, row)?);
        let ratio = median(base.iter().zip(nanos).map(|(base, nanos)| base / nanos));
        Some(Figure { ratio, nanos: median(nanos.iter().copied()) })
    }

    /// The targets that a cell of eventgen misses.
    fn shortfalls(&self, (form, row, event): (Form, &str, &str), figure: &Figure, aim: f64) -> Vec<String> {
        let ours = |cell: &&Cell| (cell.form, cell.row, cell.event) == (form, row, event) && cell.is_ours();
        if !self.cells.iter().any(|cell| ours(&cell)) {
            return Vec::new();
        }
        let mut shortfalls = Vec::new();
        if figure.ratio < aim {
            shortfalls.push(format!("{} of {aim}", ratio(figure.ratio)));
        }
        let peers =
            self.cells.iter().filter(|cell| (cell.form, cell.event) == (form, event) && !cell.is_ours());
        for peer in peers {
            if let Some(theirs) = self.figure(form, peer.row, event)
                && theirs.ratio > figure.ratio
            {
                shortfalls.push(format!("{} has {}", peer.row, ratio(theirs.ratio)));
            }
        }
        shortfalls
    }
}

/// About two significant digits.
fn ratio(ratio: f64) -> String {
    let digits = usize::from(ratio < 9.95);
    format!("{ratio:.digits$}")
}
