//! Measures the codec beside its peers: `cargo xtask bench codec` runs it and keeps the table.

mod case;
mod cells;
mod foreign;
mod generated;
mod harness;
mod hex;
mod peers;
mod report;

use std::process::ExitCode;

use clap::Parser;

use harness::{Cell, Runner, Work};

#[derive(Debug, Parser)]
#[command(about)]
struct Arguments {
    /// Measurements per cell.
    #[arg(long, default_value_t = 40)]
    rounds: usize,
    /// Measure the row of this name, or the rows that contain it.
    #[arg(long)]
    row: Option<String>,
    /// Measure one kind of work.
    #[arg(long, value_enum)]
    work: Option<Work>,
    /// Measure one event.
    #[arg(long)]
    event: Option<String>,
    /// List the selected cells and run each this many times under a counter of instructions, without measuring time.
    #[arg(long)]
    times: Option<u64>,
    #[command(flatten)]
    programs: foreign::Programs,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let programs = &arguments.programs;
    let mut cells = cells::of::<case::OrderSmall>(programs);
    cells.extend(cells::of::<case::OrderLines>(programs));
    cells.extend(cells::of::<case::Telemetry>(programs));
    let exact = cells.iter().any(|cell| Some(cell.row) == arguments.row.as_deref());
    let wanted = |cell: &Cell| {
        arguments
            .row
            .as_deref()
            .is_none_or(|row| if exact { cell.row == row } else { cell.row.contains(row) })
            && arguments.event.as_deref().is_none_or(|event| cell.event == event)
            && arguments.work.is_none_or(|work| cell.work == work)
    };
    // The rest of the ratios is taken to this row.
    cells.retain(|cell| wanted(cell) || (cell.row == report::BASE && arguments.times.is_none()));
    if let Some(times) = arguments.times {
        cells.sort_by_key(Cell::table);
        for cell in &mut cells {
            let title = cell.title();
            if let Runner::Here(run) = &mut cell.runner {
                // Buffers have their size, and what is done once is done.
                run(1);
                harness::counted(run, times);
                println!("{title}\t{}\t{}", cell.event, cell.row);
            }
        }
    } else {
        let measured = harness::measure(&mut cells, arguments.rounds);
        print!("{}", report::tables(&cells, &measured));
    }
    ExitCode::SUCCESS
}
