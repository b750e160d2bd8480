//! `eventgen register` at a registry that is not ours (Apicurio): register, register again, refuse, references, levels.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use eventgen::registry::{Compatibility, NewSchema, SchemaType};

use crate::{client, variable};

/// A folder with the schemas of a contract.
struct Contract(PathBuf);

/// How a run ended.
struct Ran {
    code: i32,
    lines: Vec<String>,
    summary: String,
}

impl Contract {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("schemas")).expect("a folder");
        fs::write(folder.join("eventgen.toml"), "schemas = [\"schemas\"]\n").expect("a file");
        Self(folder)
    }

    fn write(&self, file: &str, text: &str) {
        fs::write(self.0.join("schemas").join(file), text).expect("a file");
    }

    fn avro(&self, name: &str, level: &str, fields: &str) {
        let text = format!(
            r#"{{"type":"record","name":"{name}","kafka":{{"topic":"registered.{name}","key":"id","compatibility":"{level}"}},"fields":[{fields}]}}"#
        );
        self.write(&format!("{name}.avsc"), &text);
    }

    fn register(&self, options: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO"))
            .args(["run", "--quiet", "--locked", "-p", "eventgen-cli", "--", "-C"])
            .arg(&self.0)
            .args(["register", "--schema-registry", &variable("EVENTGEN_REGISTRY")])
            .args(options)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
            .output()
            .expect("cargo");
        let [printed, summary] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        println!("{printed}{summary}");
        let code = output.status.code().expect("an exit code");
        Ran { code, lines: printed.lines().map(str::to_owned).collect(), summary }
    }

    /// The dry run and the run, which say the same of each subject.
    fn register_as_announced(&self) -> Ran {
        let dry = self.register(&["--dry-run"]);
        let ran = self.register(&[]);
        assert_eq!(dry.code, ran.code);
        let refused = |ran: &Ran| ran.lines.iter().filter(|line| line.contains("refused: ")).count();
        assert_eq!((dry.lines.len(), refused(&dry)), (ran.lines.len(), refused(&ran)));
        ran
    }
}

const ID: &str = r#"{"name":"id","type":"string"}"#;
const REQUIRED: &str = r#"{"name":"id","type":"string"},{"name":"b","type":"int"}"#;
const OPTIONAL: &str = r#"{"name":"id","type":"string"},{"name":"b","type":"int","default":0}"#;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
async fn subjects_are_registered_together_or_not_at_all() {
    let contract = Contract::new("register-together");
    for (name, level) in [("Free", "NONE"), ("Back", "BACKWARD"), ("Both", "FULL_TRANSITIVE")] {
        contract.avro(name, level, ID);
    }
    let ran = contract.register_as_announced();
    assert!(ran.code == 0 && ran.summary.contains("3 changed, 0 unchanged, 0 refused"), "{}", ran.summary);
    let again = contract.register_as_announced();
    assert!(again.summary.contains("0 changed, 3 unchanged, 0 refused"), "{}", again.summary);

    // `Both` is refused, and nothing else is written.
    contract.avro("Free", "NONE", REQUIRED);
    contract.avro("Back", "FULL", OPTIONAL);
    contract.avro("Both", "FULL_TRANSITIVE", REQUIRED);
    let ran = contract.register_as_announced();
    assert!(ran.code == 4 && ran.summary.contains("1 refused, 2 held back"), "{}", ran.summary);
    let (client, subjects) =
        (client(), ["registered.Free-value", "registered.Back-value", "registered.Both-value"]);
    let registry = client.registry();
    for subject in subjects {
        assert_eq!(registry.versions(subject).await.expect("there"), [1], "{subject}");
    }
    let level = registry.compatibility_level(subjects[1]).await.expect("there");
    assert_eq!(level, Some(Compatibility::Backward));

    // The registry itself says the same of it.
    let text = format!(r#"{{"type":"record","name":"Both","fields":[{REQUIRED}]}}"#);
    registry.register(subjects[2], &NewSchema::new(SchemaType::AVRO, &text)).await.expect_err("incompatible");
    contract.avro("Both", "FULL_TRANSITIVE", OPTIONAL);
    let ran = contract.register_as_announced();
    assert!(ran.code == 0 && ran.summary.contains("3 changed, 0 unchanged, 0 refused"), "{}", ran.summary);
    for subject in subjects {
        assert_eq!(registry.versions(subject).await.expect("there").len(), 2, "{subject}");
    }
}

#[test]
#[ignore = "needs a real Kafka and a real registry: cargo xtask test"]
fn what_an_event_imports_is_registered_before_it() {
    let contract = Contract::new("register-imports");
    let money = |field: &str| {
        let text = format!("syntax = \"proto3\";\npackage bought;\nmessage Price {{ {field} }}\n");
        contract.write("price.proto", &text);
    };
    money("int64 units = 1;");
    let order = "syntax = \"proto3\";\npackage bought;\nimport \"eventgen/kafka.proto\";\nimport \"price.proto\";\n\
                 message Bought {\n  option (eventgen.kafka) = { topic: \"registered.bought\", ordering: \"none\" };\n  Price total = 1;\n}\n";
    contract.write("bought.proto", order);
    let ran = contract.register_as_announced();
    assert!(ran.code == 0 && ran.summary.contains("2 changed, 0 unchanged"), "{}", ran.summary);
    assert!(contract.register_as_announced().summary.contains("0 changed, 2 unchanged"));
    money("int64 units = 1; string currency = 2;");
    let ran = contract.register_as_announced();
    assert!(ran.code == 0 && ran.summary.contains("2 changed, 0 unchanged"), "{}", ran.summary);
    assert!(contract.register_as_announced().summary.contains("0 changed, 2 unchanged"));
}
