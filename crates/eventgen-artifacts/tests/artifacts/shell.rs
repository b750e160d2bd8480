//! A shell gives to the tools what the contract says, and `ShellCheck` finds nothing.

use std::fs;
use std::path::Path;
use std::process::Command;

use eventgen_artifacts::shell::{ACLS, TOPICS, scripts};
use eventgen_schema::Contract;

use crate::judges::{Folder, contracts};

#[test]
#[ignore = "needs shellcheck"]
fn shellcheck_finds_nothing() {
    let folder = Folder::new();
    let mut paths = Vec::new();
    for (name, contract) in contracts() {
        paths.extend(scripts(&contract).expect("scripts").iter().map(|file| folder.write(&name, file)));
    }
    // A name in single quotes may look like an expansion, and is meant as it is.
    let output =
        Command::new("shellcheck").arg("--exclude=SC2016").args(&paths).output().expect("shellcheck runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

/// The tools are replaced by a program that writes down what it is given.
#[test]
#[cfg(unix)]
fn a_shell_gives_the_tools_what_the_contract_says() {
    for (name, contract) in contracts() {
        let folder = Folder::new();
        let recorder = recorder(folder.path());
        let files = scripts(&contract).expect("scripts");
        let run = |script: &str| {
            let Some(file) = files.iter().find(|file| file.path == script) else { return Vec::new() };
            calls(&folder.write(&name, file), &recorder)
        };
        check_topics(&contract, &run(TOPICS));
        check_acls(&contract, &run(ACLS));
    }
}

fn check_topics(contract: &Contract, calls: &[Vec<String>]) {
    for topic in contract.topics.values() {
        let creation = calls
            .iter()
            .find(|call| call.contains(&"--create".to_owned()) && after(call, "--topic") == [&*topic.name])
            .unwrap_or_else(|| panic!("{} is not created: {calls:#?}", topic.name));
        assert_eq!(creation[..2], ["--bootstrap-server", "a:1,b:2"]);
        let partitions: Vec<String> = topic.partitions.iter().map(ToString::to_string).collect();
        assert_eq!(after(creation, "--partitions"), partitions);
        let lines: Vec<&str> = calls
            .iter()
            .filter(|call| after(call, "--entity-name") == [&*topic.name])
            .flat_map(|call| after(call, "--add-config-file"))
            .flat_map(|text| text.lines())
            .collect();
        let simple = |(name, value): (&String, &String)| {
            let text = format!("{name}={value}");
            text.chars().all(|char| char.is_ascii_alphanumeric() || "=.,:-".contains(char)).then_some(text)
        };
        let expected: Vec<String> = topic.config.iter().filter_map(simple).collect();
        assert_eq!(lines.len(), topic.config.len(), "{lines:?}");
        for line in &expected {
            assert!(lines.contains(&line.as_str()), "{line} in {lines:?}");
            assert!(after(creation, "--config").contains(&line.as_str()), "{line} in {creation:?}");
        }
    }
}

fn check_acls(contract: &Contract, calls: &[Vec<String>]) {
    let allowed = |user: &str, resource: [&str; 2], operation: &str| {
        let is_it = |call: &&Vec<String>| {
            after(call, "--allow-principal") == [format!("User:{user}")]
                && after(call, resource[0]) == [resource[1]]
                && after(call, "--operation").contains(&operation)
        };
        assert_eq!(calls.iter().filter(is_it).count(), 1, "{user:?} {resource:?} in {calls:#?}");
    };
    for topic in contract.topics.values() {
        for producer in &topic.producers {
            allowed(producer, ["--topic", &topic.name], "Write");
        }
        for consumer in &topic.consumers {
            allowed(&consumer.group, ["--topic", &topic.name], "Read");
            allowed(&consumer.group, ["--group", &consumer.group], "Read");
            if let Some(dead_letter) = &topic.dead_letter {
                allowed(&consumer.group, ["--topic", &dead_letter.topic], "Write");
            }
        }
    }
}

/// The arguments that follow an option.
fn after<'a>(call: &'a [String], option: &str) -> Vec<&'a str> {
    let options = call.iter().zip(call.iter().skip(1));
    options.filter(|(name, _)| *name == option).map(|(_, value)| value.as_str()).collect()
}

/// A program that writes its arguments, and what is in a file that it is given, each with a zero byte.
#[cfg(unix)]
fn recorder(folder: &Path) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt as _;

    let path = folder.join("recorder");
    let text = "#!/usr/bin/env bash\nset -euo pipefail\nfor word in \"$@\"; do\n  if [[ $word == /dev/fd/* ]]; \
                then cat \"$word\"; else printf %s \"$word\"; fi\n  printf '\\0'\ndone >>\"$RECORD\"\n\
                printf '\\001\\0' >>\"$RECORD\"\n";
    fs::write(&path, text).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("an executable file");
    path
}

/// Runs a script. The arguments of each call of a tool.
#[cfg(unix)]
fn calls(script: &Path, recorder: &Path) -> Vec<Vec<String>> {
    let record = script.with_extension("record");
    let tools = ["KAFKA_TOPICS", "KAFKA_CONFIGS", "KAFKA_ACLS"].map(|variable| (variable, recorder));
    let status = Command::new("bash")
        .arg(script)
        .envs(tools)
        .env("RECORD", &record)
        .env("KAFKA_BOOTSTRAP_SERVERS", "a:1,b:2")
        .env_remove("KAFKA_COMMAND_CONFIG")
        .status()
        .expect("bash runs");
    assert!(status.success(), "{}", script.display());
    let text = fs::read_to_string(record).unwrap_or_default();
    let calls = text.split_terminator("\u{1}\0");
    calls.map(|call| call.split_terminator('\0').map(str::to_owned).collect()).collect()
}
