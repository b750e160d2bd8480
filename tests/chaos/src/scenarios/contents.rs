//! Records that do not decode or that handlers refuse.

use std::time::{Duration, Instant};

use crate::Failure;
use crate::feed::{Feed, Mix};
use crate::trial::Trial;

/// Kills members, and lets them come and go, while 10 of 100 records fail twice and one fails always. They wait in retry
/// topics, and later records of their keys behind them.
pub(super) async fn retry_topics(trial: &mut Trial) -> Result<(), Failure> {
    const PARTITIONS: i32 = 12;
    let mix = Mix { fails_once: 1_000, fails_always: 100, ..Mix::default() };
    trial.replays = trial.work_of(1);
    for name in trial.retry_topics() {
        trial.cluster.create_topic(&name, PARTITIONS).await?;
    }
    trial.with_retry_topics();
    trial.create_topics(PARTITIONS).await?;
    for _ in 0..3 {
        trial.members.join()?;
    }
    trial.wait(Duration::from_secs(2)).await?;
    let feed = Feed { mix, ..trial.feed(500) };
    trial.start(feed)?;
    let begun = Instant::now();
    while !trial.is_over(begun) {
        trial.pause(3_000..6_000).await?;
        let number = trial.random.one_of(&trial.members.numbers());
        if trial.random.below(0..2) == 0 {
            trial.members.kill(number)?;
        } else {
            trial.members.leave(number)?;
        }
        trial.members.join()?;
    }
    Ok(())
}

/// Kills members while 6 of 100 records are poison, fail or are rejected.
pub(super) async fn poison(trial: &mut Trial) -> Result<(), Failure> {
    let mix = Mix { poison: 200, rejected: 200, fails_always: 50, fails_once: 150, ..Mix::default() };
    trial.replays = trial.work_of(2);
    trial.begin(3, mix).await?;
    let begun = Instant::now();
    while !trial.is_over(begun) {
        trial.pause(3_000..6_000).await?;
        let number = trial.random.one_of(&trial.members.numbers());
        trial.members.kill(number)?;
        trial.members.join()?;
    }
    Ok(())
}
