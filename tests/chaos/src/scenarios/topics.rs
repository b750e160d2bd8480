//! Topics that change.

use std::time::Duration;

use crate::Failure;
use crate::feed::Mix;
use crate::trial::Trial;

/// Members consume all of a topic; then it is deleted, created and written anew, while they run.
pub(super) async fn recreated(trial: &mut Trial) -> Result<(), Failure> {
    trial.size.lasting /= 2;
    trial.size.records /= 2;
    trial.begin(2, Mix::default()).await?;
    trial.caught_up().await?;
    trial.note_topics().await?;
    let (topic, letters) = trial.topics();
    trial.cluster.delete_topics(&[topic, letters]).await?;
    trial.next_generation();
    tokio::time::sleep(Duration::from_secs(2)).await;
    trial.members.remove_ended()?;
    trial.create_topics(12).await?;
    trial.members.disturb();
    let feed = trial.feed(200);
    trial.start(feed)
}

/// A topic gets more partitions while it is written and read.
pub(super) async fn repartitioned(trial: &mut Trial) -> Result<(), Failure> {
    // The members find new partitions soon.
    trial.members.consuming.settings.push("topic.metadata.refresh.interval.ms=2000".to_owned());
    trial.begin(2, Mix::default()).await?;
    for partitions in [15, 24] {
        trial.wait(trial.size.lasting / 3).await?;
        let (topic, _) = trial.topics();
        trial.cluster.add_partitions(topic, partitions).await?;
        trial.members.disturb();
    }
    Ok(())
}

/// The dead-letter topic is deleted, missing for a while, and created with fewer partitions.
pub(super) async fn dead_letters_shrink(trial: &mut Trial) -> Result<(), Failure> {
    let mix = Mix { poison: 300, rejected: 200, fails_always: 100, fails_once: 100, ..Mix::default() };
    trial.size.lasting /= 2;
    trial.size.records /= 2;
    trial.begin(2, mix).await?;
    trial.caught_up().await?;
    // The letters are noted and gone.
    trial.note_records()?;
    trial.note_letters().await?;
    let (_, letters) = trial.topics();
    trial.cluster.delete_topics(&[letters]).await?;
    // A letter that is acknowledged by a topic that is being deleted is gone.
    trial.wait(Duration::from_secs(3)).await?;
    let mut feed = trial.feed(200);
    feed.mix = mix;
    trial.start(feed)?;
    trial.wait(Duration::from_secs(4)).await?;
    trial.cluster.create_topic(letters, 3).await?;
    trial.members.disturb();
    Ok(())
}
