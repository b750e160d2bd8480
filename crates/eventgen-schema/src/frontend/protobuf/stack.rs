//! Provides stack for the compiler. Without optimisation, as in build scripts, its lexer recurses for each byte of a
//! comment or a string, and a long licence text at the start of a file would overflow the stack.

use std::panic::resume_unwind;
use std::thread;

/// The minimum stack in bytes.
const STACK: usize = 8 * 1024 * 1024;
/// Bytes of stack for each byte of the longest token: more than twice the measured use.
const STACK_PER_BYTE: usize = 1024;
/// The maximum stack in bytes: enough for a comment of 1 MiB.
const MOST_STACK: usize = 1024 * 1024 * 1024;

/// Runs a function with enough stack for the tokens of the texts.
pub(super) fn with_room_for<'a, R: Send>(
    texts: impl IntoIterator<Item = &'a str>,
    work: impl Fn() -> R + Sync,
) -> R {
    let longest = texts.into_iter().map(longest_token).max().unwrap_or_default();
    let stack = STACK_PER_BYTE.saturating_mul(longest).saturating_add(STACK).min(MOST_STACK);
    thread::scope(|scope| match thread::Builder::new().stack_size(stack).spawn_scoped(scope, &work) {
        Ok(working) => working.join().unwrap_or_else(|panic| resume_unwind(panic)),
        // The thread cannot be started with so much stack. Most files need less.
        Err(_) => work(),
    })
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
