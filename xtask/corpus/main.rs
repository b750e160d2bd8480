//! Round-trips random values of the types of one file between generated code and apache-avro. Prints one line per type.

#[path = "SUPPORT"]
#[allow(dead_code, reason = "not all of what the tests share")]
mod support;
mod types;

use std::fmt::{Debug, Display};
use std::io::Write as _;
use std::panic::catch_unwind;

use apache_avro::Schema;
use apache_avro::reader::datum::GenericDatumReader;
use eventgen::avro::{Decode, Encode};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use support::Avro;

const CASES: u32 = 16;

/// Checks the types of the file that is named. The caller bounds time and memory.
fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    if let Some(file) = std::env::args().nth(1) {
        types::of(&file);
    }
}

/// Prints `name`, and `ok` or what is wrong, with a tab between.
fn check<T>(name: &str, schema: &'static str)
where
    T: Encode + for<'a> Decode<'a> + PartialEq + Debug,
{
    let run = move || {
        catch_unwind(|| both_ways::<T>(schema)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("panic: {}", text.unwrap_or_default()))
        })
    };
    // Values of recursive types need more stack than a thread has by default.
    let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(run).expect("a thread");
    let outcome = thread.join().unwrap_or_else(|_| Err("panic".to_owned()));
    let outcome = outcome.map_or_else(|why| why.replace(['\n', '\t'], " "), |()| "ok".to_owned());
    let mut out = std::io::stdout().lock();
    writeln!(out, "{name}\t{outcome}").and_then(|()| out.flush()).expect("standard output");
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
