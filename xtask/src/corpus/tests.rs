//! Files that end their processes: each is named, and the others go on.

use std::fs;
use std::hint::black_box;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::bounded::Limits;
use super::case::State;
use super::read;
use super::worker::{Step, Workers, work};
use crate::error::Failure;

/// The environment variables of a worker that is this test program.
const STEP: &str = "CORPUS_STEP";
const FILES: &str = "CORPUS_FILES";

/// A worker that is this test program, with the test `worker` alone.
fn command(step: Step, files: &[PathBuf]) -> Result<Command, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["corpus::tests::worker", "--exact", "--nocapture", "--test-threads=1"]);
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    command.env(STEP, format!("{step:?}")).env(FILES, files.join("\n")).stderr(Stdio::null());
    Ok(command)
}

/// Not a test: the process that other tests start, which exceeds its limits on planted files.
#[test]
fn worker() {
    let (Ok(step), Ok(files)) = (std::env::var(STEP), std::env::var(FILES)) else { return };
    let files: Vec<PathBuf> = files.lines().map(PathBuf::from).collect();
    let step = if step == "Outline" { Step::Outline } else { Step::Generate };
    let file = files[0].file_name().expect("a name").to_string_lossy().into_owned();
    match (step, file.as_str()) {
        (Step::Outline, "loops-early.avsc") | (Step::Generate, "loops.avsc") => loop {
            std::thread::sleep(Duration::from_millis(10));
        },
        (Step::Generate, "allocates.avsc") => allocate(),
        (Step::Generate, "overflows.avsc") => drop(black_box(overflow(0))),
        _ => println!("\n{}", work(step, &files).expect("an answer")),
    }
}

fn allocate() {
    let mut kept: Vec<Vec<u8>> = Vec::new();
    loop {
        kept.push(black_box(vec![1; 1 << 24]));
    }
}

#[allow(unconditional_recursion, reason = "the planted fault")]
fn overflow(depth: u64) -> u64 {
    let frame = black_box([depth; 128]);
    overflow(depth + 1) + frame[0]
}

#[test]
fn a_file_that_ends_its_process_is_named_and_the_others_go_on() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let names = ["allocates", "good", "last", "loops", "loops-early", "overflows", "refused"];
    for name in names {
        let record = name.replace('-', "_");
        let text = format!(
            r#"{{ "type": "record", "name": "{record}", "fields": [{{ "name": "id", "type": "string" }}] }}"#
        );
        let text = if name == "refused" { "{".to_owned() } else { text };
        fs::write(folder.path().join(name).with_extension("avsc"), text).expect("a file");
    }
    let limits = Limits { time: Duration::from_secs(10), memory: 1024 };
    let cases = read(folder.path(), &Workers { command, limits }).expect("the processes start");
    let state = |name: &str| {
        let case = cases.iter().find(|case| case.path.file_stem().is_some_and(|stem| stem == name));
        &case.expect("a case").state
    };
    for (name, how) in [
        ("allocates", "crashed: signal"),
        ("loops", "no end in 10 s"),
        ("loops-early", "no end in 10 s"),
        ("overflows", "crashed: signal"),
    ] {
        let State::Ended(why) = state(name) else { panic!("{name} did not end its process") };
        assert!(why.contains(how), "{name}: {why}");
    }
    assert!(matches!(state("good"), State::Done) && matches!(state("last"), State::Done));
    assert!(matches!(state("refused"), State::Refused(_)));
    let report = super::report::report(folder.path(), &cases);
    assert!(!report.is_fine);
    assert!(report.summary.contains("loops.avsc: ended its process: no end in 10 s"), "{}", report.summary);
}
