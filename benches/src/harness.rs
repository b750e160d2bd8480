//! One interleaved run: each round measures every cell once, so that whatever disturbs the machine disturbs all of
//! them, and a ratio is taken within its round.

use std::time::{Duration, Instant};

/// How long a cell is measured in a round.
const SLICE: Duration = Duration::from_millis(4);

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Work {
    Encode,
    Decode,
}

impl Work {
    /// As arguments and tables have it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Encode => "encode",
            Self::Decode => "decode",
        }
    }
}

/// One way to do one thing with one event.
pub(crate) struct Cell {
    pub(crate) work: Work,
    /// Whose way.
    pub(crate) row: &'static str,
    pub(crate) event: &'static str,
    /// Does it so many times.
    pub(crate) run: Box<dyn FnMut(u64)>,
}

/// Nanoseconds of each cell in each round.
pub(crate) struct Measured {
    pub(crate) nanos: Vec<Vec<f64>>,
}

/// Measures all cells, `rounds` times round-robin.
pub(crate) fn measure(cells: &mut [Cell], rounds: usize) -> Measured {
    let counts: Vec<u64> = cells.iter_mut().map(calibrate).collect();
    let mut nanos = vec![Vec::with_capacity(rounds); cells.len()];
    for _ in 0..rounds {
        for ((cell, &count), nanos) in cells.iter_mut().zip(&counts).zip(&mut nanos) {
            // What the cell before left in the caches is not this one's fault.
            (cell.run)(count / 16 + 1);
            let started = Instant::now();
            (cell.run)(count);
            #[expect(clippy::cast_precision_loss, reason = "far below 2⁵²")]
            nanos.push(started.elapsed().as_nanos() as f64 / count as f64);
        }
    }
    Measured { nanos }
}

/// How many times fit into a slice.
fn calibrate(cell: &mut Cell) -> u64 {
    let mut count = 16;
    loop {
        let started = Instant::now();
        (cell.run)(count);
        if started.elapsed() >= SLICE {
            return count;
        }
        count *= 2;
    }
}

/// The middle of some figures.
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
