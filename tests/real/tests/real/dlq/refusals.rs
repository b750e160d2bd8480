//! What the command says when something is missing.

use super::fixture::{Fixture, sent_back};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn what_is_missing_is_named_with_what_to_do() {
    let fixture = Fixture::new("missing", "").await;
    fixture.fill(5);
    let run = fixture.run(&["list", "--topic", "dlq.there-is-none"]);
    assert!(run.code == 1 && run.err.contains("topic `dlq.there-is-none` does not exist"), "{}", run.err);
    let run = fixture.run(&["redrive", "--topic", &fixture.letters, "--to", "dlq.there-is-none", "--yes"]);
    assert!(run.code == 1 && run.err.contains("topic `dlq.there-is-none` does not exist"), "{}", run.err);
    let run = fixture.run(&["redrive"]);
    assert!(run.code == 2 && run.err.contains("pass --yes"), "{}", run.err);
    let run = fixture.run(&["discard", "--reason", "  "]);
    assert!(run.code == 2 && run.err.contains("say why"), "{}", run.err);
    let run = fixture.run(&["show", "--offset", "three"]);
    assert!(run.code == 2 && run.err.contains("3:17"), "{}", run.err);
    let run = fixture.run(&["list", "--bootstrap-servers", "127.0.0.1:1"]);
    assert!(run.code == 6 && run.err.contains("no broker of `127.0.0.1:1` answered"), "{}", run.err);
    assert_eq!(sent_back(&fixture.topic).len(), 0);
    assert_eq!(fixture.count("open"), 5);
    let other = Fixture::new("nothing", r#", "deadLetter": false"#).await;
    let run = other.run(&["list"]);
    assert!(run.code == 2 && run.err.contains("pass --topic"), "{}", run.err);
}
