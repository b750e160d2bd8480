//! `eventgen generate json`, `asyncapi`, `strimzi`, `terraform` and `shell`: files, environments and options.

use crate::support::Project;

fn project() -> Project {
    let project = Project::with_an_event();
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n[environments.prod]\nbootstrap-servers = \"${BROKERS}\"\n\
         schema-registry = \"https://me:secret@registry\"\nschema-registry-password = \"hidden\"\nreplication-factor = 3\n",
    );
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\": 12",
        "\"consumers\": [{ \"group\": \"Ware_house\" }], \"producers\": [\"shop\"], \"partitions\": 12",
    );
    project
}

#[test]
fn files_are_written_once_and_then_unchanged() {
    let artefacts: [(&str, &[&str]); 5] = [
        ("json", &["contract/contract.json"]),
        ("asyncapi", &["contract/asyncapi.json"]),
        ("strimzi", &["deploy/strimzi/kafka-topics.yaml", "deploy/strimzi/kafka-users.yaml"]),
        ("terraform", &["deploy/terraform/kafka-topics.tf"]),
        ("shell", &["deploy/shell/kafka-topics.sh", "deploy/shell/kafka-acls.sh"]),
    ];
    for (artefact, files) in artefacts {
        let project = project();
        let told =
            |what: &str| files.iter().map(|file| format!("{file}: {what}\n")).collect::<Vec<_>>().concat();
        let check = || project.run(&["generate", artefact, "--env", "prod", "--check"]);
        let missing = check();
        assert_eq!((missing.code, missing.stdout.as_str()), (3, told("missing").as_str()));
        assert!(
            missing.stderr.contains(&format!("run `eventgen generate {artefact} --env prod`")),
            "{missing:?}"
        );
        assert!(!project.path().join(files[0]).exists());
        let written = project.run(&["generate", artefact, "--env", "prod"]);
        assert_eq!((written.code, written.stdout.as_str()), (0, told("written").as_str()));
        let unchanged = check();
        assert_eq!((unchanged.code, unchanged.stdout.as_str()), (0, told("unchanged").as_str()));
        for file in files {
            let text = project.read(file);
            assert!(!text.contains("secret") && !text.contains("hidden"), "{text}");
        }
        project.replace("schemas/order_placed.avsc", "orders.placed.v1", "orders.placed.v2");
        check().fails(3, &["commit the result"]);
    }
}

#[test]
fn an_environment_is_applied_and_its_variables_stay_variables() {
    let project = project();
    project.run(&["generate", "asyncapi", "--env", "prod"]).fails(0, &["1 event on 1 topic"]);
    let document = project.read("contract/asyncapi.json");
    for text in ["\"host\": \"{BROKERS}\"", "\"https://registry\"", "\"replicas\": 3"] {
        assert!(document.contains(text), "{text} in {document}");
    }
    project.run(&["generate", "asyncapi"]).fails(0, &["is changed"]);
    let document = project.read("contract/asyncapi.json");
    assert!(!document.contains("replicas") && !document.contains("servers"), "{document}");
    project.run(&["generate", "json", "--env", "pord"]).fails(1, &["did you mean `prod`?"]);
}

#[test]
fn options_are_part_of_the_command_of_a_check() {
    let project = project();
    let options = ["--cluster", "main", "--namespace", "kafka", "--authentication", "tls"];
    let run = |more: &[&str]| project.run(&[&["generate", "strimzi"], &options[..], more].concat());
    let command = "`eventgen generate strimzi --cluster main --namespace kafka --authentication tls`";
    run(&["--check"]).fails(3, &[command]);
    run(&[]).fails(0, &["2 files are new"]);
    let users = project.read("deploy/strimzi/kafka-users.yaml");
    for text in ["strimzi.io/cluster: \"main\"", "namespace: \"kafka\"", "type: tls", "name: \"Ware_house\""]
    {
        assert!(users.contains(text), "{text} in {users}");
    }
    project.run(&["generate", "terraform", "--provider", "confluent"]).fails(0, &["is new"]);
    assert!(project.read("deploy/terraform/kafka-topics.tf").contains("resource \"confluent_kafka_topic\""));
    project
        .run(&["generate", "terraform", "--provider", "confluent", "--check", "--env", "prod"])
        .fails(0, &["is up to date"]);
    project
        .run(&["generate", "asyncapi", "--title", "Our orders", "--check"])
        .fails(3, &["`eventgen generate asyncapi --title 'Our orders'`"]);
}

#[test]
fn a_workflow_has_the_variables_of_the_environment_as_secrets() {
    const FILE: &str = ".github/workflows/contract.yml";
    let project = project();
    project
        .run(&["generate", "ci", "--env", "prod", "--check"])
        .fails(3, &["`eventgen generate ci --env prod`"]);
    project.run(&["generate", "ci", "--env", "prod"]).fails(0, &["is new"]);
    let workflow = project.read(FILE);
    for text in
        ["ENVIRONMENT: \"prod\"", "BROKERS: ${{ secrets.BROKERS }}", "topics plan --env \"$ENVIRONMENT\""]
    {
        assert!(workflow.contains(text), "{text} in {workflow}");
    }
    assert!(!workflow.contains("SCHEMA_REGISTRY") && !workflow.contains("hidden"), "{workflow}");
    assert!(workflow.starts_with("# Generated by `eventgen generate ci --env prod`."), "{workflow}");
    project.run(&["generate", "ci"]).fails(0, &["is changed"]);
    let workflow = project.read(FILE);
    for name in ["SCHEMA_REGISTRY_URL", "SCHEMA_REGISTRY_PASSWORD", "KAFKA_BOOTSTRAP_SERVERS"] {
        assert!(workflow.contains(&format!("{name}: ${{{{ secrets.{name} }}}}")), "{workflow}");
    }
    project.run(&["generate", "ci", "--env", "pord"]).fails(1, &["did you mean `prod`?"]);
}

#[test]
fn a_name_that_kubernetes_refuses_is_refused() {
    for option in ["--cluster", "--namespace"] {
        project().run(&["generate", "strimzi", option, "My_cluster"]).fails(2, &["lower-case letters"]);
    }
}

#[test]
fn the_table_of_an_outbox_needs_no_contract() {
    let project = Project::new();
    let generate = ["generate", "sql", "--table", "orders.outbox", "--no-notify", "--inbox"];
    project.run(&generate).fails(0, &["are new"]);
    for (file, part) in [
        ("outbox.up.sql", "CREATE TABLE orders.outbox ("),
        ("outbox.down.sql", "DROP TABLE orders.outbox;"),
        ("outbox.debezium.properties", "table.include.list=orders.outbox"),
        ("inbox.up.sql", "CREATE TABLE inbox ("),
    ] {
        let text = project.read(&format!("migrations/{file}"));
        assert!(text.contains(part) && !text.contains("pg_notify"), "{text}");
    }
    let check = [&generate[..], &["--check"]].concat();
    project.run(&check).fails(0, &["are up to date"]);
    project.replace("migrations/outbox.up.sql", "CACHE 1", "CACHE 100");
    let repair = "run `eventgen generate sql --table orders.outbox --inbox inbox --no-notify`";
    project.run(&check).fails(3, &[repair]);
    project.run(&["generate", "sql", "--table", "Outbox"]).fails(2, &["lower-case letters"]);
}
