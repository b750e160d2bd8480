//! Memory under back-pressure.

use std::time::Instant;

use super::members::KEYS;
use crate::Failure;
use crate::checker::Anomaly;
use crate::feed::{Feed, Mix};
use crate::trial::Trial;

/// How much more memory the last quarter of a run may take than the second one: a fifth and 16 MiB.
const MORE: f64 = 1.2;
const MORE_KIB: f64 = 16.0 * 1_024.0;

/// One member handles far less than what arrives.
pub(super) async fn back_pressure(trial: &mut Trial) -> Result<(), Failure> {
    trial.members.consuming.millis = 20;
    trial.members.consuming.concurrency = 16;
    let mix = Mix { padding: 1_000, ..Mix::default() };
    // A backlog fills the member at once, so that what is compared is what it holds when it is full.
    trial.create_topics(12).await?;
    let half = |feed: Feed| Feed { records: feed.records / 2, mix, ..feed };
    let backlog = half(trial.feed(KEYS));
    trial.start(Feed { millis: 0, ..backlog })?;
    trial.fed().await?;
    trial.members.join()?;
    let stream = half(trial.feed(KEYS));
    trial.start(stream)?;
    let (begun, mut samples) = (Instant::now(), Vec::new());
    while !trial.is_over(begun) {
        trial.pause(900..1_100).await?;
        samples.extend(resident(trial));
    }
    let quarter = samples.len() / 4;
    let most = |part: &[f64]| part.iter().copied().fold(0.0, f64::max);
    let (early, late) = (most(&samples[quarter..quarter * 2]), most(&samples[quarter * 3..]));
    trial.notes.push(format!("memory {:.0} MiB, at the end {:.0} MiB", early / 1_024.0, late / 1_024.0));
    if late > early * MORE + MORE_KIB {
        trial
            .findings
            .add(Anomaly::Memory, || format!("{early:.0} KiB in the second quarter, {late:.0} in the last"));
    }
    // The rest is handled fast.
    let slow = trial.members.numbers();
    trial.members.consuming.millis = 0;
    trial.members.join()?;
    for number in slow {
        trial.members.leave(number)?;
    }
    trial.members.settle().await
}

/// The resident memory of the member, in KiB.
fn resident(trial: &Trial) -> Option<f64> {
    let (_, id) = *trial.members.process_ids().first()?;
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}
