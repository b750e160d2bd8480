//! Brokers that are killed.

use std::time::{Duration, Instant};

use crate::Failure;
use crate::feed::Mix;
use crate::trial::Trial;

/// Kills one broker after another. The next one follows when all replicas are in sync again.
pub(super) async fn kill(trial: &mut Trial) -> Result<(), Failure> {
    trial.replays = trial.work_of(1);
    trial.begin(2, Mix::default()).await?;
    let begun = Instant::now();
    for broker in [1, 2, 3].into_iter().cycle() {
        trial.pause(2_000..4_000).await?;
        if trial.is_over(begun) {
            return Ok(());
        }
        bounce(trial, broker, true).await?;
    }
    Ok(())
}

/// Kills or stops a broker, and starts it again after a while.
pub(super) async fn bounce(trial: &mut Trial, broker: usize, kills: bool) -> Result<(), Failure> {
    trial.other_kills += 1;
    if kills {
        trial.cluster.kill_broker(broker).await?;
    } else {
        trial.cluster.stop_broker(broker).await?;
    }
    trial.members.disturb();
    let down = Duration::from_millis(trial.random.below(5_000..9_000));
    let waited = trial.wait(down).await;
    // Also when the run has failed: others need the broker.
    trial.cluster.start_broker(broker).await?;
    trial.members.disturb();
    waited
}
