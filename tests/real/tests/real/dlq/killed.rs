//! Runs that are killed in the middle, at once and again. The long form: `EVENTGEN_DLQ_LETTERS=10000 cargo xtask test --only real`.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::families::Family;
use super::fixture::{Fixture, PATIENCE, sent_back};

/// The number of letters without the variable.
const LETTERS: usize = 1_000;
/// How often a run is killed at most.
const KILLS: u32 = 5;

fn letters() -> usize {
    std::env::var("EVENTGEN_DLQ_LETTERS").ok().and_then(|text| text.parse().ok()).unwrap_or(LETTERS)
}

/// The records that were sent back, by the letter that they are.
fn by_letter(topic: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for record in sent_back(topic) {
        *found.entry(record.header("__dlq.redrive.letter").expect("a header").to_owned()).or_default() += 1;
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn runs_that_are_killed_send_each_letter_once() {
    let fixture = Fixture::new("killed", "").await;
    let count = letters();
    fixture.fill(count);
    let with_group = (0..count).filter(|number| Family::ALL[number % 5].tells_group()).count();
    // So slow that each is killed in the middle, also where counting takes seconds.
    let rate = (with_group / 60).max(20).to_string();
    let (mut sent, mut kills) = (0, 0);
    // On a busy machine, counting takes so long that each run gets far. The last one has something left to do.
    while kills < KILLS && sent < with_group * 2 / 3 {
        kills += 1;
        let mut child = fixture.start(&["redrive", "--yes", "--rate", &rate]);
        let begun = Instant::now();
        let goal = sent + with_group / 20;
        while by_letter(&fixture.topic).len() < goal {
            assert!(begun.elapsed() < PATIENCE, "nothing is sent back");
            assert_eq!(child.try_wait().expect("a state"), None, "the run has ended by itself");
            std::thread::sleep(Duration::from_millis(50));
        }
        // SIGKILL.
        child.kill().expect("killed");
        child.wait().expect("ended");
        let found = by_letter(&fixture.topic);
        println!("kill {kills}: {} of {with_group} letters are sent back", found.len());
        assert!(found.len() < with_group, "the run was killed too late to show anything");
        sent = found.len();
    }
    assert!(kills > 1, "the first run has got too far");
    let run = fixture.run(&["redrive", "--yes"]);
    assert_eq!(run.code, 1, "those without a group stay: {}", run.err);
    let found = by_letter(&fixture.topic);
    assert_eq!(found.len(), with_group, "each is sent back");
    assert!(found.values().all(|times| *times == 1), "and once");

    // The other families, also killed.
    let to = format!("{}.fixed", fixture.topic);
    fixture.create(&to).await;
    let to_other = ["redrive", "--topic", &fixture.letters, "--to", &to, "--yes"];
    let mut child = fixture.start(&[&to_other[..], &["--rate", &rate]].concat());
    let begun = Instant::now();
    while by_letter(&to).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "nothing is sent back");
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().expect("killed");
    child.wait().expect("ended");
    assert_eq!(fixture.run(&to_other).code, 0);
    let rest = by_letter(&to);
    assert_eq!((rest.len(), found.len() + rest.len()), (count - with_group, count));
    assert!(rest.values().all(|times| *times == 1));
    assert_eq!((fixture.count("open"), fixture.count("redriven")), (0, u64::try_from(count).expect("few")));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_second_run_takes_over_and_the_first_one_ends() {
    let fixture = Fixture::new("fenced", "").await;
    fixture.fill(200);
    let mut slow = fixture.start(&["redrive", "--yes", "--rate", "8"]);
    let begun = Instant::now();
    while by_letter(&fixture.topic).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "nothing is sent back");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(fixture.run(&["redrive", "--yes"]).code, 1);
    let ended = slow.wait().expect("it ends");
    assert_eq!(ended.code(), Some(1));
    let found = by_letter(&fixture.topic);
    assert_eq!(found.len(), 120);
    assert!(found.values().all(|times| *times == 1), "two runs at once send nothing twice");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka: cargo xtask test"]
async fn a_run_that_changes_nothing_lets_another_one_go_on() {
    let fixture = Fixture::new("watched", "").await;
    fixture.fill(60);
    let mut slow = fixture.start(&["redrive", "--yes", "--rate", "8"]);
    let begun = Instant::now();
    while by_letter(&fixture.topic).is_empty() {
        assert!(begun.elapsed() < PATIENCE, "nothing is sent back");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(fixture.run(&["redrive", "--dry-run"]).code, 0);
    assert_eq!(fixture.run(&["redrive"]).code, 2, "there is nobody to ask");
    assert_eq!(fixture.run(&["redrive", "--yes", "--group", "nobody"]).code, 0);
    slow.wait().expect("it ends");
    let found = by_letter(&fixture.topic);
    assert_eq!(found.len(), 36, "all with a group");
    assert!(found.values().all(|times| *times == 1));
}
