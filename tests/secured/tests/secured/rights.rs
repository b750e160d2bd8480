//! The rights that `eventgen generate shell` writes are enough, and none of them can be missing.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use eventgen::observe::{ConsumerEvent, Observer};
use eventgen::{Client, Consumer, Delivery, HandlerError, Producer, TopicOverrides};
use eventgen_schema::Loader;
use eventgen_testkit::{EmbeddedRegistry, records};
use futures_util::future::join_all;
use secured_tests::events::secured::{
    Invoice, InvoicesV1, Parcel, ParcelsV1, ParcelsV1Handler, invoices_v1, parcels_v1,
};

use crate::{builder, password, sasl_tls, variable};

/// How long a service may take until everything is done, or until it has said what it lacks.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// The name of the service and of its group in the schemas.
const SERVICE: &str = "service";

/// An operation on a topic or a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Right {
    pub(super) kind: String,
    pub(super) resource: String,
    pub(super) operation: String,
}

/// The rights of the service, as the script for Kafka's tool gives them.
pub(super) fn generated() -> Vec<Right> {
    let schemas = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    let contract = Loader::new().path(schemas).load().expect("a contract").contract;
    let scripts = eventgen_artifacts::shell::scripts(&contract).expect("scripts");
    let script = scripts.iter().find(|file| file.path == eventgen_artifacts::shell::ACLS).expect("rights");
    let mut rights = Vec::new();
    for line in script.text.lines().filter(|line| line.starts_with("allow 'User:")) {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches('\'')).collect();
        let (kind, resource) = (words[2].trim_start_matches("--"), words[3]);
        for operation in words[4..].iter().filter(|word| **word != "--operation") {
            let [kind, resource, operation] = [kind, resource, operation].map(str::to_owned);
            rights.push(Right { kind, resource, operation });
        }
    }
    rights
}

/// A service with its own topics and group. It has all rights but one.
pub(super) struct Service {
    pub(super) name: String,
    rights: Vec<Right>,
    pub(super) missing: Option<Right>,
}

impl Service {
    /// Services that lack nothing, and one of these rights each.
    pub(super) fn all(kind: &str, rights: &[Right]) -> Vec<Self> {
        let missing = std::iter::once(None).chain(rights.iter().map(Some));
        missing
            .enumerate()
            .map(|(number, right)| Self::new(format!("{kind}-{number}"), rights, right))
            .collect()
    }

    fn new(name: String, rights: &[Right], missing: Option<&Right>) -> Self {
        let owned = |right: &Right| {
            let resource = right.resource.replace(SERVICE, &name);
            let is_prefixed = right.kind != "group";
            let resource = if is_prefixed { format!("{name}.{resource}") } else { resource };
            Right { resource, ..right.clone() }
        };
        let rights = rights.iter().filter(|right| missing != Some(*right)).map(owned).collect();
        Self { rights, missing: missing.map(owned), name }
    }

    pub(super) fn group(&self) -> &'static str {
        self.name.clone().leak()
    }

    pub(super) fn client(&self, builder: eventgen::ClientBuilder) -> Client {
        builder.topic_prefix(format!("{}.", self.name)).build().expect("the addresses are complete")
    }

    /// The client of the service, and one of an administrator who has created its topics.
    pub(super) async fn clients(&self, registry: &str) -> (Client, Client) {
        let administrator = self.client(Client::builder(variable("KAFKA_BOOTSTRAP_SERVERS"), registry));
        let parcels = parcels_v1::TOPIC.with_groups(Vec::leak(vec![self.group()]));
        let overrides = TopicOverrides::default().with_replication_factor(Some(1));
        administrator.create_topics(&[&parcels, &invoices_v1::TOPIC], overrides).await.expect("topics");
        let client =
            self.client(builder(&sasl_tls(), registry, password("SCRAM-SHA-512", &self.name, "secret")));
        (client, administrator)
    }

    /// Sends parcels and handles them: one waits for a second attempt and the next one of its key follows it, one becomes a dead
    /// letter.
    ///
    /// Returns what went wrong.
    async fn run(&self, registry: &str) -> String {
        let (client, administrator) = self.clients(registry).await;
        match self.work(&client, &administrator).await {
            Ok(said) => said,
            Err(error) => error.to_string(),
        }
    }

    async fn work(&self, client: &Client, administrator: &Client) -> Result<String, eventgen::Error> {
        client.register::<ParcelsV1>().await?;
        client.register::<InvoicesV1>().await?;
        let producer = ParcelsV1::producer(client).await?;
        for id in ["good", "late", "late", "bad"] {
            producer.send(&Parcel { id: id.to_owned() }).await?;
        }
        let handler = Billing { invoices: InvoicesV1::producer(client).await? };
        let said = Arc::new(Said::default());
        let consumer = Consumer::new(client, self.group())
            .subscribe(ParcelsV1::handler(handler))
            .observe(Arc::<Said>::clone(&said));
        let done = async {
            let begun = tokio::time::Instant::now();
            while begun.elapsed() < PATIENCE
                && !self.is_done(administrator).await
                && !self.is_named(&said.text())
            {
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
        };
        consumer.run_until(done).await.map_err(|stopped| stopped.error)?;
        Ok(said.text())
    }

    async fn is_done(&self, administrator: &Client) -> bool {
        let count =
            async |topic: &str| records(administrator, topic).await.map_or(0, |records| records.len());
        count(invoices_v1::TOPIC.name).await >= 3 && count("parcels.v1.dlq").await >= 1
    }

    /// Whether a text names the right that is missing.
    pub(super) fn is_named(&self, text: &str) -> bool {
        self.missing
            .as_ref()
            .is_some_and(|right| text.contains(&right.resource) && text.contains(&right.operation))
    }
}

struct Billing {
    invoices: Producer<InvoicesV1>,
}

impl ParcelsV1Handler for Billing {
    async fn parcel(&self, parcel: Parcel, delivery: &Delivery) -> Result<(), HandlerError> {
        match (parcel.id.as_str(), delivery.attempt) {
            ("bad", _) => Err(HandlerError::reject("no such address")),
            ("late", 1) => Err(HandlerError::retry("nobody is in the office")),
            _ => self
                .invoices
                .send(&Invoice { parcel: parcel.id })
                .await
                .map_err(HandlerError::retry)
                .map(|_| ()),
        }
    }
}

/// What a consumer reports besides its records.
#[derive(Default)]
pub(super) struct Said(Mutex<Vec<String>>);

impl Said {
    pub(super) fn text(&self) -> String {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).join("\n")
    }
}

impl Observer for Said {
    fn on_consumer_event(&self, _: &str, event: &ConsumerEvent<'_>) {
        let cause = match event {
            ConsumerEvent::ClusterError { cause, .. }
            | ConsumerEvent::CommitFailed { cause, .. }
            | ConsumerEvent::Held { cause, .. }
            | ConsumerEvent::Retried { cause, .. } => *cause,
            _ => return,
        };
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if said.iter().all(|other| other != cause) {
            said.push(cause.to_owned());
        }
    }
}

/// Makes the users with their rights.
pub(super) fn grant(services: &[Service]) {
    let mut java = Command::new("java");
    java.args(["-XX:TieredStopAtLevel=1", "-Xmx256m", "-cp", &variable("EVENTGEN_KAFKA_CLASS_PATH")]);
    java.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/Rights.java"));
    java.arg(variable("KAFKA_BOOTSTRAP_SERVERS"));
    let mut process = java.stdin(Stdio::piped()).spawn().expect("java");
    let mut input = process.stdin.take().expect("a pipe");
    for service in services {
        writeln!(input, "user {} secret", service.name).expect("written");
        for Right { kind, resource, operation } in &service.rights {
            writeln!(input, "allow {} {kind} {resource} {operation}", service.name).expect("written");
        }
    }
    drop(input);
    assert!(process.wait().expect("java").success());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a secured Kafka: cargo xtask test"]
async fn generated_rights_are_enough_and_none_can_be_missing() {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let services = Service::all(SERVICE, &generated());
    grant(&services);
    let url = registry.url();
    let said = join_all(services.iter().map(|service| service.run(&url))).await;
    check(&services, &said);
}

/// Checks that the service with all rights lacks none, and that each other one has said which it lacks.
pub(super) fn check(services: &[Service], said: &[String]) {
    let mut wrong = Vec::new();
    for (service, said) in services.iter().zip(said) {
        println!("without {:?}: {said}\n", service.missing);
        let is_right =
            if service.missing.is_none() { !said.contains("the user needs") } else { service.is_named(said) };
        if !is_right {
            wrong.push(&service.missing);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
