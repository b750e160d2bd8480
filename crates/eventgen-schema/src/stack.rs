//! Provides stack for the compiler of Protobuf. Without optimisation, as in build scripts, its lexer recurses for each byte of a
//! comment or a string, and a long licence text at the start of a file would overflow the stack.

use std::cell::Cell;
use std::panic::resume_unwind;
use std::thread;

/// The minimum stack in bytes.
const STACK: usize = 8 * 1024 * 1024;
/// Bytes of stack for each byte of the longest token: more than twice the measured use.
const STACK_PER_BYTE: usize = 1024;
/// The maximum stack in bytes: enough for a comment of 1 MiB.
const MOST_STACK: usize = 1024 * 1024 * 1024;

/// The stack in bytes of a thread for many files. Only files with longer tokens need a thread of their own.
const SHARED_STACK: usize = 64 * 1024 * 1024;
/// Bytes of a shared stack that callers between may use.
const CALLERS: usize = 1024 * 1024;

thread_local! {
    /// The stack in bytes that this thread was started with, if it was started here.
    static ROOM: Cell<usize> = const { Cell::new(0) };
}

/// Runs a function with enough stack for the tokens of the texts.
pub(crate) fn with_room_for<'a, R: Send>(
    texts: impl IntoIterator<Item = &'a str>,
    work: impl FnOnce() -> R + Send,
) -> R {
    let longest = texts.into_iter().map(longest_token).max().unwrap_or_default();
    let stack = STACK_PER_BYTE.saturating_mul(longest).saturating_add(STACK).min(MOST_STACK);
    if stack + CALLERS <= ROOM.get() { work() } else { on_a_stack_of(stack, work) }
}

/// Runs a function that works on many files: a thread for each of them would cost more than most files do.
pub(crate) fn with_shared_room<R: Send>(work: impl FnOnce() -> R + Send) -> R {
    if ROOM.get() == 0 { on_a_stack_of(SHARED_STACK, work) } else { work() }
}

fn on_a_stack_of<R: Send>(stack: usize, work: impl FnOnce() -> R + Send) -> R {
    let mut work = Some(work);
    let result = thread::scope(|scope| {
        let started = || {
            ROOM.set(stack);
            work.take().map(|work| work())
        };
        let working = thread::Builder::new().stack_size(stack).spawn_scoped(scope, started).ok()?;
        working.join().unwrap_or_else(|panic| resume_unwind(panic))
    });
    match (result, work) {
        (Some(result), _) => result,
        // The thread cannot be started with so much stack. Most files need less.
        (None, Some(work)) => work(),
        (None, None) => unreachable!("a thread that ran has a result"),
    }
}

/// The length of the longest line or comment: no token is longer.
fn longest_token(text: &str) -> usize {
    let line = text.lines().map(str::len).max().unwrap_or_default();
    let (mut longest, mut rest) = (line, text);
    while let Some(start) = rest.find("/*") {
        let comment = &rest[start..];
        let end = comment.find("*/").map_or(comment.len(), |end| end + 2);
        longest = longest.max(end);
        rest = &comment[end..];
    }
    longest
}
