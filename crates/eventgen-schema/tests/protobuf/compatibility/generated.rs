//! Random pairs of versions, beside a second implementation of the rules.
//!
//! A run of the suite has 1,500 pairs, always the same; `EVENTGEN_RANDOM_PAIRS` and `EVENTGEN_RANDOM_SEED` change that.

use std::env;

use eventgen_schema::compatibility::RuleSet;

use super::versions::{Random, Version};
use super::{parse, refused, rules};

const PAIRS: usize = 1_500;

#[test]
fn random_pairs_are_judged_as_by_the_second_implementation() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<usize>().expect("a number"));
    let pairs = number("EVENTGEN_RANDOM_PAIRS").unwrap_or(PAIRS);
    let seed = number("EVENTGEN_RANDOM_SEED").unwrap_or(1);
    println!("seed {seed}");
    let mut random = Random::new(seed as u64);
    let (mut compatible, mut wrong) = (0, Vec::new());
    for _ in 0..pairs {
        let old = Version::random(&mut random);
        let new = old.changed(&mut random);
        let [(old_text, old_imports), (new_text, new_imports)] = [old.texts(), new.texts()];
        let expected = rules::refused(&old, &new);
        let found =
            refused(&parse(&old_text, &old_imports), &parse(&new_text, &new_imports), RuleSet::Registry);
        compatible += usize::from(expected.is_empty());
        if found != expected {
            let texts = format!("{old_text}\n{old_imports:#?}\nbecame\n{new_text}\n{new_imports:#?}");
            wrong.push(format!("found {found:?}, the second implementation {expected:?}\n{texts}"));
        }
    }
    println!("{} of {pairs} pairs agree, {compatible} are compatible", pairs - wrong.len());
    wrong.sort_by_key(String::len);
    let shown = &wrong[..wrong.len().min(3)];
    assert!(wrong.is_empty(), "{} pairs differ, seed {seed}:\n{}", wrong.len(), shown.join("\n"));
    assert!(compatible * 10 > pairs && compatible * 10 < 9 * pairs, "one verdict is too rare");
}
