//! A broker: its ports, and its properties.

use std::path::{Path, PathBuf};

use super::access::Access;

/// The ports of a broker.
pub(super) const PORTS: usize = 5;

/// Users and their passwords, for PLAIN and for SCRAM-SHA-512.
pub(super) const USERS: [(&str, &str); 2] = [("alice", "alice-secret"), ("bob", "bob-secret")];

/// The variable with the folder of the certificates.
pub(super) const TLS_FOLDER: &str = "KAFKA_TLS_FOLDER";

/// One broker.
pub(super) struct Node {
    pub(super) id: usize,
    pub(super) access: Access,
    pub(super) plaintext: u16,
    pub(super) sasl: u16,
    pub(super) controller: u16,
    pub(super) tls: u16,
    pub(super) sasl_tls: u16,
}

/// The folder of the certificates of a cluster.
pub(super) fn tls_folder(folder: &Path) -> PathBuf {
    folder.join("tls")
}

impl Node {
    pub(super) fn new(id: usize, ports: &[u16], access: Access) -> Self {
        let [plaintext, sasl, controller, tls, sasl_tls] = ports else {
            panic!("a broker has {PORTS} ports")
        };
        let [plaintext, sasl, controller, tls, sasl_tls] = [*plaintext, *sasl, *controller, *tls, *sasl_tls];
        Self { id, access, plaintext, sasl, controller, tls, sasl_tls }
    }

    pub(super) fn properties_file(&self, folder: &Path) -> PathBuf {
        folder.join(format!("broker-{}.properties", self.id))
    }

    // Groups of the new protocol have the broker's timeouts: short ones, so that tests with members that are killed or
    // paused do not wait for the usual 45 s. librdkafka waits for the answer to a heartbeat as long as the interval between two,
    // and forgets the assignment in an answer that comes later, so that the interval is longer than what a busy machine needs.
    pub(super) fn properties(&self, folder: &Path, nodes: &[Self]) -> String {
        let Self { id, controller, .. } = self;
        let voters: Vec<String> =
            nodes.iter().map(|node| format!("{}@127.0.0.1:{}", node.id, node.controller)).collect();
        let replicas = nodes.len().min(3);
        let in_sync = if replicas == 3 { 2 } else { 1 };
        let (listeners, access) = match self.access {
            Access::Open => (self.open_listeners(), OPEN.to_owned()),
            Access::Secured => (self.secured_listeners(), secured(folder)),
        };
        format!(
            "process.roles=broker,controller
node.id={id}
controller.quorum.voters={voters}
listeners={listeners},CONTROLLER://127.0.0.1:{controller}
advertised.listeners={listeners}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,SASL_SSL:SASL_SSL
controller.listener.names=CONTROLLER
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
{access}log.dirs={data}
default.replication.factor={replicas}
min.insync.replicas={in_sync}
offsets.topic.replication.factor={replicas}
offsets.topic.num.partitions=8
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
transaction.state.log.num.partitions=8
group.initial.rebalance.delay.ms=0
group.consumer.min.session.timeout.ms=6000
group.consumer.session.timeout.ms=6000
group.consumer.min.heartbeat.interval.ms=1000
group.consumer.heartbeat.interval.ms=2000
auto.create.topics.enable=false
broker.session.timeout.ms=6000
",
            voters = voters.join(","),
            data = folder.join(format!("data-{id}")).display(),
        )
    }

    fn open_listeners(&self) -> String {
        let Self { plaintext, sasl, .. } = self;
        format!("PLAINTEXT://127.0.0.1:{plaintext},SASL_PLAINTEXT://127.0.0.1:{sasl}")
    }

    fn secured_listeners(&self) -> String {
        let Self { tls, sasl_tls, .. } = self;
        format!("{},SSL://127.0.0.1:{tls},SASL_SSL://127.0.0.1:{sasl_tls}", self.open_listeners())
    }
}

/// Without an access control list everybody may do everything; a test that adds one restricts the user `alice`.
const OPEN: &str = "\
inter.broker.listener.name=PLAINTEXT
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"alice-secret\";
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
";

/// What no access control list allows is denied, except to brokers and to clients without encryption.
fn secured(folder: &Path) -> String {
    let tls = tls_folder(folder).display().to_string();
    let users = USERS.map(|(user, password)| format!(" user_{user}=\"{password}\"")).concat();
    let plain = format!("org.apache.kafka.common.security.plain.PlainLoginModule required{users};");
    let scram = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    format!(
        "inter.broker.listener.name=SSL
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-512
listener.name.sasl_plaintext.plain.sasl.jaas.config={plain}
listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config={scram}
listener.name.sasl_ssl.plain.sasl.jaas.config={plain}
listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config={scram}
listener.name.ssl.ssl.client.auth=required
ssl.keystore.type=PEM
ssl.keystore.location={tls}/broker.keystore.pem
ssl.truststore.type=PEM
ssl.truststore.location={tls}/ca.pem
super.users=User:ANONYMOUS;User:CN=broker
"
    )
}
