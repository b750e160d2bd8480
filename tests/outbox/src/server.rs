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

/// The variable with the folder of the binaries.
const BINARIES: &str = "EVENTGEN_POSTGRES";
/// `nobody`: PostgreSQL refuses to run as root.
const NOBODY: u32 = 65_534;
/// How long a server may take to start or to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// The servers of this process.
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A server, which is stopped when it is dropped.
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
    /// # Panics
    /// If there are no binaries or the server does not start.
    pub fn start() -> Self {
        let binaries =
            binaries().expect("PostgreSQL: install it, or set EVENTGEN_POSTGRES to the folder of `postgres`");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("eventgen-postgres-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("rights");
        if is_root() {
            chown(&folder, Some(NOBODY), Some(NOBODY)).expect("a folder of nobody");
        }
        let mut postgres = Self { binaries, folder, port: 0, server: None };
        let data = postgres.data();
        let output = postgres
            .command("initdb")
            .args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .output()
            .expect("initdb");
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        postgres.port = free_port();
        postgres.resume();
        postgres
    }

    /// How to connect to it.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres?sslmode=disable", self.port)
    }

    /// Stops it at once, as an operator does; clients lose their connections.
    ///
    /// # Panics
    /// If it does not stop.
    pub fn stop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let stopped = Command::new("kill").args(["-INT", &server.id().to_string()]).status();
        assert!(stopped.is_ok_and(|status| status.success()), "no server");
        let end = Instant::now() + PATIENCE;
        while server.try_wait().expect("its status").is_none() {
            if Instant::now() > end {
                server.kill().expect("an end");
            }
            sleep(Duration::from_millis(10));
        }
    }

    /// Starts it again after [`stop`](Self::stop), with the same data and port.
    ///
    /// # Panics
    /// If it does not start.
    pub fn resume(&mut self) {
        let (data, log) = (self.data(), self.folder.join("log"));
        let pid_file = data.join("postmaster.pid");
        let log_file = fs::File::options().create(true).append(true).open(&log).expect("a log");
        let errors = log_file.try_clone().expect("a log");
        let mut command = self.command("postgres");
        command.arg("-D").arg(&data).args(["-p", &self.port.to_string()]);
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "max_prepared_transactions=4",
        ] {
            command.args(["-c", setting]);
        }
        let mut server =
            command.stdin(Stdio::null()).stdout(log_file).stderr(errors).spawn().expect("postgres");
        let end = Instant::now() + PATIENCE;
        loop {
            let state = fs::read_to_string(&pid_file).unwrap_or_default();
            if state.lines().nth(7).is_some_and(|line| line.starts_with("ready")) {
                break;
            }
            let ended = server.try_wait().expect("its status");
            let printed = || fs::read_to_string(&log).unwrap_or_default();
            assert!(ended.is_none() && Instant::now() < end, "PostgreSQL does not start:\n{}", printed());
            sleep(Duration::from_millis(20));
        }
        self.server = Some(server);
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A program of PostgreSQL. It is in the process group of the test, so that the interrupt of a terminal stops it too.
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

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("its address").port()
}

/// The folder of the binaries.
fn binaries() -> io::Result<PathBuf> {
    let is_there = |folder: &Path| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    if let Some(folder) = std::env::var_os(BINARIES).map(PathBuf::from) {
        return if is_there(&folder) { Ok(folder) } else { Err(io::ErrorKind::NotFound.into()) };
    }
    let mut folders: Vec<PathBuf> =
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).collect();
    // Debian has each version in a folder of its own, and none of them in the path.
    for version in fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten() {
        folders.push(version.path().join("bin"));
    }
    folders.into_iter().find(|folder| is_there(folder)).ok_or_else(|| io::ErrorKind::NotFound.into())
}
