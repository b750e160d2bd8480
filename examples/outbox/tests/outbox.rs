//! The example runs to its end: what was rolled back is not on the topic, and what is published twice is shipped once.

use std::process::Command;

#[test]
#[ignore = "needs PostgreSQL"]
fn only_what_was_committed_is_published_and_shipped_once() {
    let output = Command::new(env!("CARGO_BIN_EXE_outbox")).output().expect("the example starts");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let expected = [
        "order 1 of ada: placed",
        "order 2 of grace: placed",
        "order 3 of ada: not enough in stock",
        "order 4 of ada: placed",
        "3 records on the topic, 10 pieces shipped",
        "6 records on the topic, 10 pieces shipped",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
}
