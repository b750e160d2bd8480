//! Errors that end a command.

use std::io;
use std::path::PathBuf;

use eventgen_admin::dead_letters::RunError;
use eventgen_admin::{AdminError, ApplyError, NoEncoder, PlanFileError};
use eventgen_outbox::{OperatorError, RelayError};
use eventgen_registry::RegistryError;
use eventgen_registry::registration;
use eventgen_schema::Diagnostics;

use crate::count::count;
use crate::git::GitError;
use crate::outcome::Outcome;

/// An error that ends a command.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Contract(#[from] Diagnostics),
    #[error("the old version has errors")]
    OldVersion(Diagnostics),
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{} and {} have no schema in common: nothing was compared", old.display(), new.display())]
    NothingInCommon { old: PathBuf, new: PathBuf },
    #[error("there is no {}: `eventgen register` writes it; commit it", path.display())]
    NoLock { path: PathBuf },
    #[error("{} has no registry: nothing was compared; run `eventgen register`, and commit what it writes", path.display())]
    EmptyLock { path: PathBuf },
    #[error("{} says nothing of `{registry}`: it has {}", path.display(), if known.is_empty() {
        "no registry".to_owned()
    } else {
        known.join(", ")
    })]
    NotLocked { path: PathBuf, registry: String, known: Vec<String> },
    #[error("there is no lint `{lint}`: `eventgen explain` lists the lints with their codes")]
    UnknownLint { lint: String },
    #[error(transparent)]
    Codegen(eventgen_codegen::Error),
    #[error(transparent)]
    Artefact(#[from] eventgen_artifacts::Error),
    #[error(transparent)]
    Registry(#[from] RegistryError),
    #[error("{error}; {}", left(error))]
    Unfinished { error: Box<registration::ApplyError> },
    #[error("the folder {} cannot be entered: {source}", path.display())]
    Folder { path: PathBuf, source: io::Error },
    #[error("{} cannot be written: {source}", path.display())]
    Write { path: PathBuf, source: io::Error },
    #[error("the folder {} is not empty: name a new one", path.display())]
    NotEmpty { path: PathBuf },
    #[error("{} cannot be read: {source}", path.display())]
    Read { path: PathBuf, source: io::Error },
    #[error(
        "there is no eventgen.toml in this folder or above it, so environment `{environment}` is unknown"
    )]
    NoManifest { environment: String },
    #[error(
        "environment `{environment}` of eventgen.toml has no `schema-registry`: add it, or pass --schema-registry"
    )]
    NoRegistryInEnvironment { environment: String },
    #[error(
        "environment `{environment}` of eventgen.toml has only one of `schema-registry-ssl-certificate-location` and \
         `schema-registry-ssl-key-location`: add the other"
    )]
    HalfCertificate { environment: String },
    #[error("no Schema Registry is configured: pass --env or --schema-registry, or set SCHEMA_REGISTRY_URL")]
    NoRegistry,
    #[error("the registry has no subject `{pattern}`")]
    NoSubject { pattern: String },
    #[error("subject `{subject}` refers to {referenced}, which the registry lacks")]
    NoReference { subject: String, referenced: String },
    #[error(transparent)]
    Cluster(#[from] AdminError),
    #[error(
        "environment `{environment}` of eventgen.toml has no `bootstrap-servers`: add it, or pass --bootstrap-servers"
    )]
    NoClusterInEnvironment { environment: String },
    #[error(
        "environment `{environment}` of eventgen.toml has an empty `{property}`, which is `{written}` there: set what it names"
    )]
    EmptyAddress { environment: String, property: &'static str, written: String },
    #[error("`{address}` is not the address of a broker: {reason}")]
    Address { address: String, reason: &'static str },
    #[error("no cluster is configured: pass --env or --bootstrap-servers, or set KAFKA_BOOTSTRAP_SERVERS")]
    NoCluster,
    #[error("-X: write NAME=VALUE with a property of librdkafka, such as sasl.mechanism=PLAIN")]
    Property,
    #[error(transparent)]
    Apply(#[from] ApplyError),
    #[error(
        "environment `{environment}` of eventgen.toml is cluster {expected}, and this is {found}: nothing was changed"
    )]
    WrongCluster { environment: String, expected: String, found: String },
    #[error("the contract has no topic `{topic}`{}", near.as_ref().map_or_else(
        || ": `eventgen check` lists its topics".to_owned(),
        |near| format!(": did you mean `{near}`?"),
    ))]
    UnknownTopic { topic: String, near: Option<String> },
    #[error("`{topic}` belongs to topic `{source_topic}`, whose plan has it: pass --topic {source_topic}")]
    TopicOfAnother { topic: String, source_topic: String },
    #[error("neither the contract nor its topics have a group `{group}`{}", near.as_ref().map_or_else(
        String::new,
        |near| format!(": did you mean `{near}`?"),
    ))]
    UnknownGroup { group: String, near: Option<String> },
    #[error(transparent)]
    Letters(#[from] RunError),
    #[error(
        "--to needs --topic with one dead-letter topic: letters of several topics in one are rarely what is meant"
    )]
    ToOfSeveral,
    #[error(
        "`{topic}` has dead letters itself: --to needs a topic with a consumer that handles what it gets"
    )]
    ToDeadLetters { topic: String },
    #[error(
        "topic `{topic}` has events of the contract, which are no dead letters: pass --topic with the name of a dead-letter topic"
    )]
    NotDeadLetters { topic: String },
    #[error("no topic has dead letters in the contract: pass --topic with the name of a dead-letter topic")]
    NoDeadLetters,
    #[error("{} cannot be applied: {source}", path.display())]
    SavedPlan { path: PathBuf, source: PlanFileError },
    #[error(
        "a saved plan is applied as it is: pass --topic, --allow-… and --retention-step to `eventgen topics plan`"
    )]
    SavedPlanOptions,
    #[error("nothing was changed: there is no terminal to ask on; pass --yes")]
    NotConfirmed,
    #[error(
        "`{text}` is not understood as a time: write `beginning`, `end`, a time such as 2026-01-31T09:30:00Z or 2026-01-31, or how \
         long ago, such as 2h"
    )]
    Time { text: String },
    #[error(transparent)]
    Encoder(#[from] NoEncoder),
    #[error("{wrong} of {}, nothing was sent", lines(*all))]
    WrongLines { wrong: usize, all: usize },
    #[error("the input has more than {limit} MiB: every line is checked before one is sent; split it")]
    TooMuchInput { limit: usize },
    #[error(
        "topic `{topic}` is not compacted: a record without a value deletes nothing there, and consumers dead-letter it"
    )]
    NotCompacted { topic: String },
    #[error("the schema of `{event}` is not registered under `{subject}`: run `eventgen register`")]
    NotRegistered { event: String, subject: String },
    #[error("nothing was sent: `{environment}` is production; pass --yes")]
    Production { environment: String },
    #[error(
        "it cannot be decided which records are shown: the {what} at {partition}:{offset} is not decoded: {reason}"
    )]
    Undecided { what: &'static str, partition: i32, offset: i64, reason: String },
    #[error("--offset is an offset of one partition: pass one --partition")]
    OffsetOfPartitions,
    #[error("values cannot be read by the contract: {reason}")]
    Values { reason: String },
    #[error("no database is configured: pass --database, or set DATABASE_URL")]
    NoDatabase,
    #[error(
        "the address of the database is not understood: write postgres://user@host:port/database, or `host=… user=… dbname=…`"
    )]
    DatabaseAddress,
    #[error(
        "the `sslmode` of the address of the database is unknown: write disable, prefer, require, verify-ca or verify-full"
    )]
    TlsMode,
    #[error(
        "the address of the database has one of `sslcert` and `sslkey`: a certificate needs its private key, so set both"
    )]
    TlsPair,
    #[error("TLS with the database cannot be set up: {reason}")]
    Tls { reason: String },
    #[error(transparent)]
    Operator(#[from] OperatorError),
    #[error(transparent)]
    Relay(#[from] RelayError),
    #[error("{address} cannot be listened on: {source}")]
    Listen { address: String, source: io::Error },
    #[error("unknown code `{code}`{}", near.map_or_else(
        || ": `eventgen explain` lists all codes".to_owned(),
        |near| format!(": did you mean `{near}`?"),
    ))]
    UnknownCode { code: String, near: Option<&'static str> },
    #[error(
        "there is no artefact `{artefact}`, and no file or folder of this name: \
         `eventgen generate` writes Rust, `eventgen generate ARTEFACT` another one: {}",
        known.join(", ")
    )]
    UnknownArtefact { artefact: String, known: Vec<String> },
    #[error(
        "{} has files, and no catalogue: choose an empty folder with --out, or one that does not exist",
        path.display()
    )]
    NotACatalogue { path: PathBuf },
    #[error("{} was not written by this command: move it, or choose another folder with --out", path.display())]
    FileOfAnother { path: PathBuf },
    #[error("the report cannot be written: {0}")]
    Report(#[from] serde_json::Error),
    #[error("standard output cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// How many lines are wrong, of how many.
fn lines(all: usize) -> String {
    let verb = if all == 1 { "line is" } else { "lines are" };
    format!("{all} {verb} wrong")
}

/// What a registration that ended early leaves to do.
fn left(error: &registration::ApplyError) -> String {
    const NAMED: usize = 5;
    let mut names = error.left.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if error.left.len() > NAMED {
        names.push_str(", …");
    }
    let (applied, left) = (count(error.applied, "subject"), error.left.len());
    format!("{applied} done, {left} left ({names}): run the command again, it continues with them")
}

impl From<eventgen_codegen::Error> for Failure {
    fn from(error: eventgen_codegen::Error) -> Self {
        match error {
            eventgen_codegen::Error::Manifest(diagnostics) => Self::Contract(diagnostics),
            error => Self::Codegen(error),
        }
    }
}

impl Failure {
    /// The exit code.
    pub(crate) fn outcome(&self) -> Outcome {
        match self {
            Self::UnknownCode { .. }
            | Self::UnknownArtefact { .. }
            | Self::UnknownTopic { .. }
            | Self::TopicOfAnother { .. }
            | Self::NotACatalogue { .. }
            | Self::FileOfAnother { .. }
            | Self::UnknownLint { .. }
            | Self::SavedPlanOptions
            | Self::NoDeadLetters
            | Self::NotDeadLetters { .. }
            | Self::Property
            | Self::Address { .. }
            | Self::EmptyAddress { .. }
            | Self::UnknownGroup { .. }
            | Self::ToOfSeveral
            | Self::ToDeadLetters { .. }
            | Self::Time { .. }
            | Self::OffsetOfPartitions
            | Self::Production { .. }
            | Self::NotCompacted { .. }
            | Self::Encoder(_)
            | Self::NoDatabase
            | Self::DatabaseAddress
            | Self::TlsMode
            | Self::TlsPair
            | Self::Tls { .. }
            | Self::NotConfirmed => Outcome::Usage,
            Self::Cluster(error)
            | Self::Letters(RunError::Admin(error))
            | Self::Apply(ApplyError::Admin(error))
                if error.is_silence() =>
            {
                Outcome::Unreachable
            }
            Self::Apply(ApplyError::Moved(_)) => Outcome::Stale,
            Self::Unfinished { error } if matches!(*error.error, RegistryError::Incompatible { .. }) => {
                Outcome::Incompatible
            }
            _ => Outcome::Failure,
        }
    }
}
