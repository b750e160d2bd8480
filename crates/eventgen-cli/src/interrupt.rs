//! A signal ends a run that changes something behind the change that is under way, so that what was done can be said. A second
//! one ends the process at once.

use std::ops::ControlFlow;
use std::process;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crate::signal::Signals;

/// What a shell reports of a program that Ctrl-C has ended.
const ENDED_BY_SIGNAL: i32 = 130;

/// Whether the command was interrupted.
#[derive(Clone, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. Where that is not possible, a signal ends the process.
    pub(crate) fn listen() -> Self {
        let interrupt = Self::default();
        let noted = interrupt.clone();
        let listen = move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
                return;
            };
            runtime.block_on(async {
                let Ok(mut signals) = Signals::new() else { return };
                signals.received().await;
                noted.0.store(true, Ordering::Relaxed);
                signals.received().await;
                process::exit(ENDED_BY_SIGNAL);
            });
        };
        // Nobody waits for the thread: it ends with the process.
        let _ = thread::Builder::new().name("interrupts".to_owned()).spawn(listen);
        interrupt
    }

    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0
    }

    pub(crate) fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn flow(&self) -> ControlFlow<()> {
        if self.is_set() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}
