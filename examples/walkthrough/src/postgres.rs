//! Starts and stops PostgreSQL on a free port, with its data in a folder of its own.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Failure;

/// The variable with the folder of the binaries.
const BINARIES: &str = "EVENTGEN_POSTGRES";
/// `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;
/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);
/// What makes it quick, for data that nobody needs tomorrow, and what the clients of the tests need.
const SETTINGS: &[&str] = &[
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_prepared_transactions=4",
    // Debezium reads the log.
    "wal_level=logical",
];

/// The servers of this process.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A server, which is stopped when it is dropped. Its binaries are those of the system, or those in the folder that the
/// variable `EVENTGEN_POSTGRES` names.
pub struct Postgres {
    binaries: PathBuf,
    folder: PathBuf,
    port: u16,
    /// `None` while it is stopped.
    server: Option<Child>,
}

impl Postgres {
    /// Makes a cluster with the database `postgres` and starts it.
    ///
    /// # Errors
    /// There are no binaries, or the server does not start.
    pub fn start() -> Result<Self, Failure> {
        let binaries = binaries()?;
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("eventgen-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder)?;
        // From here on its end removes the folder.
        let mut postgres = Self { binaries, folder, port: free_port()?, server: None };
        fs::set_permissions(&postgres.folder, fs::Permissions::from_mode(0o700))?;
        if is_root() {
            chown(&postgres.folder, Some(NOBODY), Some(NOBODY))?;
        }
        let data = postgres.data();
        let output = postgres
            .command("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()?;
        if !output.status.success() {
            return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr)).into());
        }
        postgres.resume()?;
        Ok(postgres)
    }

    /// How to connect to it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// The folder of its data, with the files of its settings.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Stops it at once, as an operator does; clients lose their connections.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let end = Instant::now() + PATIENCE;
        let asked = Command::new("kill").args(["-INT", &server.id().to_string()]).status();
        let mut is_asked = asked.is_ok_and(|status| status.success());
        while matches!(server.try_wait(), Ok(None)) {
            if !is_asked || Instant::now() > end {
                // Its own processes end when they find that it has.
                is_asked = server.kill().is_ok();
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Starts it again after [`stop`](Self::stop), with the same data and port.
    ///
    /// # Errors
    /// It does not start.
    pub fn resume(&mut self) -> Result<(), Failure> {
        let (data, log) = (self.data(), self.folder.join("log"));
        let pid_file = data.join("postmaster.pid");
        let log_file = fs::File::options().create(true).append(true).open(&log)?;
        let errors = log_file.try_clone()?;
        let mut command = self.command("postgres");
        command.arg("-D").arg(&data).args(["-p", &self.port.to_string()]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        self.server = Some(command.stdin(Stdio::null()).stdout(log_file).stderr(errors).spawn()?);
        let end = Instant::now() + PATIENCE;
        loop {
            let state = fs::read_to_string(&pid_file).unwrap_or_default();
            if state.lines().nth(7).is_some_and(|line| line.starts_with("ready")) {
                return Ok(());
            }
            let has_ended = match &mut self.server {
                Some(server) => server.try_wait()?.is_some(),
                None => true,
            };
            if has_ended || Instant::now() > end {
                let printed = fs::read_to_string(&log).unwrap_or_default();
                return Err(format!("PostgreSQL does not start:\n{printed}").into());
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// A program of PostgreSQL. It is in the process group of this one, so that the interrupt of a terminal stops it too.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.join(program));
        command.current_dir(&self.folder);
        if is_root() {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.stop();
        // What is left is in the folder of temporary files.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}

fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// The folder of the binaries.
fn binaries() -> Result<PathBuf, Failure> {
    let is_there = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    if let Some(folder) = std::env::var_os(BINARIES).map(PathBuf::from) {
        let missing = || format!("no `postgres` and `initdb` in {BINARIES}={}", folder.display());
        return if is_there(&folder) { Ok(folder) } else { Err(missing().into()) };
    }
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    // Debian has each version in a folder of its own, and none of them in the path.
    for version in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        folders.push(version.path().join("bin"));
    }
    let missing = "no PostgreSQL: install it (Debian, Ubuntu: apt-get install postgresql), or set EVENTGEN_POSTGRES to the \
                   folder of `postgres` and `initdb`";
    folders.into_iter().find(|folder| is_there(folder)).ok_or_else(|| missing.into())
}
