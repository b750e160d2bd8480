//! What is to be known before the first record: the topics, the registry, and where failed records go.

use std::sync::Arc;

use super::config::Config;
use super::dead_letter::DeadLetters;
use super::decode::{Decoder, Inquiry, Readers, SchemaLookup};
use super::failure::letter_writer::{LetterLimits, LetterWriter};
use super::failure::retry_topics::RetryTopics;
use super::group_names;
use super::handle::Route;
use super::observers::Observers;
use super::topics::Topics;
use super::transactions::{Plan, Transactions};
use crate::Error;
use crate::client::StartUp;
#[cfg(eventgen_planted)]
use crate::planted;
use crate::producer::largest_record;
use crate::registry::{RegistryClient, RegistryError};

/// What a consumer has before its first record.
pub(super) struct Prepared {
    pub(super) routes: Vec<Route>,
    /// The number of partitions of each topic.
    pub(super) partitions: Vec<u32>,
    pub(super) transactions: Option<Transactions>,
}

/// Asks the cluster and the registry for what is to be known at the start.
pub(super) async fn prepare(
    config: &mut Config,
    topics: &Topics,
    observers: &Arc<Observers>,
) -> Result<Prepared, Error> {
    let plan = config.transactions.take().map(|options| Plan::new(config, options)).transpose()?;
    let transactions = match plan {
        Some(plan) => Some(Transactions::open(plan).await?),
        None => None,
    };
    let (routes, partitions) = routes(config, topics, observers, transactions.as_ref()).await?;
    Ok(Prepared { routes, partitions, transactions })
}

/// The route of each topic's records, and the number of its partitions. Checks that the topics exist and that the registry accepts the credentials.
async fn routes(
    config: &mut Config,
    topics: &Topics,
    observers: &Arc<Observers>,
    transactions: Option<&Transactions>,
) -> Result<(Vec<Route>, Vec<u32>), Error> {
    let client = config.client.clone();
    let handlers = std::mem::take(&mut config.handlers);
    let start = StartUp::new(format!("consumer of group `{}`", config.group), config.wait_at_start);
    let mut partitions = Vec::with_capacity(handlers.len());
    for handler in &handlers {
        let topic = client.topic(handler.topic()).name;
        partitions.push(start.request(|| client.partition_count_of(topic)).await?);
    }
    for index in handlers.len()..topics.names().len() {
        let (source, topic) = (topics.source(index), topics.get(index).name);
        let count = start.request(|| client.partition_count_of(topic)).await;
        let count = count
            .map_err(|error| group_names::without_retry_topics(error, &config.group, topics.get(source)))?;
        if count < partitions[source] {
            let reason = format!(
                "its retry topic `{topic}` has {count} partitions and the topic has {}: add partitions to the retry topic",
                partitions[source]
            );
            return Err(Error::InvalidSubscription { group: config.group.clone(), reason });
        }
        partitions.push(count);
    }
    refuse_wrong_credentials(client.registry()).await?;
    let inquiry = Arc::new(Inquiry::default());
    let mut writer = match transactions {
        Some(transactions) => {
            let ways = handlers.iter().enumerate().flat_map(|(index, handler)| {
                let source = client.topic(handler.topic());
                let retries = topics.retry_topics(index).map(|(_, index)| topics.get(index).name);
                source
                    .dead_letter
                    .map(|letters| letters.name)
                    .into_iter()
                    .chain(retries)
                    .map(move |to| (source.name, to))
            });
            let limits = LetterLimits::ask(&client, transactions.letters, &ways.collect::<Vec<_>>()).await;
            Some(Arc::new(LetterWriter::Transaction(limits)))
        }
        None => None,
    };
    let mut routes = Vec::with_capacity(handlers.len());
    for (index, handler) in handlers.into_iter().enumerate() {
        let mut shared_writer = || -> Result<Arc<LetterWriter>, Error> {
            match &writer {
                Some(writer) => Ok(Arc::clone(writer)),
                None => {
                    Ok(Arc::clone(writer.insert(Arc::new(LetterWriter::new(&client, &config.settings)?))))
                }
            }
        };
        let dead_letters = match client.topic(handler.topic()).dead_letter {
            Some(to) => {
                let writer = shared_writer()?;
                let letters = || DeadLetters::new(&client, Arc::clone(&writer), &to, &config.group);
                Some(start.request(letters).await?)
            }
            None => None,
        };
        let tiers: Vec<_> =
            topics.retry_topics(index).map(|(tier, index)| (tier, topics.get(index).name)).collect();
        let retry_topics = match tiers[..] {
            [] => None,
            [..] => {
                let largest = largest_record(client.topic(handler.topic()).retry_config);
                let writer = shared_writer()?;
                #[cfg(eventgen_planted)]
                let writer = if planted::is_planted(planted::Bug::RetryRecordOutside) {
                    Arc::new(LetterWriter::new(&client, &config.settings)?)
                } else {
                    writer
                };
                Some(RetryTopics::new(writer, tiers, largest).await)
            }
        };
        let readers = Readers::new(handler.kinds()).map_err(|reason| observers.stopped(reason))?;
        let registry = client.registry().clone();
        let subject = handler.kinds().first().map_or("", |kind| kind.subject);
        let lookup = SchemaLookup::new(
            registry,
            subject,
            readers,
            Arc::clone(&inquiry),
            config.schema_grace,
            Arc::clone(observers),
        );
        let decoder = Decoder::new(index, lookup, config.decode_options);
        let handler_timeout = config.handler_timeout.or(handler.topic().handler_timeout);
        routes.push(Route { handler, decoder, dead_letters, retry_topics, handler_timeout });
    }
    Ok((routes, partitions))
}

/// Credentials that are wrong at the start are an error of the deployment, which waiting does not resolve. Workers wait for
/// a registry that does not answer, and for one that refuses the credentials later.
async fn refuse_wrong_credentials(registry: &RegistryClient) -> Result<(), Error> {
    match registry.schema_languages().await {
        Err(error @ RegistryError::Unauthorized { status: 401, .. }) => Err(error.into()),
        _ => Ok(()),
    }
}
