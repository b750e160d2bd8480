//! Downloads servers and oracles from Maven's central repository, once.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::{Context as _, Failure};
use crate::folders::real;

/// Apache Kafka with its tools and a binding for its logs.
const KAFKA: &str = r"<dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.4</version></dependency>
  </dependencies>";

/// Apicurio Registry, the whole application.
const APICURIO: &str = r"<build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>
    <configuration>
      <artifactItems><artifactItem>
        <groupId>io.apicurio</groupId><artifactId>apicurio-registry-app</artifactId><version>3.0.9</version>
        <classifier>all</classifier><type>tar.gz</type>
      </artifactItem></artifactItems>
      <outputDirectory>unpacked</outputDirectory>
    </configuration>
  </plugin></plugins></build>";

/// Apache Avro with its parser of IDL, and the files of its tests. Arrays of doubles lose their precision in
/// 1.12.0; the tests of 1.12.1 are not published.
const AVRO: &str = r"<dependencies>
    <dependency><groupId>org.apache.avro</groupId><artifactId>avro-idl</artifactId><version>1.12.1</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>
  <build><plugins><plugin>
    <groupId>org.apache.maven.plugins</groupId><artifactId>maven-dependency-plugin</artifactId>
    <configuration>
      <artifactItems><artifactItem>
        <groupId>org.apache.avro</groupId><artifactId>avro-idl</artifactId><version>1.12.0</version>
        <classifier>tests</classifier><type>jar</type><outputDirectory>unpacked/tests</outputDirectory>
      </artifactItem></artifactItems>
    </configuration>
  </plugin></plugins></build>";

/// Confluent's client of a registry for Java: the only published artefact that holds it.
const REGISTRY_CLIENT: &str = r"<dependencies>
    <dependency><groupId>org.apache.flink</groupId><artifactId>flink-sql-avro-confluent-registry</artifactId><version>2.3.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>";

/// Kafka Connect.
const CONNECT: &str = r"<dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>connect-runtime</artifactId><version>4.3.1</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>2.25.4</version></dependency>
  </dependencies>";

/// Debezium's connector for PostgreSQL, with its outbox event router.
const DEBEZIUM: &str = r"<dependencies>
    <dependency><groupId>io.debezium</groupId><artifactId>debezium-connector-postgres</artifactId><version>3.6.1.Final</version></dependency>
  </dependencies>";

/// Strimzi's resources, and the program that writes their definitions for Kubernetes. Later versions of that program need
/// Java 21; this one reads the resources of 0.51.0, which have the version `v1`.
const STRIMZI: &str = r"<dependencies>
    <dependency><groupId>io.strimzi</groupId><artifactId>api</artifactId><version>0.51.0</version></dependency>
    <dependency><groupId>io.strimzi</groupId><artifactId>crd-generator</artifactId><version>0.45.0</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>";

/// The latest Apache Avro with its compiler of classes, as a peer of the codec.
const COMPILER: &str = r"<dependencies>
    <dependency><groupId>org.apache.avro</groupId><artifactId>avro-compiler</artifactId><version>1.12.1</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>2.0.17</version></dependency>
  </dependencies>";

/// The version of [`COMPILER`].
pub(crate) const COMPILER_VERSION: &str = "1.12.1";

/// The folder with the jars of Avro's compiler.
pub(crate) fn avro_compiler() -> Result<PathBuf, Failure> {
    let goals = ["dependency:copy-dependencies", "-DoutputDirectory=unpacked"];
    fetch(&format!("avro-compiler-{COMPILER_VERSION}"), COMPILER, &goals)
}

/// The folder with Avro's jars, and in `tests` the files of its tests.
pub(crate) fn avro() -> Result<PathBuf, Failure> {
    let goals = ["dependency:copy-dependencies", "dependency:unpack", "-DoutputDirectory=unpacked"];
    fetch("avro-1.12.1", AVRO, &goals)
}

/// The folder with the jars of Confluent's client for Java.
pub(crate) fn registry_client() -> Result<PathBuf, Failure> {
    let goals = ["dependency:copy-dependencies", "-DoutputDirectory=unpacked"];
    fetch("registry-client-2.3.0", REGISTRY_CLIENT, &goals)
}

/// The folder with Strimzi's definitions of `KafkaTopic` and `KafkaUser`.
pub(crate) fn strimzi() -> Result<PathBuf, Failure> {
    let jars =
        fetch("strimzi-0.51.0", STRIMZI, &["dependency:copy-dependencies", "-DoutputDirectory=unpacked"])?;
    let folder = jars.with_file_name("definitions");
    fs::create_dir_all(&folder).context(folder.display())?;
    let definition = |file: &str, class: &str| {
        format!("io.strimzi.api.kafka.model.{class}={}", folder.join(file).display())
    };
    let mut java = Command::new("java");
    java.arg("-cp").arg(jars.join("*")).args(["io.strimzi.crdgenerator.CrdGenerator", "--yaml"]);
    java.arg(definition("topic.yaml", "topic.KafkaTopic")).arg(definition("user.yaml", "user.KafkaUser"));
    let output = java.output().context("java")?;
    if output.status.success() {
        return Ok(folder);
    }
    Err(format!("Strimzi's definitions: {}", String::from_utf8_lossy(&output.stderr)).into())
}

/// The folder with Kafka's jars.
pub(crate) fn kafka() -> Result<PathBuf, Failure> {
    fetch("kafka-4.3.1", KAFKA, &["dependency:copy-dependencies", "-DoutputDirectory=unpacked"])
}

/// The class path of Kafka Connect with Debezium's connector for PostgreSQL. The JVM expands the stars.
pub(crate) fn debezium() -> Result<String, Failure> {
    let goals = ["dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=unpacked"];
    let connect = fetch("connect-4.3.1", CONNECT, &goals)?;
    let debezium = fetch("debezium-3.6.1", DEBEZIUM, &goals)?;
    Ok(format!("{}:{}", connect.join("*").display(), debezium.join("*").display()))
}

/// The folder with Apicurio Registry.
pub(crate) fn apicurio() -> Result<PathBuf, Failure> {
    fetch("apicurio-3.0.9", APICURIO, &["dependency:unpack"])
}

/// Whether a program is installed.
pub(crate) fn has(program: &str) -> bool {
    let version = match program {
        "java" => "-version",
        "go" => "version",
        _ => "--version",
    };
    Command::new(program).arg(version).output().is_ok_and(|output| output.status.success())
}

/// Fails with what to install when Java or Maven is missing.
pub(crate) fn require_java() -> Result<(), Failure> {
    let missing: Vec<&str> = ["java", "mvn"].into_iter().filter(|program| !has(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} not found; install Java 17 and Maven (Debian, Ubuntu: apt-get install openjdk-17-jdk-headless maven; \
         macOS: brew install openjdk@17 maven)",
        missing.join(" and ")
    )
    .into())
}

/// Runs Maven on a project that only names what to fetch. An interrupted download starts again: the marker of a complete
/// one is written last.
fn fetch(name: &str, project: &str, goals: &[&str]) -> Result<PathBuf, Failure> {
    let folder = real().join(name);
    let (unpacked, complete) = (folder.join("unpacked"), folder.join("complete"));
    if complete.is_file() {
        return Ok(unpacked);
    }
    require_java()?;
    eprintln!("fetching {name} …");
    fs::create_dir_all(&folder).context(folder.display())?;
    if unpacked.exists() {
        fs::remove_dir_all(&unpacked).context(unpacked.display())?;
    }
    fs::write(folder.join("pom.xml"), pom(name, project)).context("writing pom.xml")?;
    let output =
        Command::new("mvn").args(["-q", "-B"]).args(goals).current_dir(&folder).output().context("mvn")?;
    if !output.status.success() {
        let printed = String::from_utf8_lossy(&output.stdout);
        return Err(format!("Maven could not fetch {name}:\n{printed}").into());
    }
    fs::write(&complete, "").context(complete.display())?;
    Ok(unpacked)
}

fn pom(name: &str, project: &str) -> String {
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n  \
         <groupId>eventgen</groupId><artifactId>{name}</artifactId><version>1</version><packaging>pom</packaging>\n  \
         {project}\n</project>\n"
    )
}

/// The first file in a folder or its subfolders whose name has an ending.
pub(crate) fn find(folder: &Path, ending: &str) -> Option<PathBuf> {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    let here = entries.iter().find(|path| path.is_file() && path.to_string_lossy().ends_with(ending));
    here.cloned().or_else(|| entries.iter().filter(|path| path.is_dir()).find_map(|path| find(path, ending)))
}
