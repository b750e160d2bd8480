//! The embedded registry answers as Confluent's, and as a registry that is not ours (Apicurio) but for differences that are
//! on purpose.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use eventgen_testkit::EmbeddedRegistry;
use real_tests::compliance::{Exchange, exchanges, printed};

use crate::variable;

const HEADING: &str = "# Where Apicurio Registry answers otherwise\n\n\
    The embedded registry answers as Confluent's. Not listed: Apicurio knows no `guid`, answers a registration without the\n\
    version, writes `schemaType` and `references` also where they say nothing, gives no `messages` where there are none, and\n\
    answers `PUT /config` with `compatibilityLevel`.\n\n\
    | call | embedded | Apicurio | reason |\n|---|---|---|---|\n";

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("compliance").join(name)
}

async fn of_embedded(prefix: &str) -> Vec<Exchange> {
    let registry = EmbeddedRegistry::start().expect("a registry");
    exchanges(&registry.url(), prefix).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_registry_answers_as_confluents() {
    expectorate::assert_contents(file("embedded.txt"), &printed(&of_embedded("run.").await));
}

/// The table of differences. Each call in it differs for the reason that `reasons.txt` gives.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn a_real_registry_differs_for_known_reasons_only() {
    let prefix = format!("compliance-{}.", std::process::id());
    let real = exchanges(&variable("EVENTGEN_REGISTRY"), &prefix).await;
    let reasons = std::fs::read_to_string(file("reasons.txt")).expect("a file");
    let reasons: BTreeMap<&str, &str> = reasons.lines().filter_map(|line| line.split_once(" | ")).collect();
    let (mut table, mut unknown, mut used) = (HEADING.to_owned(), Vec::new(), BTreeSet::new());
    let embedded = of_embedded(&prefix).await;
    let differ = |(embedded, real): &(&Exchange, &Exchange)| embedded.comparable != real.comparable;
    for (embedded, real) in embedded.iter().zip(&real).filter(differ) {
        let Some(reason) = reasons.get(embedded.call.as_str()) else {
            unknown
                .push(format!("{}\n  embedded {}\n  real     {}", real.call, embedded.answer, real.answer));
            continue;
        };
        used.insert(embedded.call.as_str());
        let cell = |text: &str| format!("`{}`", text.replace('|', "\\|"));
        let row =
            [cell(&embedded.call), cell(&embedded.comparable), cell(&real.comparable), (*reason).to_owned()];
        let _ = writeln!(table, "| {} |", row.join(" | "));
    }
    assert!(unknown.is_empty(), "differences without a reason:\n{}", unknown.join("\n"));
    let unused: Vec<_> = reasons.keys().filter(|call| !used.contains(*call)).collect();
    assert!(unused.is_empty(), "no difference any more: {unused:#?}");
    expectorate::assert_contents(file("DIFFERENCES.md"), &table);
}
