//! The cluster that a scenario runs on: its addresses, topics and brokers.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use eventgen::Client;
use rdkafka::ClientConfig;
use rdkafka::admin::{AdminClient, AdminOptions, NewPartitions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::consumer::{BaseConsumer, Consumer as _};
use rdkafka::metadata::MetadataTopic;

use crate::Failure;

/// How long a request to the cluster may take.
const REQUEST: Duration = Duration::from_secs(20);
/// How long a broker may take until it is in sync again.
const IN_SYNC: Duration = Duration::from_secs(120);

/// A cluster.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// The addresses of its brokers.
    pub brokers: String,
    /// The address of its registry.
    pub registry: String,
    /// The program that kills and starts brokers, with its first arguments; empty if there is none.
    pub control: Vec<String>,
}

impl Cluster {
    /// A client whose topics have a prefix.
    ///
    /// # Errors
    /// The addresses are not complete.
    pub fn client(&self, prefix: &str) -> Result<Client, Failure> {
        Ok(Client::builder(&self.brokers, &self.registry).topic_prefix(prefix).build()?)
    }

    /// A configuration of rdkafka.
    pub fn config(&self) -> ClientConfig {
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", &self.brokers);
        config
    }

    fn admin(&self) -> Result<AdminClient<DefaultClientContext>, Failure> {
        Ok(self.config().create()?)
    }

    /// Creates a topic with three replicas. Waits while a topic of this name is being deleted.
    ///
    /// # Errors
    /// The cluster refuses it.
    pub async fn create_topic(&self, name: &str, partitions: i32) -> Result<(), Failure> {
        let admin = self.admin()?;
        let begun = Instant::now();
        loop {
            let topic = NewTopic::new(name, partitions, TopicReplication::Fixed(3));
            let created =
                admin.create_topics(&[topic.set("min.insync.replicas", "2")], &AdminOptions::new()).await;
            match created?.remove(0) {
                Ok(_) => break,
                Err((_, code)) if begun.elapsed() > REQUEST => {
                    return Err(format!("creating {name}: {code}").into());
                }
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        self.until(REQUEST, "the topic is known", move |consumer| {
            let metadata = consumer.fetch_metadata(None, REQUEST)?;
            let topic = metadata.topics().iter().find(|topic| topic.name() == name);
            Ok(topic.is_some_and(|topic| {
                topic.partitions().len() == usize::try_from(partitions).unwrap_or_default()
                    && topic.partitions().iter().all(|partition| partition.leader() >= 0)
            }))
        })
        .await
    }

    /// Deletes topics. Topics that do not exist are fine.
    ///
    /// # Errors
    /// The cluster does not answer.
    pub async fn delete_topics(&self, names: &[&str]) -> Result<(), Failure> {
        self.admin()?.delete_topics(names, &AdminOptions::new()).await?;
        Ok(())
    }

    /// Adds partitions to a topic.
    ///
    /// # Errors
    /// The cluster refuses it.
    pub async fn add_partitions(&self, name: &str, partitions: usize) -> Result<(), Failure> {
        let added = self
            .admin()?
            .create_partitions(&[NewPartitions::new(name, partitions)], &AdminOptions::new())
            .await;
        added?.remove(0).map_err(|(topic, code)| format!("{topic}: {code}"))?;
        Ok(())
    }

    /// Kills a broker. The first is 1.
    ///
    /// # Errors
    /// There is no program for it, or it fails.
    pub async fn kill_broker(&self, broker: usize) -> Result<(), Failure> {
        self.control("kill", broker).await
    }

    /// Stops a broker as an upgrade does: it hands over what it leads before it ends.
    ///
    /// # Errors
    /// There is no program for it, or it fails.
    pub async fn stop_broker(&self, broker: usize) -> Result<(), Failure> {
        self.control("stop", broker).await
    }

    /// Starts a broker that was killed or stopped, and waits until all partitions have all replicas in sync.
    ///
    /// # Errors
    /// It does not come back in time.
    pub async fn start_broker(&self, broker: usize) -> Result<(), Failure> {
        self.control("start", broker).await?;
        self.until(IN_SYNC, "all replicas are in sync", |consumer| {
            let metadata = consumer.fetch_metadata(None, REQUEST)?;
            let mut partitions = metadata.topics().iter().flat_map(MetadataTopic::partitions);
            Ok(partitions.all(|partition| partition.isr().len() == partition.replicas().len()))
        })
        .await
    }

    async fn control(&self, action: &str, broker: usize) -> Result<(), Failure> {
        let [program, arguments @ ..] = &self.control[..] else {
            return Err("brokers cannot be controlled here".into());
        };
        let mut command = Command::new(program);
        command.args(arguments).args([action, &broker.to_string()]);
        let output = tokio::task::spawn_blocking(move || command.output()).await??;
        if output.status.success() {
            Ok(())
        } else {
            Err(format!("{action} broker {broker}: {}", String::from_utf8_lossy(&output.stderr)).into())
        }
    }

    /// Waits until something is seen in the cluster. Failed requests are repeated.
    async fn until(
        &self,
        within: Duration,
        what: &str,
        is_seen: impl Fn(&BaseConsumer) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let (consumer, begun): (BaseConsumer, _) = (self.config().create()?, Instant::now());
        loop {
            let seen = tokio::task::block_in_place(|| is_seen(&consumer));
            match seen {
                Ok(true) => return Ok(()),
                _ if begun.elapsed() < within => tokio::time::sleep(Duration::from_millis(250)).await,
                Ok(false) => return Err(format!("waited {within:?} until {what}").into()),
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// The program and the first arguments that control brokers, from words separated by line feeds.
pub fn control(words: &str) -> Vec<String> {
    words.split('\n').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A program beside this one.
///
/// # Errors
/// The path of this program is unknown.
pub fn beside(name: &str) -> Result<PathBuf, Failure> {
    Ok(std::env::current_exe()?.with_file_name(name))
}
