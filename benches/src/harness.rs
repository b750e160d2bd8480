//! One interleaved run: each round measures every cell once, so that noise affects all of them, and ratios are taken
//! within a round.

use std::time::{Duration, Instant};

use crate::foreign::Foreign;

/// How long a cell is measured in a round.
const SLICE: Duration = Duration::from_millis(4);

/// How long one of another process is, so that its garbage is collected within the time that is measured.
const FOREIGN_SLICE: Duration = Duration::from_millis(20);

/// How often the other processes are begun anew within a run: the machine code of one differs from the next's.
const FORKS: usize = 3;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Work {
    Encode,
    Decode,
}

/// The result of the work. Only cells of one form are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Form {
    /// Bytes.
    Bytes,
    /// A new value.
    New,
    /// A reused value.
    Reused,
    /// A new value that borrows from the payload.
    Borrowed,
    /// A new value, decoded from the payload of another version.
    Older,
    /// A lower bound: less than the work of any codec.
    Limit,
}

/// One measured way to encode or decode one event.
pub(crate) struct Cell {
    pub(crate) work: Work,
    pub(crate) form: Form,
    /// Whose way.
    pub(crate) row: &'static str,
    pub(crate) event: &'static str,
    pub(crate) runner: Runner,
}

/// What runs a cell.
pub(crate) enum Runner {
    /// This process. The argument is the number of calls.
    Here(Box<dyn FnMut(u64)>),
    /// Another process.
    There(Box<Foreign>),
}

impl Runner {
    /// The time that `count` calls take.
    fn time(&mut self, count: u64) -> Duration {
        match self {
            Self::Here(run) => {
                let started = Instant::now();
                run(count);
                started.elapsed()
            }
            Self::There(foreign) => foreign.time(count),
        }
    }

    fn slice(&self) -> Duration {
        match self {
            Self::Here(_) => SLICE,
            Self::There(_) => FOREIGN_SLICE,
        }
    }
}

/// Nanoseconds of each cell in each round.
pub(crate) struct Measured {
    pub(crate) nanos: Vec<Vec<f64>>,
}

/// Measures all cells, `rounds` times round-robin.
pub(crate) fn measure(cells: &mut [Cell], rounds: usize) -> Measured {
    let mut counts = Vec::new();
    let mut nanos = vec![Vec::with_capacity(rounds); cells.len()];
    for round in 0..rounds {
        if round % rounds.div_ceil(FORKS) == 0 {
            for cell in cells.iter_mut() {
                if let Runner::There(foreign) = &mut cell.runner {
                    foreign.begin();
                }
            }
            counts = cells.iter_mut().map(|cell| calibrate(&mut cell.runner)).collect();
        }
        for ((cell, &count), nanos) in cells.iter_mut().zip(&counts).zip(&mut nanos) {
            // What the cell before left in the caches is not this one's fault.
            cell.runner.time(count / 16 + 1);
            #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
            nanos.push(cell.runner.time(count).as_nanos() as f64 / count as f64);
        }
    }
    Measured { nanos }
}

/// The number of calls that fit into a slice.
fn calibrate(runner: &mut Runner) -> u64 {
    let mut count = 16;
    while runner.time(count) < runner.slice() {
        count *= 2;
    }
    count
}

/// Runs a cell of this process `times` times. A counter of instructions counts this function only.
#[inline(never)]
pub(crate) fn counted(run: &mut dyn FnMut(u64), times: u64) {
    run(times);
    // So that the call is no jump, and its end is the end of this function.
    std::hint::black_box(times);
}

/// The median.
pub(crate) fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() % 2 {
        _ if figures.is_empty() => f64::NAN,
        0 => f64::midpoint(figures[middle - 1], figures[middle]),
        _ => figures[middle],
    }
}
