//! No mutated file makes loading, rendering or generation panic or run without end. `cargo xtask fuzz schema` runs this
//! for longer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use avro_tests::mutations::{Random, mutate};
use avro_tests::reading::write;
use avro_tests::rules::RULES;
use eventgen_schema::Loader;

const FORMATS: [&str; 4] = ["avsc", "avpr", "avdl", "proto"];

/// The valid files of a format, from which mutated ones are made.
fn seeds(format: &str) -> Vec<String> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut texts = Vec::new();
    for folder in ["schemas", "tests/conformance", "tests/avro/idl", "tests/avro/seeds"] {
        collect(&repository.join(folder), format, &mut texts);
    }
    if format == "avsc" {
        texts.extend(RULES.iter().map(|rule| rule.schema.to_owned()));
    }
    texts
}

fn collect(folder: &Path, format: &str, texts: &mut Vec<String>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            collect(&path, format, texts);
        } else if path.extension().is_some_and(|extension| extension == format) {
            texts.extend(fs::read_to_string(&path));
        }
    }
}

/// Does what the command does with a file: loads it, then renders the diagnostics or generates code.
fn run(file: &Path) -> bool {
    match Loader::new().path(file).load() {
        Ok(loaded) => {
            let _ = loaded.warnings.render(true);
            let _ = loaded.schemas();
            let _ = eventgen_codegen::generate(&loaded.contract);
            true
        }
        Err(diagnostics) => {
            assert!(!diagnostics.render(false).is_empty() && !diagnostics.render(true).is_empty());
            false
        }
    }
}

/// Mutates files of a format until `done`. Returns the number of runs and of files that were still valid.
fn fuzz(format: &str, seed: u64, mut done: impl FnMut(u64) -> bool) -> (u64, u64) {
    let texts = seeds(format);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert!(!texts.is_empty(), "no valid {format} files");
    let folder = tempfile::tempdir().expect("a folder");
    // What the files import is there, unchanged.
    let imports = Path::new(env!("CARGO_MANIFEST_DIR")).join("idl/import");
    for import in ["money.avsc", "people.avpr", "places.avdl"] {
        write(&folder.path().join("import").join(import), &fs::read(imports.join(import)).expect("a file"));
    }
    let money = Path::new("common").join("money.proto");
    let payments = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/payments");
    write(&folder.path().join(&money), &fs::read(payments.join(&money)).expect("a file"));
    let file = folder.path().join(format!("input.{format}"));
    let (mut random, mut runs, mut valid) = (Random::new(seed), 0, 0);
    while !done(runs) {
        let bytes = mutate(&texts, &mut random);
        fs::write(&file, &bytes).expect("a file");
        let Ok(is_valid) = catch_unwind(AssertUnwindSafe(|| run(&file))) else {
            let kept = env::temp_dir().join(format!("eventgen-panic-{}.{format}", process::id()));
            fs::write(&kept, &bytes).expect("a file");
            panic!("seed {seed}, run {runs}: see {}", kept.display());
        };
        valid += u64::from(is_valid);
        runs += 1;
        PROGRESS.store(runs, Ordering::Relaxed);
    }
    (runs, valid)
}

/// Finished runs of the test `long`.
static PROGRESS: AtomicU64 = AtomicU64::new(0);

#[test]
fn mutated_files_are_loaded_or_rejected() {
    for format in FORMATS {
        let (runs, valid) = fuzz(format, 1, |runs| runs == 250);
        assert!(runs == 250 && valid > 0, "{valid} of {runs} {format} files were still valid");
    }
}

/// Runs for `EVENTGEN_FUZZ_SECONDS` on the files of `EVENTGEN_FUZZ_FORMAT`.
#[test]
#[ignore = "takes EVENTGEN_FUZZ_SECONDS"]
fn long() {
    let variable = |name: &str| env::var(name).unwrap_or_else(|_| panic!("{name} is not set"));
    let format = variable("EVENTGEN_FUZZ_FORMAT");
    let seconds: u64 = variable("EVENTGEN_FUZZ_SECONDS").parse().expect("a number");
    let seed = env::var("EVENTGEN_FUZZ_SEED")
        .map_or_else(|_| process::id().into(), |seed| seed.parse().expect("a number"));
    // A run that does not end in half a minute has run away.
    thread::spawn(|| {
        let mut last = u64::MAX;
        loop {
            let now = PROGRESS.load(Ordering::Relaxed);
            if now == last {
                eprintln!("run {now} does not end");
                process::abort();
            }
            last = now;
            thread::sleep(Duration::from_secs(30));
        }
    });
    let end = Instant::now() + Duration::from_secs(seconds);
    let (runs, valid) = fuzz(&format, seed, |_| Instant::now() >= end);
    println!(
        ".{format}: {runs} mutated files in {seconds} s (seed {seed}), {valid} of them still valid, no panic"
    );
}
