//! Kafka Connect with Debezium's connector, as a process.

use std::fs::{self, File};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::support::connect;

/// How long it may take to start beside other tests.
const PATIENCE: Duration = Duration::from_secs(180);

const LOGGING: &str = "rootLogger.level=INFO\nrootLogger.appenderRef.out.ref=out\nappender.out.type=Console\n\
                       appender.out.name=out\nappender.out.layout.type=PatternLayout\nappender.out.layout.pattern=%p %m%n%ex\n";

/// A worker with one connector. It is killed when it is dropped.
pub(crate) struct Connect {
    folder: PathBuf,
    worker: Child,
}

impl Connect {
    /// Starts it with the settings that `eventgen generate sql` writes and those that it asks for. Returns once it reads the
    /// log of the database.
    pub(crate) async fn start(brokers: &str, database: &str, generated: &str) -> Self {
        let class_path =
            std::env::var("EVENTGEN_DEBEZIUM_CLASS_PATH").expect("run `cargo xtask test --only outbox`");
        let folder = std::env::temp_dir().join(format!("eventgen-connect-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let file = |name: &str, text: &str| {
            fs::write(folder.join(name), text).expect("a file");
            folder.join(name)
        };
        let logging = file("log4j2.properties", LOGGING);
        let worker =
            file("worker.properties", &worker(brokers, &folder.join("offsets").display().to_string()));
        let connector = file("outbox.properties", &format!("{generated}{}", address(database)));
        let log = File::create(folder.join("log")).expect("a log");
        let mut command = Command::new("java");
        command.args(["-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", &class_path]);
        command.arg(format!("-Dlog4j2.configurationFile={}", logging.display()));
        command.arg("org.apache.kafka.connect.cli.ConnectStandalone").arg(worker).arg(connector);
        command.stdin(Stdio::null()).stderr(log.try_clone().expect("a log")).stdout(log);
        let mut connect = Self { folder, worker: command.spawn().expect("java") };
        connect.reads(database).await;
        connect
    }

    async fn reads(&mut self, database: &str) {
        let database = connect(database).await;
        let end = Instant::now() + PATIENCE;
        let slots = "SELECT count(*) FROM pg_replication_slots WHERE active";
        while database.query_one(slots, &[]).await.expect("slots").get::<_, i64>(0) == 0 {
            self.expect_running(end);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Panics with the log if the connector has failed, or it is later than this.
    pub(crate) fn expect_running(&mut self, until: Instant) {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        let has_ended = self.worker.try_wait().expect("its status").is_some();
        let has_failed = has_ended || log.contains("Task is being killed");
        assert!(!has_failed && Instant::now() < until, "Kafka Connect:\n{log}");
    }
}

impl Drop for Connect {
    fn drop(&mut self) {
        // It may have ended. What is left is in the folder of temporary files.
        let _ = self.worker.kill();
        let _ = self.worker.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The settings of the worker. Its converters are not those that the connector needs.
fn worker(brokers: &str, offsets: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("its address").port();
    let json = "org.apache.kafka.connect.json.JsonConverter";
    format!(
        "bootstrap.servers={brokers}\nkey.converter={json}\nvalue.converter={json}\n\
         offset.storage.file.filename={offsets}\noffset.flush.interval.ms=1000\n\
         listeners=http://127.0.0.1:{port}\nplugin.discovery=service_load\n"
    )
}

/// What the generated settings leave to the reader.
fn address(database: &str) -> String {
    let config: Config = database.parse().expect("an address");
    let [Host::Tcp(host)] = config.get_hosts() else { panic!("{database}") };
    let (port, user) = (config.get_ports()[0], config.get_user().expect("a user"));
    let name = config.get_dbname().expect("a database");
    format!(
        "name=outbox\ntasks.max=1\ndatabase.hostname={host}\ndatabase.port={port}\ndatabase.user={user}\n\
         database.password=none\ndatabase.dbname={name}\ntopic.prefix=app\nslot.name=outbox\npublication.name=outbox\n"
    )
}
