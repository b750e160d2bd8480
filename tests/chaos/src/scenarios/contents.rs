//! Records that do not decode or that handlers refuse.

use std::time::Instant;

use crate::Failure;
use crate::feed::Mix;
use crate::trial::Trial;

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
