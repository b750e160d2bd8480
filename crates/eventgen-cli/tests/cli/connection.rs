//! How the command connects to brokers: variables, the environment of `eventgen.toml`, properties.

use std::fs;
use std::path::Path;

use eventgen_admin::CONNECTION_PROPERTIES;

use crate::support::Project;

#[test]
fn the_documentation_lists_every_variable() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/connecting.md");
    let page = fs::read_to_string(page).expect("the page");
    for property in CONNECTION_PROPERTIES {
        let variable = format!("`KAFKA_{}`", property.replace('.', "_").to_uppercase());
        assert!(page.contains(&variable), "docs/connecting.md does not have {variable}");
    }
}

const DEV: &str = "schemas = [\"schemas\"]\n[environments.dev]\nbootstrap-servers = \"127.0.0.1:1\"\n\
    [environments.dev.kafka]\n";

#[test]
fn an_environment_overrides_variables_and_an_option_overrides_both() {
    const REFUSED: &[&str] = &["refuses the settings", "security.protocol"];
    let mut project = Project::with_an_event();
    let dev = ["lag", "--env", "dev"];
    project.set("KAFKA_SECURITY_PROTOCOL", "wrong");
    project.write("eventgen.toml", DEV);
    project.run(&dev).fails(1, REFUSED);
    project.set("KAFKA_SECURITY_PROTOCOL", "plaintext");
    for property in ["security.protocol", "\"security.protocol\"", "security.\"protocol\""] {
        project.write("eventgen.toml", &format!("{DEV}{property} = \"wrong\"\n"));
        project.run(&dev).fails(1, REFUSED);
    }
    project.set("KAFKA_SECURITY_PROTOCOL", "wrong");
    project.write("eventgen.toml", &format!("{DEV}security.protocol = \"plaintext\"\n"));
    project.run(&[&dev[..], &["-X", "security.protocol=wrong"]].concat()).fails(1, REFUSED);
    // Another cluster has other credentials.
    project.run(&[&dev[..], &["--bootstrap-servers", "127.0.0.1:2"]].concat()).fails(1, REFUSED);
}

#[test]
fn an_error_names_a_property_and_not_its_value() {
    let mut project = Project::with_an_event();
    let lag = ["lag", "--bootstrap-servers", "127.0.0.1:1", "-X"];
    for name in ["sasl.passwrd", "sasl.jaas.config", "security.protocol", "socket.timeout.ms"] {
        let property = format!("{name}=s3cret");
        let ran = project.run(&[&lag[..], &[property.as_str()]].concat());
        assert!(!format!("{ran:?}").contains("s3cret"), "{name}: {ran:?}");
        ran.fails(1, &[name]);
    }
    for text in ["=s3cret", "s3cret"] {
        let ran = project.run(&[&lag[..], &[text]].concat());
        assert!(!format!("{ran:?}").contains("s3cret"), "{text}: {ran:?}");
        ran.fails(2, &["NAME=VALUE"]);
    }
    project.set("KAFKA_SECURITY_PROTOCOL", "SASL_PLAINTEXT");
    project.set("KAFKA_SASL_MECHANISM", "s3cret");
    let ran = project.run(&lag[..3]);
    assert!(ran.code != 0 && !format!("{ran:?}").contains("s3cret"), "{ran:?}");
}

#[test]
fn passwords_in_addresses_are_not_shown() {
    let project = Project::with_an_event();
    let prod = "schemas = [\"schemas\"]\n[environments.prod]\n\
        bootstrap-servers = \"SASL_SSL://ada:s3cret@127.0.0.1:1\"\n\
        schema-registry = \"http://ada:s3cret@127.0.0.1:1/x?token=s3cret\"\n";
    project.write("eventgen.toml", prod);
    project.run(&["generate", "asyncapi", "--env", "prod"]).fails(0, &[]);
    let document = project.read("contract/asyncapi.json");
    assert!(document.contains("127.0.0.1:1") && !document.contains("s3cret"), "{document}");
    let ran = project.run(&["lag", "--bootstrap-servers", "ada:s3cret@127.0.0.1:1"]);
    assert!(!format!("{ran:?}").contains("s3cret"), "{ran:?}");
    ran.fails(6, &["no broker of `127.0.0.1:1` answered"]);
}

#[test]
fn an_address_that_is_empty_counts_as_not_set() {
    let mut project = Project::with_an_event();
    project.set("NOPE", "");
    let manifest = "schemas = [\"schemas\"]\n[environments.miss]\n\
        bootstrap-servers = \"${NOPE}\"\nschema-registry = \"${NOPE}\"\n";
    project.write("eventgen.toml", manifest);
    for command in [["lag"].as_slice(), &["topics", "plan"], &["tail", "orders.placed.v1"]] {
        for servers in ["", ","] {
            project
                .run(&[command, &["--bootstrap-servers", servers]].concat())
                .fails(1, &["no cluster is configured"]);
        }
        let said = ["environment `miss`", "empty `bootstrap-servers`, which is `${NOPE}`"];
        project.run(&[command, &["--env", "miss"]].concat()).fails(2, &said);
    }
    project.run(&["register", "--env", "miss"]).fails(2, &["empty `schema-registry`, which is `${NOPE}`"]);
    project.run(&["register", "--schema-registry", ""]).fails(1, &["no Schema Registry is configured"]);
}

#[test]
fn an_address_that_no_broker_can_have_is_refused_at_once() {
    let project = Project::with_an_event();
    for (servers, said) in [
        ("127.0.0.1:99999", "a port is a number from 1 to 65535"),
        ("http://127.0.0.1:9092", "it is a URL"),
        ("127.0.0.1:1;127.0.0.1:2", "commas between several"),
    ] {
        let said = [&*format!("`{servers}` is not the address of a broker"), said];
        project.run(&["lag", "--bootstrap-servers", servers]).fails(2, &said);
        project
            .run(&[
                "topics",
                "plan",
                "--bootstrap-servers",
                "a:1",
                "-X",
                &format!("bootstrap.servers={servers}"),
            ])
            .fails(2, &said);
    }
}

#[test]
fn properties_of_an_environment_have_variables() {
    let mut project = Project::with_an_event();
    project.write(
        "eventgen.toml",
        &format!("{DEV}sasl.password = \"${{SECRET_OF_DEV}}\"\nsocket.timeout.ms = 1\n"),
    );
    project.run(&["lag", "--env", "dev"]).fails(1, &["environment variable SECRET_OF_DEV is not set"]);
    // They are not asked for where brokers are not.
    project.run(&["check", "--env", "dev"]).fails(0, &[]);
    project.set("SECRET_OF_DEV", "open sesame");
    let ran = project.run(&["lag", "--env", "dev"]);
    assert!(ran.stderr.contains("socket.timeout.ms"), "{ran:?}");
    assert!(!format!("{ran:?}").contains("sesame"), "{ran:?}");
}

#[test]
fn a_property_of_an_environment_is_a_text_and_set_once() {
    let project = Project::with_an_event();
    project.write("eventgen.toml", &format!("{DEV}sasl.username = [\"ada\"]\n"));
    project.run(&["check"]).fails(1, &["`sasl.username` must be a string", "eventgen.toml:5"]);
    project.write("eventgen.toml", &format!("{DEV}\"sasl.username\" = \"ada\"\nsasl.username = \"bob\"\n"));
    project.run(&["check"]).fails(1, &["`sasl.username` is set twice", "eventgen.toml:6"]);
}
