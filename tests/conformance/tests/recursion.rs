//! Recursive types are decoded to the documented depth and rejected beyond it, whatever the size of the stack.

use conformance_tests::features::recursion::feature::recursion::{
    Chain, Endless, Expression, ExpressionNode, Sum, Tree, Wide,
};
use eventgen::avro::{Decode, DecodeErrorKind, Encode, MAX_DEPTH, read, write};

fn bytes<T: Encode>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(value, &mut bytes).expect("a value of the schema");
    bytes
}

/// The depth at which reading was refused.
fn depth<T: for<'a> Decode<'a>>(bytes: &[u8]) -> Option<usize> {
    match read::<T>(bytes).err()?.kind() {
        DecodeErrorKind::TooDeep { limit } => Some(*limit),
        _ => None,
    }
}

fn expression(levels: usize) -> Expression {
    let leaf = || Expression { node: ExpressionNode::Double(1.5) };
    // A sum and the expression around it are a level each.
    (1..levels / 2).fold(leaf(), |left, _| Expression {
        node: ExpressionNode::Sum(Box::new(Sum { left, right: leaf() })),
    })
}

#[test]
fn nested_values_decode_up_to_the_limit() {
    let deepest = expression(MAX_DEPTH);
    assert_eq!(read(&bytes(&deepest)), Ok(deepest));
    let deeper = bytes(&expression(MAX_DEPTH + 2));
    assert_eq!(depth::<Expression>(&deeper), Some(MAX_DEPTH));
}

#[test]
fn siblings_do_not_count_as_nesting() {
    let child = || Tree {
        value: 1,
        left: None,
        right: None,
        children: vec![],
        by_name: [].into(),
        either: None,
        lists: vec![],
        chain: None,
        expression: expression(4),
    };
    let tree = Tree { children: (0..10 * MAX_DEPTH).map(|_| child()).collect(), ..child() };
    assert_eq!(read(&bytes(&tree)), Ok(tree));
}

#[test]
fn a_million_levels_do_not_exhaust_the_stack() {
    // Through an array, a union and a nullable: one item, or the branch that leads on, again and again.
    let array = [6, 2].repeat(1_000_000);
    assert!(depth::<Expression>(&array).is_some());
    let sum = [4].repeat(1_000_000);
    assert!(depth::<Expression>(&sum).is_some());
    let next = [0, 2].repeat(1_000_000);
    assert!(depth::<Chain>(&next).is_some());
    assert!(depth::<Endless>(&[]).is_some());
}

#[test]
fn a_wide_record_fits_a_small_stack() {
    // 100 empty strings, 50 timestamps, 50 decimals of one byte, and on to the next.
    let mut level = vec![0; 150];
    level.extend([2, 7].repeat(50));
    level.push(2);
    // What tokio's and Rust's threads have, and half of it.
    let deep = move || depth::<Wide>(&level.repeat(10_000));
    let thread = std::thread::Builder::new().stack_size(1024 * 1024);
    let outcome = thread.spawn(deep).expect("a thread").join().expect("no panic");
    // As many levels as the stack allows, which unoptimised code uses up before the limit.
    assert!(matches!(outcome, Some(8..=MAX_DEPTH)), "{outcome:?}");
}
