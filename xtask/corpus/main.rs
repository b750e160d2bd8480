//! Round-trips random values of every type of the corpus between generated code and apache-avro. Prints one line per type.

#[path = "SUPPORT"]
#[allow(dead_code, reason = "not all of what the tests share")]
mod support;
mod types;

use std::fmt::{Debug, Display};
use std::io::Write as _;
use std::panic::catch_unwind;
use std::sync::mpsc::channel;
use std::time::Duration;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use eventgen::avro::{Decode, Encode};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use support::Avro;

const CASES: u32 = 16;
/// How long the values of one type may take: far more than any takes.
const LIMIT: Duration = Duration::from_secs(120);

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    types::all();
}

/// Prints `file`, `name`, and `ok` or what is wrong, with tabs between.
fn check<T>(file: &str, name: &str, schema: &'static str)
where
    T: Encode + for<'a> Decode<'a> + PartialEq + Debug,
{
    let (sender, outcome) = channel();
    let run = move || {
        let outcome = catch_unwind(|| both_ways::<T>(schema)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panic: {}", text.unwrap_or_default()))
        });
        drop(sender.send(outcome));
    };
    // Values of recursive types need more stack than a thread has by default. A thread that does not end is abandoned.
    std::thread::Builder::new().stack_size(256 << 20).spawn(run).expect("a thread");
    let outcome = outcome.recv_timeout(LIMIT).unwrap_or_else(|_| Err(format!("no end in {LIMIT:?}")));
    let outcome = outcome.map_or_else(|why| why.replace(['\n', '\t'], " "), |()| "ok".to_owned());
    let mut out = std::io::stdout().lock();
    writeln!(out, "{file}\t{name}\t{outcome}").and_then(|()| out.flush()).expect("standard output");
}

fn both_ways<T>(schema: &str) -> Result<(), String>
where
    T: Encode + for<'a> Decode<'a> + PartialEq + Debug,
{
    let avro = Avro { schema: Schema::parse_str(schema).map_err(|error| format!("apache-avro: {error}"))? };
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&avro.values(false), |value| {
        fn fail<E: Display>(error: E) -> TestCaseError {
            TestCaseError::fail(error.to_string())
        }
        let theirs = avro.write(&value);
        let ours: T = eventgen::avro::read(&theirs).map_err(fail)?;
        let mut written = Vec::new();
        eventgen::avro::write(&ours, &mut written).map_err(fail)?;
        let reader = GenericDatumReader::builder(&avro.schema).build().map_err(fail)?;
        let mut rest = &written[..];
        let read = reader.read_value(&mut rest).map_err(fail)?;
        if !rest.is_empty() {
            return Err(TestCaseError::fail("bytes left over"));
        }
        if read != value {
            return Err(TestCaseError::fail(format!("{value:?} became {read:?}")));
        }
        let again: T = eventgen::avro::read(&written).map_err(fail)?;
        if again == ours { Ok(()) } else { Err(TestCaseError::fail("reading again gave another value")) }
    });
    outcome.map_err(|error| error.to_string())
}
