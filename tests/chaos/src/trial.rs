//! One run of a scenario: a topic and a group of its own, members, producers, and the verdict.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventgen::{Client, TopicEvents as _};
use tokio::task::JoinSet;

use crate::Failure;
use crate::checker::{Anomaly, Facts, Figures, Findings, Generation, Limits, Replays, check};
use crate::cluster::Cluster;
use crate::copies::Reader;
use crate::feed::Feed;
use crate::history::{self, Writer};
use crate::members::{Consuming, Members};
use crate::protocol::Protocol;
use crate::random::Random;
use crate::snapshot::Snapshot;
use crate::stream::com::example::chaos::{Chaos, ChaosCopies, chaos};
use crate::watch::Watch;

/// How often the lag and the processes are looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How long a group may take for the rest of its backlog.
const CATCHES_UP_WITHIN: Duration = Duration::from_secs(900);

/// The extent of a run.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub records: u32,
    /// How long members, producers or servers are disturbed.
    pub lasting: Duration,
}

/// What a run is made from.
#[derive(Debug, Clone)]
pub struct Setup {
    pub cluster: Cluster,
    pub name: String,
    pub protocol: Protocol,
    pub seed: u64,
    pub size: Size,
    /// The folder for histories and logs.
    pub folder: PathBuf,
    /// The program of a member.
    pub member: PathBuf,
}

/// A run of a scenario.
#[derive(Debug)]
pub struct Trial {
    pub cluster: Cluster,
    pub client: Client,
    pub protocol: Protocol,
    pub size: Size,
    pub random: Random,
    pub members: Members,
    pub watch: Watch,
    pub findings: Findings,
    pub replays: Replays,
    /// Disturbances other than of members that may cause replays.
    pub other_kills: usize,
    /// What a report says in addition.
    pub notes: Vec<String>,
    pub run: i64,
    /// Whether the folder is kept although the run is valid.
    pub keeps_histories: bool,
    pub folder: PathBuf,
    pub(crate) group: String,
    /// Reads what transactional members write.
    pub(crate) reader: Option<Reader>,
    pub(crate) prefix: String,
    generation: Generation,
    snapshot: Snapshot,
    facts: Facts,
    feeds: JoinSet<Result<(), Failure>>,
    /// The files of producers, and the generation of the topic that they wrote to.
    producers: Vec<(Generation, PathBuf)>,
    begun: Instant,
}

/// The outcome of a run.
#[derive(Debug)]
pub struct Outcome {
    pub figures: Figures,
    pub findings: Findings,
    pub notes: Vec<String>,
    pub lasted: Duration,
}

impl Trial {
    /// Prepares a run. Its topic does not exist yet.
    ///
    /// # Errors
    /// The registry does not answer, or the folder cannot be created.
    pub async fn new(setup: Setup) -> Result<Self, Failure> {
        let Setup { cluster, name, protocol, seed, size, folder, member } = setup;
        let run = i64::try_from(history::now() / 1_000_000).unwrap_or_default();
        let prefix = format!("{name}-{}-{run}.", protocol.name());
        let folder = folder.join(prefix.trim_end_matches('.'));
        fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let client = cluster.client(&prefix)?;
        client.register::<Chaos>().await?;
        let group = format!("{prefix}group");
        let arguments = [
            ("bootstrap-servers", cluster.brokers.clone()),
            ("schema-registry", cluster.registry.clone()),
            ("prefix", prefix.clone()),
            ("run", run.to_string()),
            ("group", group.clone()),
        ];
        let consuming = Consuming {
            program: member,
            arguments: arguments.map(|(name, value)| format!("--{name}={value}")).to_vec(),
            millis: 5,
            concurrency: 32,
            settings: protocol.settings().iter().map(|&setting| setting.to_owned()).collect(),
            environment: Vec::new(),
        };
        Ok(Self {
            watch: Watch::new(client.clone(), group.clone(), Duration::from_secs(30)),
            group,
            reader: None,
            members: Members::new(consuming, &folder),
            random: Random::new(seed, (&name, protocol)),
            facts: Facts { retries: chaos::TOPIC.retry.attempts, ..Facts::default() },
            cluster,
            client,
            protocol,
            size,
            findings: Findings::default(),
            replays: Replays::None,
            other_kills: 0,
            notes: Vec::new(),
            run,
            keeps_histories: false,
            folder,
            prefix,
            generation: 0,
            snapshot: Snapshot::default(),
            feeds: JoinSet::new(),
            producers: Vec::new(),
            begun: Instant::now(),
        })
    }

    /// The topic's name in the cluster, and that of its dead-letter topic.
    pub fn topics(&self) -> (&'static str, &'static str) {
        let topic = self.client.topic(Chaos::TOPIC);
        (topic.name, topic.dead_letter.map_or("", |letters| letters.name))
    }

    /// Creates the topic and its dead-letter topic.
    ///
    /// # Errors
    /// The cluster refuses it.
    pub async fn create_topics(&self, partitions: i32) -> Result<(), Failure> {
        let (topic, letters) = self.topics();
        self.cluster.create_topic(topic, partitions).await?;
        self.cluster.create_topic(letters, partitions).await
    }

    /// A feed of this run over its whole time.
    pub fn feed(&mut self, keys: u32) -> Feed {
        let millis = u64::try_from(self.size.lasting.as_millis()).unwrap_or_default();
        let Size { records, .. } = self.size;
        let producer = u16::try_from(self.producers.len()).unwrap_or_default();
        let (run, seed) = (self.run, self.random.number());
        Feed { producer, run, keys, records, millis, seed, mix: crate::feed::Mix::default() }
    }

    /// The file for the history of a producer.
    pub fn producer_file(&mut self, producer: u16) -> PathBuf {
        let path = self.folder.join(format!("producer-{producer:03}"));
        self.producers.push((self.generation, path.clone()));
        path
    }

    /// Starts to produce.
    ///
    /// # Errors
    /// The file for the history cannot be opened.
    pub fn start(&mut self, feed: Feed) -> Result<(), Failure> {
        let history = Arc::new(Writer::open(&self.producer_file(feed.producer))?);
        let client = self.client.clone();
        self.feeds.spawn(async move { feed.produce(&client, history).await });
        Ok(())
    }

    /// Arguments of a producer as a process.
    pub fn producer_arguments(&self, feed: &Feed, history: &Path) -> Vec<String> {
        let mut arguments = feed.arguments();
        arguments.push(format!("--bootstrap-servers={}", self.cluster.brokers));
        arguments.push(format!("--schema-registry={}", self.cluster.registry));
        arguments.push(format!("--prefix={}", self.prefix));
        arguments.push(format!("--history={}", history.display()));
        arguments
    }

    /// Waits until everything is produced. Looks at the group meanwhile.
    ///
    /// # Errors
    /// A producer fails, or as [`look`](Self::look).
    pub async fn fed(&mut self) -> Result<(), Failure> {
        while !self.feeds.is_empty() {
            if let Ok(Some(fed)) = tokio::time::timeout(LOOK, self.feeds.join_next()).await {
                fed??;
            }
            self.look().await?;
        }
        Ok(())
    }

    /// Looks at the members and at the lag.
    ///
    /// # Errors
    /// A member has ended by itself, or the group has stalled: both are findings too.
    pub async fn look(&mut self) -> Result<(), Failure> {
        self.members.remove_ended().map_err(|failure| self.found(Anomaly::Ended, &failure.to_string()))?;
        if self.members.numbers().is_empty() {
            self.watch.start_anew();
            return Ok(());
        }
        match self.watch.look(self.members.stable_for()).await {
            Some(table) => Err(self.found(Anomaly::Stalled, &table)),
            None => Ok(()),
        }
    }

    fn found(&mut self, anomaly: Anomaly, what: &str) -> Failure {
        self.findings.add(anomaly, || what.to_owned());
        format!("{}: {what}", anomaly.name()).into()
    }

    /// Looks at the group for a while.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    pub async fn wait(&mut self, lasting: Duration) -> Result<(), Failure> {
        let until = Instant::now() + lasting;
        while Instant::now() < until {
            tokio::time::sleep(LOOK.min(until.saturating_duration_since(Instant::now()))).await;
            self.look().await?;
        }
        Ok(())
    }

    /// Whether the time for disturbances is over.
    pub fn is_over(&self, since: Instant) -> bool {
        since.elapsed() >= self.size.lasting
    }

    /// Waits between two disturbances.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    pub async fn pause(&mut self, millis: std::ops::Range<u64>) -> Result<(), Failure> {
        let lasting = Duration::from_millis(self.random.below(millis));
        self.wait(lasting).await
    }

    /// Waits until everything is produced and the group has caught up.
    ///
    /// # Errors
    /// As [`look`](Self::look).
    pub async fn caught_up(&mut self) -> Result<(), Failure> {
        self.fed().await?;
        self.members.settle().await.map_err(|failure| self.found(Anomaly::Ended, &failure.to_string()))?;
        // What the last look saw is older than the last record.
        self.watch.start_anew();
        let begun = Instant::now();
        loop {
            self.look().await?;
            if self.watch.is_caught_up() {
                return Ok(());
            }
            if begun.elapsed() > CATCHES_UP_WITHIN {
                let lag = format!("lag {} after {CATCHES_UP_WITHIN:?}", self.watch.lag());
                return Err(self.found(Anomaly::Stalled, &lag));
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Notes what is on the topic and in its dead letters, and what is committed. The topics may be deleted afterwards.
    ///
    /// # Errors
    /// The cluster does not answer.
    pub async fn note_topics(&mut self) -> Result<(), Failure> {
        self.note_records()?;
        self.note_letters().await?;
        self.watch.look(Duration::ZERO).await;
        for partition in self.watch.partitions() {
            let committed = partition.committed.unwrap_or_default();
            self.facts.committed.insert((self.generation, partition.partition), committed);
        }
        Ok(())
    }

    /// Notes the dead letters.
    ///
    /// # Errors
    /// The cluster does not answer.
    pub async fn note_letters(&mut self) -> Result<(), Failure> {
        let letters = self.snapshot.letters(&self.client, self.generation).await?;
        self.facts.letters.extend(letters);
        Ok(())
    }

    /// Notes only the records of the topic, before its dead letters are noted and deleted.
    ///
    /// # Errors
    /// The cluster does not answer.
    pub fn note_records(&mut self) -> Result<(), Failure> {
        let (topic, _) = self.topics();
        self.snapshot.read(&self.cluster, topic, self.generation, self.run)
    }

    /// The topic is created anew: its offsets start again.
    pub fn next_generation(&mut self) {
        self.generation += 1;
        self.watch.start_anew();
        self.members.disturb();
    }

    /// Stops the members and checks the run. `scenario` is the outcome of what happened to it.
    pub async fn finish(mut self, scenario: Result<(), Failure>) -> Outcome {
        let finished = match scenario {
            Ok(()) => self.check().await,
            Err(failure) => Err(failure),
        };
        self.members.end();
        let mut figures = Figures::default();
        match finished {
            Ok(checked) => figures = checked,
            // A run that could not be checked is not one that passed.
            Err(failure) if self.findings.is_empty() => {
                self.findings.add(Anomaly::Ended, || format!("the run could not be finished: {failure}"));
            }
            Err(_) => {}
        }
        let ((topic, letters), copies) = (self.topics(), self.client.topic(ChaosCopies::TOPIC).name);
        if self.findings.is_empty() && !self.keeps_histories {
            let _ = fs::remove_dir_all(&self.folder);
        } else {
            self.notes.push(format!("see {}", self.folder.display()));
        }
        if !self.cluster.control.is_empty() {
            let _ = self.cluster.delete_topics(&[topic, letters, copies]).await;
        }
        let Self { findings, notes, begun, .. } = self;
        Outcome { figures, findings, notes, lasted: begun.elapsed() }
    }

    /// Failed records wait for these delays.
    pub(crate) fn set_delays(&mut self, delays: &'static [Duration]) {
        self.facts.retries = u32::try_from(delays.len()).unwrap_or(u32::MAX);
        self.facts.delays = delays;
    }

    async fn check(&mut self) -> Result<Figures, Failure> {
        self.caught_up().await?;
        if !self.facts.delays.is_empty() {
            self.nothing_waits()
                .await
                .map_err(|failure| self.found(Anomaly::Stalled, &failure.to_string()))?;
        }
        self.members.leave_all().await.map_err(|failure| self.found(Anomaly::Ended, &failure.to_string()))?;
        self.note_topics().await?;
        let mut failed = 0;
        for (generation, file) in &self.producers {
            // A producer that was killed at once has none.
            if file.exists() {
                failed += self.facts.add_producer(*generation, history::read(file)?)?;
            }
        }
        if failed > 0 {
            self.notes.push(format!("{failed} records were not acknowledged"));
        }
        let mut facts = std::mem::take(&mut self.facts);
        self.members.tell(&mut facts)?;
        if let Some(reader) = self.reader.take() {
            let copies = tokio::task::block_in_place(|| reader.finish())?;
            self.notes.push(format!("{} copies, {} read", copies.written.len(), copies.polled.len()));
            facts.copies = Some(copies);
        }
        facts.written = std::mem::take(&mut self.snapshot.written);
        facts.other_kills = self.other_kills;
        Ok(tokio::task::block_in_place(|| check(facts, Limits { replays: self.replays }, &mut self.findings)))
    }
}
