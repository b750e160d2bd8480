//! Runs Apache Kafka in `KRaft` mode on loopback: each broker is a controller too.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Context as _, Failure};
use crate::folders::real;
use crate::server::{State, await_ready, down, kill, start, terminate};
use crate::{kafka_protocol, maven, ports};

/// How long a cluster may take to start: three brokers on two busy cores take 20 s.
const READY: Duration = Duration::from_secs(120);

/// Small heaps, and a collector with little overhead.
const JVM: [&str; 3] = ["-Xmx512m", "-Xms128m", "-XX:+UseSerialGC"];

const LOGGING: &str = "\
rootLogger.level=INFO
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
";

/// The folder of a cluster.
pub(crate) fn folder(name: &str) -> PathBuf {
    real().join(name)
}

/// Kafka's class path. The JVM expands the star.
pub(crate) fn class_path() -> Result<String, Failure> {
    Ok(maven::kafka()?.join("*").display().to_string())
}

/// Starts a cluster in a folder if none runs there.
pub(crate) fn up(folder: &Path, brokers: usize) -> Result<State, Failure> {
    if let Some(state) = State::read(folder) {
        if state.runs(folder) {
            if state.process_ids.len() == brokers {
                return Ok(state);
            }
            let running = state.process_ids.len();
            return Err(
                format!("{running} brokers run already; `cargo xtask kafka down` stops them first").into()
            );
        }
        down(folder)?;
    }
    if brokers == 0 {
        return Err("a cluster has one broker at least".into());
    }
    let class_path = class_path()?;
    // A port that was free may be taken by the time a broker binds it; once more is enough in practice.
    launch(folder, brokers, &class_path).or_else(|_| {
        down(folder)?;
        launch(folder, brokers, &class_path)
    })
}

fn launch(folder: &Path, brokers: usize, class_path: &str) -> Result<State, Failure> {
    fs::create_dir_all(folder).context(folder.display())?;
    fs::write(folder.join("log4j2.properties"), LOGGING).context("writing log4j2.properties")?;
    let ports = ports::free(brokers * 3)?;
    let nodes: Vec<Node> = ports
        .chunks(3)
        .zip(1..)
        .map(|(ports, id)| Node { id, plaintext: ports[0], sasl: ports[1], controller: ports[2] })
        .collect();
    let cluster_id = format(folder, &nodes, class_path)?;
    let mut state = State::default();
    let addresses = |port: fn(&Node) -> u16| {
        nodes.iter().map(|node| format!("127.0.0.1:{}", port(node))).collect::<Vec<_>>().join(",")
    };
    state.addresses.insert("KAFKA_BOOTSTRAP_SERVERS".to_owned(), addresses(|node| node.plaintext));
    state.addresses.insert("KAFKA_SASL_BOOTSTRAP_SERVERS".to_owned(), addresses(|node| node.sasl));
    state.addresses.insert("KAFKA_CLUSTER_ID".to_owned(), cluster_id);
    let mut processes = Vec::new();
    for node in &nodes {
        let mut command = java(folder, class_path);
        command.arg("kafka.Kafka").arg(node.properties_file(folder));
        let process = start(command, folder, &format!("broker-{}.log", node.id))?;
        state.process_ids.push(process.id());
        state.write(folder)?;
        processes.push(process);
    }
    await_ready("Kafka", processes, READY, || {
        nodes.iter().all(|node| kafka_protocol::known_brokers(node.plaintext) == Some(brokers))
    })?;
    Ok(state)
}

/// Kills a broker. The first is 1.
pub(crate) fn kill_broker(folder: &Path, number: usize) -> Result<(), Failure> {
    kill(broker_id(folder, number)?, folder)
}

/// Stops a broker as an upgrade does: it hands over what it leads.
pub(crate) fn stop_broker(folder: &Path, number: usize) -> Result<(), Failure> {
    terminate(broker_id(folder, number)?, folder)
}

/// The process id of a broker. The first is 1.
fn broker_id(folder: &Path, number: usize) -> Result<u32, Failure> {
    let state = State::read(folder).ok_or("no cluster runs")?;
    let id = number.checked_sub(1).and_then(|index| state.process_ids.get(index));
    id.copied().ok_or_else(|| format!("there is no broker {number}").into())
}

/// Starts a broker that was killed or stopped, on the same data, and waits until it answers.
pub(crate) fn start_broker(folder: &Path, number: usize) -> Result<(), Failure> {
    let mut state = State::read(folder).ok_or("no cluster runs")?;
    let addresses = state.address("KAFKA_BOOTSTRAP_SERVERS");
    let index = number.checked_sub(1).filter(|index| *index < state.process_ids.len());
    let index = index.ok_or_else(|| format!("there is no broker {number}"))?;
    let port = addresses.split(',').nth(index).and_then(|address| address.rsplit(':').next()?.parse().ok());
    let port: u16 = port.ok_or("the state of the cluster names no port")?;
    let mut command = java(folder, &class_path()?);
    command.arg("kafka.Kafka").arg(folder.join(format!("broker-{number}.properties")));
    let process = start(command, folder, &format!("broker-{number}-{}.log", state.process_ids[index]))?;
    state.process_ids[index] = process.id();
    state.write(folder)?;
    await_ready("the broker", vec![process], READY, || kafka_protocol::known_brokers(port).is_some())
}

struct Node {
    id: usize,
    plaintext: u16,
    sasl: u16,
    controller: u16,
}

impl Node {
    fn properties_file(&self, folder: &Path) -> PathBuf {
        folder.join(format!("broker-{}.properties", self.id))
    }

    // Without an access control list everybody may do everything; a test that adds one restricts the user `alice`.
    //
    // Groups of the new protocol have the broker's timeouts: short ones, so that tests with members that are killed or
    // paused do not wait for the usual 45 s. librdkafka waits for the answer to a heartbeat as long as the interval between two,
    // and forgets the assignment in an answer that comes later, so that the interval is longer than what a busy machine needs.
    fn properties(&self, folder: &Path, nodes: &[Self]) -> String {
        let Self { id, plaintext, sasl, controller } = self;
        let voters: Vec<String> =
            nodes.iter().map(|node| format!("{}@127.0.0.1:{}", node.id, node.controller)).collect();
        let replicas = nodes.len().min(3);
        let in_sync = if replicas == 3 { 2 } else { 1 };
        format!(
            "process.roles=broker,controller
node.id={id}
controller.quorum.voters={voters}
listeners=PLAINTEXT://127.0.0.1:{plaintext},SASL_PLAINTEXT://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{plaintext},SASL_PLAINTEXT://127.0.0.1:{sasl}
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
sasl.enabled.mechanisms=PLAIN
listener.name.sasl_plaintext.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required user_alice=\"alice-secret\";
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS
allow.everyone.if.no.acl.found=true
log.dirs={data}
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
}

/// Writes each broker's properties and formats its data folder.
fn format(folder: &Path, nodes: &[Node], class_path: &str) -> Result<String, Failure> {
    let mut random = java(folder, class_path);
    random.args(["kafka.tools.StorageTool", "random-uuid"]);
    let output = random.output().context("making a cluster id")?;
    let cluster_id =
        String::from_utf8_lossy(&output.stdout).lines().last().unwrap_or_default().trim().to_owned();
    let mut formatting = Vec::new();
    for node in nodes {
        fs::write(node.properties_file(folder), node.properties(folder, nodes))
            .context("writing broker properties")?;
        let mut command = java(folder, class_path);
        command.args(["kafka.tools.StorageTool", "format", "-t", &cluster_id, "-c"]);
        command.arg(node.properties_file(folder));
        formatting.push(command.output().context("formatting a data folder")?);
    }
    match formatting.iter().find(|output| !output.status.success()) {
        Some(output) => {
            let text = [&output.stdout[..], &output.stderr].concat();
            Err(format!("a data folder could not be formatted:\n{}", String::from_utf8_lossy(&text)).into())
        }
        None => Ok(cluster_id),
    }
}

fn java(folder: &Path, class_path: &str) -> Command {
    let mut command = Command::new("java");
    command
        .args(JVM)
        .arg(format!("-Dlog4j2.configurationFile={}", folder.join("log4j2.properties").display()));
    command.args(["-cp", class_path]);
    command
}
