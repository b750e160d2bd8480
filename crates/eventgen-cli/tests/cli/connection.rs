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
    let mut project = Project::with_an_event();
    let dev = ["lag", "--env", "dev"];
    project.set("KAFKA_SECURITY_PROTOCOL", "by-variable");
    project.write("eventgen.toml", DEV);
    project.run(&dev).fails(1, &["by-variable"]);
    for property in ["security.protocol", "\"security.protocol\"", "security.\"protocol\""] {
        project.write("eventgen.toml", &format!("{DEV}{property} = \"by-environment\"\n"));
        project.run(&dev).fails(1, &["by-environment"]);
    }
    project.run(&[&dev[..], &["-X", "security.protocol=by-option"]].concat()).fails(1, &["by-option"]);
    // Another cluster has other credentials.
    project.run(&[&dev[..], &["--bootstrap-servers", "127.0.0.1:2"]].concat()).fails(1, &["by-variable"]);
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
