//! Members and producers that are killed, stopped and restarted.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Failure;
use crate::checker::Replays;
use crate::cluster::beside;
use crate::feed::{Mix, Special};
use crate::plan;
use crate::protocol::Protocol;
use crate::trial::{Size, Trial};

/// The number of keys.
pub(super) const KEYS: u32 = 400;
/// The number of members.
const MEMBERS: u32 = 3;

impl Trial {
    /// Creates the topics, starts members and a feed over the whole time.
    pub(super) async fn begin(&mut self, members: u32, mix: Mix) -> Result<(), Failure> {
        self.create_topics(12).await?;
        for _ in 0..members {
            self.members.join()?;
        }
        // A member that is stopped or asked to leave during its first requests ends with an error.
        tokio::time::sleep(Duration::from_secs(2)).await;
        let mut feed = self.feed(KEYS);
        feed.mix = mix;
        self.start(feed)
    }

    /// How many finished records a kill may replay on average: what one member handles in a second, and what it has in flight.
    ///
    /// A group of the classic protocol takes no commits while a rebalance waits for a member that was killed: the broker
    /// answers requests of a connection one after another, and the request to join comes first. That lasts for a session
    /// timeout, and the next rebalance may follow at once.
    pub(super) fn work_of(&self, members: u32) -> Replays {
        let Size { records, lasting } = self.size;
        let millis = match self.protocol {
            Protocol::Classic => 10_000,
            Protocol::Consumer => 1_000,
        };
        let of_all = u128::from(records) * millis / lasting.as_millis().max(1);
        let of_one = usize::try_from(of_all / u128::from(members)).unwrap_or(usize::MAX);
        Replays::PerKill(of_one.saturating_add(self.members.consuming.concurrency))
    }
}

/// Kills a member and starts another one, again and again.
pub(super) async fn kill(trial: &mut Trial) -> Result<(), Failure> {
    trial.replays = trial.work_of(MEMBERS - 1);
    trial.begin(MEMBERS, Mix::default()).await?;
    let begun = Instant::now();
    while !trial.is_over(begun) {
        trial.pause(2_000..4_500).await?;
        let number = trial.random.one_of(&trial.members.numbers());
        trial.members.kill(number)?;
        trial.members.join()?;
    }
    Ok(())
}

/// Stops a member for longer than the session timeout, again and again.
pub(super) async fn freeze(trial: &mut Trial) -> Result<(), Failure> {
    trial.replays = trial.work_of(MEMBERS - 1);
    trial.begin(MEMBERS, Mix::default()).await?;
    let begun = Instant::now();
    while !trial.is_over(begun) {
        let number = trial.random.one_of(&trial.members.numbers());
        let lasting = Duration::from_millis(trial.random.below(8_000..11_000));
        trial.members.pause(number, lasting)?;
        trial.wait(lasting).await?;
        trial.pause(2_000..4_000).await?;
    }
    Ok(())
}

/// Members do everything at random while a backlog keeps their schedulers full.
pub(super) async fn come_and_go(trial: &mut Trial) -> Result<(), Failure> {
    trial.members.consuming.millis = 12;
    trial.members.consuming.concurrency = 16;
    trial.replays = trial.work_of(1);
    trial.create_topics(12).await?;
    let steps = plan::steps(&mut trial.random, trial.size.lasting);
    let mut feed = trial.feed(1_250);
    feed.millis /= 3;
    trial.start(feed)?;
    let begun = Instant::now();
    for step in &steps {
        trial.wait(step.at.saturating_sub(begun.elapsed())).await?;
        println!("  {} {:>5.1} s: {}", trial.protocol.name(), begun.elapsed().as_secs_f32(), step.action);
        step.action.apply(&mut trial.members)?;
    }
    trial.wait(trial.size.lasting.saturating_sub(begun.elapsed())).await
}

/// The partitions of a member are full and paused when a second one joins, and return when it leaves.
pub(super) async fn lend_and_return(trial: &mut Trial) -> Result<(), Failure> {
    trial.members.consuming.millis = 16;
    trial.members.consuming.concurrency = 16;
    trial.create_topics(4).await?;
    // Large records, of fewer keys than handlers at once: a partition is full with 16 MiB of records that wait behind their
    // keys.
    let mut feed = trial.feed(12);
    (feed.millis, feed.records) = (0, feed.records.max(10_000));
    feed.mix.padding = 16_000;
    trial.start(feed)?;
    trial.fed().await?;
    trial.members.join()?;
    trial.wait(trial.size.lasting / 3).await?;
    let second = trial.members.join()?;
    trial.wait(trial.size.lasting / 3).await?;
    trial.members.leave(second)?;
    trial.members.settle().await
}

/// Members leave and others join, one by one, while a handler takes long for one key.
pub(super) async fn rolling_restarts(trial: &mut Trial) -> Result<(), Failure> {
    // A handler of the long form takes 15 s, less than the drain deadline.
    let seconds = if trial.size.lasting > Duration::from_secs(30) { 15 } else { 3 };
    let records = u32::try_from(trial.size.lasting.as_secs() / seconds + 1)?;
    let special = Special { records, millis: i32::try_from(seconds * 1_000)?, blocks: false };
    trial.begin(MEMBERS, Mix { special: Some(special), ..Mix::default() }).await?;
    let begun = Instant::now();
    while !trial.is_over(begun) {
        trial.pause(3_000..5_000).await?;
        let oldest = trial.members.numbers()[0];
        trial.members.leave(oldest)?;
        trial.members.join()?;
        trial.members.settle().await?;
    }
    Ok(())
}

/// A producer as a process. It does not outlive this value.
struct Producer(Child);

impl Drop for Producer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Kills one of two producers and starts another one, again and again.
pub(super) async fn kill_producers(trial: &mut Trial) -> Result<(), Failure> {
    trial.create_topics(12).await?;
    trial.members.join()?;
    trial.members.join()?;
    let (begun, mut number) = (Instant::now(), 0);
    let mut start = |trial: &mut Trial| -> Result<Producer, Failure> {
        let mut feed = trial.feed(KEYS);
        // Each would write half of the records over the whole time.
        (feed.producer, feed.records) = (number, feed.records / 2);
        number += 1;
        let file = trial.producer_file(feed.producer);
        let mut command = Command::new(beside("chaos-producer")?);
        command.args(trial.producer_arguments(&feed, &file));
        Ok(Producer(command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?))
    };
    let mut producers = [start(trial)?, start(trial)?];
    while !trial.is_over(begun) {
        trial.pause(1_500..3_500).await?;
        let victim = trial.random.one_of(&[0, 1]);
        producers[victim] = start(trial)?;
    }
    drop(producers);
    trial.notes.push(format!("{number} producers"));
    Ok(())
}
