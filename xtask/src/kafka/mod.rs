//! Runs Apache Kafka in `KRaft` mode on loopback: each broker is a controller too.

mod access;
mod certificates;
mod node;
mod protocol;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Context as _, Failure};
use crate::folders::real;
use crate::server::{State, await_ready, down, kill, start, terminate};
use crate::{maven, ports};
pub(crate) use access::Access;
use certificates::Certificates;
use node::{Node, PORTS, USERS};

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
pub(crate) fn up(folder: &Path, brokers: usize, access: Access) -> Result<State, Failure> {
    if let Some(state) = State::read(folder) {
        if state.runs(folder) {
            let is_secured = state.addresses.contains_key(node::TLS_FOLDER);
            if state.process_ids.len() == brokers && is_secured == (access == Access::Secured) {
                return Ok(state);
            }
            let running = state.process_ids.len();
            let which = if is_secured { "secured brokers" } else { "brokers" };
            return Err(
                format!("{running} {which} run already; `cargo xtask kafka down` stops them first").into()
            );
        }
        down(folder)?;
    }
    if brokers == 0 {
        return Err("a cluster has one broker at least".into());
    }
    let class_path = class_path()?;
    // A port that was free may be taken by the time a broker binds it; once more is enough in practice.
    launch(folder, brokers, access, &class_path).or_else(|_| {
        down(folder)?;
        launch(folder, brokers, access, &class_path)
    })
}

fn launch(folder: &Path, brokers: usize, access: Access, class_path: &str) -> Result<State, Failure> {
    fs::create_dir_all(folder).context(folder.display())?;
    fs::write(folder.join("log4j2.properties"), LOGGING).context("writing log4j2.properties")?;
    let ports = ports::free(brokers * PORTS)?;
    let nodes: Vec<Node> =
        ports.chunks(PORTS).zip(1..).map(|(ports, id)| Node::new(id, ports, access)).collect();
    if access == Access::Secured {
        Certificates::make()?.write(&node::tls_folder(folder))?;
    }
    let cluster_id = format(folder, &nodes, class_path)?;
    let mut state = State::default();
    let addresses = |port: fn(&Node) -> u16| {
        nodes.iter().map(|node| format!("127.0.0.1:{}", port(node))).collect::<Vec<_>>().join(",")
    };
    state.addresses.insert("KAFKA_BOOTSTRAP_SERVERS".to_owned(), addresses(|node| node.plaintext));
    state.addresses.insert("KAFKA_SASL_BOOTSTRAP_SERVERS".to_owned(), addresses(|node| node.sasl));
    if access == Access::Secured {
        state.addresses.insert("KAFKA_SSL_BOOTSTRAP_SERVERS".to_owned(), addresses(|node| node.tls));
        state
            .addresses
            .insert("KAFKA_SASL_SSL_BOOTSTRAP_SERVERS".to_owned(), addresses(|node| node.sasl_tls));
        let tls_folder = node::tls_folder(folder).display().to_string();
        state.addresses.insert(node::TLS_FOLDER.to_owned(), tls_folder);
    }
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
        nodes.iter().all(|node| protocol::known_brokers(node.plaintext) == Some(brokers))
    })?;
    Ok(state)
}

/// Allows some principals everything on a secured cluster.
pub(crate) fn allow_everything(folder: &Path, principals: &[&str]) -> Result<(), Failure> {
    let state = State::read(folder).ok_or("no cluster runs")?;
    let mut command = java(folder, &class_path()?);
    command.args(["org.apache.kafka.tools.AclCommand", "--bootstrap-server"]);
    command.arg(state.address("KAFKA_BOOTSTRAP_SERVERS"));
    command.args(["--add", "--operation", "All", "--topic", "*", "--group", "*", "--cluster"]);
    command.args(["--transactional-id", "*"]);
    for principal in principals {
        command.args(["--allow-principal", principal]);
    }
    let output = command.output().context("adding access control lists")?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into()) }
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
    await_ready("the broker", vec![process], READY, || protocol::known_brokers(port).is_some())
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
        if node.access == Access::Secured {
            for (user, password) in USERS {
                let credentials = format!("SCRAM-SHA-512=[name={user},password={password}]");
                command.args(["--add-scram", &credentials]);
            }
        }
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
