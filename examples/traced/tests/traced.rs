//! The program prints one trace from the request to the payment.

use std::process::Command;

/// A span that was printed.
struct Span {
    trace: String,
    id: String,
    parent: String,
    name: String,
}

fn span(line: &str) -> Span {
    let (ids, name) = line.split_once(": ").expect("a name");
    let ids: Vec<&str> = ids.split(' ').collect();
    let id = |index: usize| ids[index].to_owned();
    Span { trace: id(1), id: id(3), parent: id(5), name: name.to_owned() }
}

#[test]
fn the_order_its_handling_and_the_payment_are_one_trace() {
    let output = Command::new(env!("CARGO_BIN_EXE_traced")).output().expect("the program starts");
    let printed = String::from_utf8(output.stdout).expect("text");
    assert!(output.status.success(), "{printed}{}", String::from_utf8_lossy(&output.stderr));
    let spans: Vec<Span> = printed.lines().map(span).collect();
    let find = |name: &str| spans.iter().find(|span| span.name == name).expect(name);

    let request = find("check out");
    let chain = ["send shop.orders.v1", "process shop.orders.v1", "send shop.payments.v1"].map(find);
    assert!(chain.iter().all(|span| span.trace == request.trace), "{printed}");
    assert_eq!(chain[0].parent, request.id);
    assert_eq!(chain[1].parent, chain[0].id);
    assert_eq!(chain[2].parent, chain[1].id);
    // What fetches is not part of the trace of one record.
    assert_ne!(find("receive shop.orders.v1").trace, request.trace);
}
