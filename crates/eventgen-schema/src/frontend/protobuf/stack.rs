//! Room for the compiler: built without optimisation, as build scripts are, its lexer calls itself for each byte of a
//! comment or a text, and a long licence at the head of a file would end the process.

use std::panic::resume_unwind;
use std::thread;

/// The stack that compiling takes, whatever the files.
const STACK: usize = 8 * 1024 * 1024;
/// Bytes of stack for each byte of the longest token: more than twice what was seen to be taken.
const STACK_PER_BYTE: usize = 1024;
/// The most stack that is asked for: enough for a comment of a mebibyte.
const MOST_STACK: usize = 1024 * 1024 * 1024;

/// Does work on texts with as much stack as their tokens may take.
pub(super) fn with_room_for<'a, R: Send>(
    texts: impl IntoIterator<Item = &'a str>,
    work: impl Fn() -> R + Sync,
) -> R {
    let longest = texts.into_iter().map(longest_token).max().unwrap_or_default();
    let stack = STACK_PER_BYTE.saturating_mul(longest).saturating_add(STACK).min(MOST_STACK);
    thread::scope(|scope| match thread::Builder::new().stack_size(stack).spawn_scoped(scope, &work) {
        Ok(working) => working.join().unwrap_or_else(|panic| resume_unwind(panic)),
        // So much stack is not to be had here; most files do without.
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
