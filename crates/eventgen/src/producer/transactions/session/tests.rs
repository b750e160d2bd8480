//! Every class of error at every call, without a broker.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Calls, NotBegun, NotCommitted, Session};
use crate::kafka::{FailedRecords, FailureClass, TransactionFailure};

use FailureClass::{Abortable, Fatal, Fenced, Retriable};

/// Producers that answer by a script and note their calls.
#[derive(Default)]
struct Script {
    /// The calls and their answers; what is not scripted succeeds.
    answers: Mutex<VecDeque<(&'static str, FailureClass)>>,
    /// The number of the producer, and the call.
    calls: Mutex<Vec<(usize, &'static str)>>,
    made: Mutex<usize>,
    /// What librdkafka says of the open transaction.
    failure: Mutex<Option<FailureClass>>,
    failed_records: Mutex<FailedRecords>,
    has_failed_record: Mutex<bool>,
    /// Whether no record of a transaction is acknowledged.
    is_silent: Mutex<bool>,
}

struct Scripted {
    number: usize,
    script: Arc<Script>,
}

impl Scripted {
    fn call(&self, name: &'static str) -> Result<(), TransactionFailure> {
        self.script.calls.lock().expect("no panic").push((self.number, name));
        let mut answers = self.script.answers.lock().expect("no panic");
        match answers.front() {
            Some((call, class)) if *call == name => {
                let class = *class;
                answers.pop_front();
                Err(TransactionFailure { class, is_removal: false, reason: format!("{name}: {class:?}") })
            }
            _ => Ok(()),
        }
    }
}

impl Calls for Scripted {
    fn init(&self, _: &dyn Fn() -> bool) -> Result<(), TransactionFailure> {
        self.call("init")
    }

    fn begin(&self) -> Result<(), TransactionFailure> {
        self.call("begin")
    }

    fn commit(&self) -> Result<(), TransactionFailure> {
        self.call("commit")
    }

    fn is_known_to_coordinator(&self) -> bool {
        !*self.script.is_silent.lock().expect("no panic")
    }

    fn abort(&self) -> Result<(), TransactionFailure> {
        self.call("abort")
    }

    fn failure(&self) -> Option<TransactionFailure> {
        let class = self.script.failure.lock().expect("no panic").take()?;
        Some(TransactionFailure { class, is_removal: false, reason: format!("failed: {class:?}") })
    }

    fn failed_records(&self) -> FailedRecords {
        std::mem::take(&mut *self.script.failed_records.lock().expect("no panic"))
    }

    fn has_failed_record(&self) -> bool {
        *self.script.has_failed_record.lock().expect("no panic")
    }
}

/// A session whose producers answer by a script, and are given up soon.
fn session(answers: &[(&'static str, FailureClass)]) -> (Session<Scripted>, Arc<Script>) {
    let script =
        Arc::new(Script { answers: Mutex::new(answers.iter().copied().collect()), ..Script::default() });
    let shared = Arc::clone(&script);
    let make = move || {
        let mut count = shared.made.lock().expect("no panic");
        *count += 1;
        Ok(Scripted { number: *count, script: Arc::clone(&shared) })
    };
    (Session::new("orders-0".to_owned(), Duration::from_millis(200), Box::new(make)), script)
}

fn calls(script: &Script) -> Vec<(usize, &'static str)> {
    std::mem::take(&mut *script.calls.lock().expect("no panic"))
}

/// The outcome of a transaction that begins and commits, and the calls of it and of the next one.
fn committed(
    answers: &[(&'static str, FailureClass)],
) -> (Result<(), NotCommitted>, Vec<(usize, &'static str)>) {
    let (mut session, script) = session(answers);
    session.begin().expect("begun");
    calls(&script);
    let outcome = session.commit();
    if session.begin().is_ok() {
        session.abort();
    }
    (outcome, calls(&script))
}

#[test]
fn one_producer_commits_many_transactions() {
    let (outcome, calls) = committed(&[]);
    assert_eq!(outcome, Ok(()));
    assert_eq!(calls, [(1, "commit"), (1, "begin"), (1, "abort")]);
}

#[test]
fn a_producer_whose_commit_was_repeated_is_replaced() {
    let (outcome, calls) = committed(&[("commit", Retriable)]);
    assert_eq!(outcome, Ok(()));
    assert_eq!(calls, [(1, "commit"), (1, "commit"), (2, "init"), (2, "begin"), (2, "abort")]);
}

#[test]
fn a_commit_that_is_never_answered_is_unresolved_and_its_producer_replaced() {
    let (outcome, calls) = committed(&[("commit", Retriable); 50]);
    assert!(matches!(outcome, Err(NotCommitted::Unresolved(_))), "{outcome:?}");
    assert_eq!(calls[calls.len() - 3..], [(2, "init"), (2, "begin"), (2, "abort")]);
    assert!(calls.iter().all(|call| *call != (1, "abort")), "an abort would end what may be committed");
}

#[test]
fn an_abortable_error_aborts_and_keeps_the_producer() {
    let (outcome, calls) = committed(&[("commit", Abortable)]);
    assert_eq!(outcome, Err(NotCommitted::Aborted("commit: Abortable".to_owned())));
    assert_eq!(calls, [(1, "commit"), (1, "abort"), (1, "begin"), (1, "abort")]);
}

#[test]
fn an_abortable_error_after_a_repeated_commit_is_unresolved() {
    let (outcome, calls) = committed(&[("commit", Retriable), ("commit", Abortable)]);
    assert!(matches!(outcome, Err(NotCommitted::Unresolved(_))), "{outcome:?}");
    assert_eq!(calls[2..], [(2, "init"), (2, "begin"), (2, "abort")]);
}

#[test]
fn a_commit_that_is_refused_and_not_aborted_is_unresolved() {
    let (outcome, calls) = committed(&[("commit", Abortable), ("abort", Fatal)]);
    assert!(matches!(outcome, Err(NotCommitted::Unresolved(_))), "{outcome:?}");
    assert_eq!(calls[2..], [(2, "init"), (2, "begin"), (2, "abort")]);
}

#[test]
fn a_transaction_with_failed_records_was_not_committed_however_its_abort_ends() {
    let (mut session, script) = session(&[("commit", Abortable), ("abort", Fatal)]);
    session.begin().expect("begun");
    *script.failed_records.lock().expect("no panic") =
        FailedRecords { count: 1, cause: Some("a record was not written".to_owned()) };
    assert_eq!(session.commit(), Err(NotCommitted::Aborted("a record was not written".to_owned())));
}

#[test]
fn a_producer_of_which_a_record_was_not_written_is_replaced() {
    // librdkafka skips the sequence number of that record, and the broker refuses the next one.
    for commits in [true, false] {
        let (mut session, script) = session(&[("commit", Abortable)]);
        session.begin().expect("begun");
        *script.failed_records.lock().expect("no panic") =
            FailedRecords { count: 1, cause: Some("a record was not written".to_owned()) };
        *script.has_failed_record.lock().expect("no panic") = true;
        if commits {
            assert_eq!(session.commit(), Err(NotCommitted::Aborted("a record was not written".to_owned())));
        } else {
            assert!(session.abort(), "nothing of it is left");
        }
        calls(&script);
        session.begin().expect("begun");
        assert_eq!(calls(&script), [(2, "init"), (2, "begin")], "{commits}");
    }
}

#[test]
fn a_producer_that_nobody_waits_for_is_not_made_ready() {
    let (mut session, script) = session(&[]);
    session.only_while(|| false);
    assert!(matches!(session.begin(), Err(NotBegun::Failed(_))));
    assert!(matches!(session.prepare(Duration::from_secs(60)), Err(NotBegun::Failed(_))));
    assert!(calls(&script).is_empty());
    session.only_while(|| true);
    session.begin().expect("begun");
}

#[test]
fn fatal_and_unclassified_errors_of_a_commit_are_unresolved() {
    let (outcome, calls) = committed(&[("commit", Fatal)]);
    assert!(matches!(outcome, Err(NotCommitted::Unresolved(_))), "{outcome:?}");
    assert_eq!(calls[1..], [(2, "init"), (2, "begin"), (2, "abort")]);
}

#[test]
fn a_fenced_producer_does_not_take_its_id_back() {
    let (outcome, calls) = committed(&[("commit", Fenced)]);
    assert_eq!(outcome, Err(NotCommitted::Fenced("commit: Fenced".to_owned())));
    assert_eq!(calls, [(1, "commit")]);
    let (mut session, script) = session(&[("begin", Fenced)]);
    assert!(matches!(session.begin(), Err(NotBegun::Fenced(_))));
    assert!(matches!(session.begin(), Err(NotBegun::Fenced(_))));
    assert_eq!(calls_of(&script), ["init", "begin"]);
}

#[test]
fn a_transaction_that_the_coordinator_has_timed_out_does_not_end_its_session() {
    for end in ["commit", "abort"] {
        let (mut session, script) = session(&[(end, Fenced)]);
        session.begin().expect("begun");
        std::thread::sleep(Duration::from_millis(220));
        if end == "commit" {
            let outcome = session.commit();
            assert!(matches!(outcome, Err(NotCommitted::Aborted(_))), "{outcome:?}");
        } else {
            assert!(!session.abort());
        }
        session.begin().expect("begun");
        assert_eq!(calls(&script)[3..], [(2, "init"), (2, "begin")], "{end}");
    }
}

#[test]
fn a_producer_that_is_fenced_after_a_repeated_commit_leaves_it_unresolved() {
    let (outcome, _) = committed(&[("commit", Retriable), ("commit", Fenced)]);
    assert!(matches!(outcome, Err(NotCommitted::Unresolved(_))), "{outcome:?}");
}

#[test]
fn an_abort_that_fails_replaces_the_producer() {
    for class in [Abortable, Fatal] {
        let (mut session, script) = session(&[("abort", class)]);
        session.begin().expect("begun");
        assert!(!session.abort());
        session.begin().expect("begun");
        assert_eq!(calls(&script)[3..], [(2, "init"), (2, "begin")], "{class:?}");
    }
}

#[test]
fn an_abort_that_may_not_have_reached_the_coordinator_replaces_the_producer() {
    let (mut session, script) = session(&[]);
    *script.is_silent.lock().expect("no panic") = true;
    session.begin().expect("begun");
    assert!(!session.abort());
    session.begin().expect("begun");
    assert_eq!(calls(&script)[3..], [(2, "init"), (2, "begin")]);
}

#[test]
fn an_abort_that_was_repeated_replaces_the_producer() {
    let (mut session, script) = session(&[("abort", Retriable)]);
    session.begin().expect("begun");
    assert!(!session.abort());
    session.begin().expect("begun");
    assert_eq!(calls(&script)[4..], [(2, "init"), (2, "begin")]);
}

#[test]
fn a_producer_that_has_failed_meanwhile_is_replaced_before_the_next_transaction() {
    let (mut session, script) = session(&[("begin", Fatal)]);
    session.begin().expect("begun");
    assert_eq!(calls(&script), [(1, "init"), (1, "begin"), (2, "init"), (2, "begin")]);
}

#[test]
fn a_producer_is_made_again_if_its_id_could_not_be_initialised() {
    let (mut session, script) = session(&[("init", Fatal)]);
    assert!(matches!(session.begin(), Err(NotBegun::Failed(_))));
    session.begin().expect("begun");
    assert_eq!(calls(&script), [(1, "init"), (2, "init"), (2, "begin")]);
}

/// What adding to a transaction leads to, and the calls from then on.
fn added(class: FailureClass) -> (Result<(), NotCommitted>, Vec<(usize, &'static str)>) {
    let (mut session, script) = session(&[("offsets", class)]);
    session.begin().expect("begun");
    calls(&script);
    let outcome = session.add(|producer| producer.call("offsets"));
    if session.begin().is_ok() {
        session.abort();
    }
    (outcome, calls(&script))
}

#[test]
fn offsets_that_are_refused_abort_the_transaction() {
    let (outcome, calls) = added(Abortable);
    assert_eq!(outcome, Err(NotCommitted::Aborted("offsets: Abortable".to_owned())));
    assert_eq!(calls, [(1, "offsets"), (1, "abort"), (1, "begin"), (1, "abort")]);
}

#[test]
fn offsets_are_added_again_while_that_may_succeed() {
    let (outcome, calls) = added(Retriable);
    assert_eq!(outcome, Ok(()));
    assert_eq!(calls[..2], [(1, "offsets"), (1, "offsets")]);
}

#[test]
fn a_transaction_without_a_commit_is_not_committed_also_if_its_producer_is_of_no_use() {
    let (outcome, calls) = added(Fatal);
    assert_eq!(outcome, Err(NotCommitted::Aborted("offsets: Fatal".to_owned())));
    assert_eq!(calls, [(1, "offsets"), (2, "init"), (2, "begin"), (2, "abort")]);
}

#[test]
fn a_producer_that_is_fenced_when_it_adds_offsets_does_not_take_its_id_back() {
    let (outcome, calls) = added(Fenced);
    assert_eq!(outcome, Err(NotCommitted::Fenced("offsets: Fenced".to_owned())));
    assert_eq!(calls, [(1, "offsets")]);
    let (mut session, script) = session(&[("begin", Fenced)]);
    assert!(matches!(session.begin(), Err(NotBegun::Fenced(_))));
    assert!(matches!(session.prepare(Duration::from_secs(1)), Err(NotBegun::Fenced(_))));
    assert_eq!(calls_of(&script), ["init", "begin"]);
}

fn calls_of(script: &Script) -> Vec<&'static str> {
    calls(script).into_iter().map(|(_, call)| call).collect()
}

#[test]
fn a_transaction_that_had_failed_before_it_is_abandoned_says_why() {
    let cases = [
        (None, None, vec![(1, "abort"), (1, "begin")]),
        (
            Some(Abortable),
            Some(NotCommitted::Aborted("failed: Abortable".to_owned())),
            vec![(1, "abort"), (1, "begin")],
        ),
        (
            Some(Fatal),
            Some(NotCommitted::Aborted("failed: Fatal".to_owned())),
            vec![(2, "init"), (2, "begin")],
        ),
        (Some(Fenced), Some(NotCommitted::Fenced("failed: Fenced".to_owned())), vec![]),
    ];
    for (failure, why, expected) in cases {
        let (mut session, script) = session(&[]);
        session.begin().expect("begun");
        calls(&script);
        *script.failure.lock().expect("no panic") = failure;
        assert_eq!(session.abandon(), why);
        assert_eq!(session.begin().is_ok(), failure != Some(Fenced));
        assert_eq!(calls(&script), expected, "{failure:?}");
    }
}

#[test]
fn records_that_an_abort_discards_are_not_its_cause() {
    let (mut session, script) = session(&[("offsets", Abortable), ("commit", Abortable)]);
    session.begin().expect("begun");
    *script.failed_records.lock().expect("no panic") = FailedRecords { count: 7, cause: None };
    let added = session.add(|producer| producer.call("offsets"));
    assert_eq!(added, Err(NotCommitted::Aborted("offsets: Abortable".to_owned())));
    session.begin().expect("begun");
    *script.failed_records.lock().expect("no panic") = FailedRecords { count: 7, cause: None };
    assert_eq!(session.commit(), Err(NotCommitted::Aborted("commit: Abortable".to_owned())));
}

#[test]
fn offsets_that_come_after_an_error_name_that_error() {
    let (mut session, script) = session(&[("offsets", Fatal)]);
    session.begin().expect("begun");
    *script.failure.lock().expect("no panic") = Some(Abortable);
    let added = session.add(|producer| producer.call("offsets"));
    assert_eq!(added, Err(NotCommitted::Aborted("failed: Abortable".to_owned())));
    calls(&script);
    session.begin().expect("begun");
    assert_eq!(calls(&script), [(1, "begin")], "the producer is as good as before");
}
