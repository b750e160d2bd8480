//! Fixed types (specification 1.12, "Fixed").

use super::{Node, Problem, ProblemKind};

/// The largest size of a fixed: that of the arrays in Java's implementation.
pub const MAX_FIXED_SIZE: u32 = i32::MAX as u32 - 8;

/// The size of a fixed in bytes.
pub(super) fn fixed_size(node: &Node, problems: &mut Vec<Problem>) -> Option<u32> {
    let span = &node.get("size").unwrap_or(node).span;
    let size = node.get("size").and_then(Node::as_number::<u32>);
    match size {
        None => problems.push(
            Problem::new(ProblemKind::InvalidSize, span, "a whole number from 0 is needed")
                .help("add \"size\": 16, say"),
        ),
        Some(size) if size > MAX_FIXED_SIZE => problems.push(
            Problem::new(ProblemKind::FixedTooLarge { size }, span, "this size")
                .help("use bytes for values of this size"),
        ),
        Some(_) => {}
    }
    size
}
