//! Runs Apicurio Registry in memory, with the interface of Confluent's Schema Registry.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::error::{Context as _, Failure};
use crate::folders::real;
use crate::server::{State, await_ready, down, start};
use crate::{maven, ports};

/// How long the registry may take to start: 4 s on an idle machine.
const READY: Duration = Duration::from_secs(90);

/// The path of Confluent's interface.
const INTERFACE: &str = "/apis/ccompat/v7";

/// The folder of a registry.
pub(crate) fn folder(name: &str) -> PathBuf {
    real().join(name)
}

/// Starts a registry in a folder if none runs there.
pub(crate) fn up(folder: &Path) -> Result<State, Failure> {
    if let Some(state) = State::read(folder) {
        if state.runs(folder) {
            return Ok(state);
        }
        down(folder)?;
    }
    let unpacked = maven::apicurio()?;
    let jar = maven::find(&unpacked, "-runner.jar").ok_or("Apicurio came without its runner jar")?;
    launch(folder, &jar).or_else(|_| {
        down(folder)?;
        launch(folder, &jar)
    })
}

fn launch(folder: &Path, jar: &Path) -> Result<State, Failure> {
    fs::create_dir_all(folder).context(folder.display())?;
    let port = ports::free(1)?[0];
    let mut command = Command::new("java");
    command
        .args(["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dquarkus.http.host=127.0.0.1"])
        .arg(format!("-Dquarkus.http.port={port}"))
        // The same schema in other white space keeps its version.
        .arg("-Dapicurio.ccompat.use-canonical-hash=true")
        // Nothing reads this: it makes the process known as this folder's.
        .arg(format!("-Deventgen.folder={}", folder.display()))
        .arg("-jar")
        .arg(jar);
    let process = start(command, folder, "registry.log")?;
    let mut state = State { process_ids: vec![process.id()], ..State::default() };
    state.addresses.insert("SCHEMA_REGISTRY_URL".to_owned(), format!("http://127.0.0.1:{port}{INTERFACE}"));
    state.write(folder)?;
    await_ready("the registry", vec![process], READY, || answers(port))?;
    Ok(state)
}

/// Whether the registry lists its subjects.
fn answers(port: u16) -> bool {
    let ask = || -> std::io::Result<bool> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET {INTERFACE}/subjects HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        Ok(&status == b"HTTP/1.1 200")
    };
    ask().unwrap_or(false)
}
