//! The generated rules with shorter times.
//!
//! The rules are those that a user gets. Only their times are divided by [`FACTOR`], all of them: windows, steps, `for`,
//! `keep_firing_for`, intervals, and the numbers of seconds in expressions. A minute of the rules is a second of the test.

use std::path::Path;
use std::time::Duration;

use eventgen_artifacts::{Exporter, Settings, prometheus};
use eventgen_schema::{Contract, Loader};

/// By how much times are shorter.
pub(crate) const FACTOR: u32 = 60;

/// Times of which the rules of every exporter have some. A rule whose times are written otherwise would keep them.
const KNOWN: [&str; 9] = [
    "interval: 30s",
    "for: 1m",
    "for: 5m",
    "for: 15m",
    "keep_firing_for: 1h",
    "[5m]",
    "[10m]",
    "[30m]",
    "[15m]",
];

/// Numbers of seconds in expressions, as they are and divided: the limit of the contract, and the window of falling behind.
const NUMBERS: [(&str, &str); 3] = [("> 600", "> 10"), ("/ 600", "/ 10"), ("* 1800", "* 30")];

/// The contract of the service.
pub(crate) fn contract() -> Contract {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    Loader::new().path(schemas).load().expect("a contract").contract
}

/// The rules for an exporter.
pub(crate) fn shortened(exporter: Exporter) -> String {
    let rules = prometheus::rules(&contract(), &Settings::new(exporter)).expect("rules").text;
    for known in KNOWN {
        assert!(rules.contains(known), "no `{known}` in the rules of {exporter:?}");
    }
    let mut rules = divide_durations(&rules);
    for (number, divided) in NUMBERS {
        assert!(rules.contains(number), "no `{number}` in the rules of {exporter:?}");
        rules = rules.replace(number, divided);
    }
    rules
}

/// Divides each word that is a duration of Prometheus, such as `5d14h`.
pub(crate) fn divide_durations(text: &str) -> String {
    let mut divided = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|char: char| char.is_ascii_alphanumeric()) {
        let (before, from) = rest.split_at(start);
        let (word, after) =
            from.split_at(from.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(from.len()));
        divided.push_str(before);
        match duration(word) {
            Some(duration) => {
                divided.push_str(&(duration / FACTOR).as_millis().to_string());
                divided.push_str("ms");
            }
            None => divided.push_str(word),
        }
        rest = after;
    }
    divided + rest
}

/// A duration in the notation of Prometheus.
fn duration(word: &str) -> Option<Duration> {
    let mut sum = Duration::ZERO;
    let mut rest = word;
    while !rest.is_empty() {
        let (number, unit) = rest.split_at(rest.find(|char: char| !char.is_ascii_digit())?);
        let seconds = match unit.chars().next()? {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            _ => return None,
        };
        sum += Duration::from_secs(number.parse::<u64>().ok()? * seconds);
        rest = &unit[1..];
    }
    (!sum.is_zero()).then_some(sum)
}

#[test]
fn all_times_are_divided_and_nothing_else_is() {
    let text = "for: 1h\n expr: x{a=\"v1\"}[1h:30s] offset 5d14h24m > 600 and y1m 0 # 10 minutes\n";
    let expected =
        "for: 60000ms\n expr: x{a=\"v1\"}[60000ms:500ms] offset 8064000ms > 600 and y1m 0 # 10 minutes\n";
    assert_eq!(divide_durations(text), expected);
}
