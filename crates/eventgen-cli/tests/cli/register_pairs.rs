//! The dry run, the run and the registry agree on random pairs of versions, also where the level changes with the schema.
//!
//! The pairs are the same in every run; `EVENTGEN_RANDOM_PAIRS` tries more of them, and `EVENTGEN_RANDOM_SEED` others.

use std::collections::BTreeMap;

use eventgen_registry::blocking::RegistryClient;
use eventgen_registry::{Compatibility, RegistryError, SchemaType, VersionNumber};
use eventgen_testkit::EmbeddedRegistry;

use crate::support::Project;

const LEVELS: [&str; 4] = ["NONE", "BACKWARD", "FORWARD_TRANSITIVE", "FULL"];

/// Marsaglia's xorshift: the same numbers everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

/// A language: the text of an event with a topic, a level and random fields.
struct Language {
    extension: &'static str,
    schema_type: SchemaType,
    event: fn(usize, &str, &mut Random) -> String,
}

fn avro(number: usize, level: &str, random: &mut Random) -> String {
    let mut fields = vec![r#"{"name":"id","type":"string"}"#.to_owned()];
    for name in ["a", "b", "c"] {
        let ty = random.one_of(&[
            r#""int""#,
            r#""long""#,
            r#""string""#,
            r#"["null","int"]"#,
            r#"["null","string"]"#,
            r#"{"type":"enum","name":"E","symbols":["X","Y"]}"#,
        ]);
        // A named type is defined once.
        let ty = ty.replace("\"E\"", &format!("\"E{name}\""));
        let default = if ty.starts_with('[') && random.below(2) == 0 { r#","default":null"# } else { "" };
        if random.below(4) > 0 {
            fields.push(format!(r#"{{"name":"{name}","type":{ty}{default}}}"#));
        }
    }
    format!(
        r#"{{"type":"record","name":"Event{number}","kafka":{{"topic":"pairs-{number}.v1","key":"id","compatibility":"{level}"}},"fields":[{}]}}"#,
        fields.join(",")
    )
}

fn protobuf(number: usize, level: &str, random: &mut Random) -> String {
    let mut fields = Vec::new();
    for tag in 1..5 {
        let ty = random.one_of(&["int32", "int64", "sint32", "string", "bytes", "double", "Inner", "Kind"]);
        let label = random.one_of(&["", "", "repeated ", "optional "]);
        match random.below(5) {
            0 => {}
            1 => {
                let name = random.below(2) * 10 + tag;
                fields.push(format!("  oneof o{name} {{ {ty} f{tag} = {tag}; }}\n"));
            }
            _ => fields.push(format!("  {label}{ty} f{tag} = {tag};\n")),
        }
    }
    let fields = fields.concat();
    format!(
        "syntax = \"proto3\";\npackage p{number};\nimport \"eventgen/kafka.proto\";\nmessage Event{number} {{\n  \
         option (eventgen.kafka) = {{ topic: \"pairs-{number}.v1\", ordering: \"none\", compatibility: \"{level}\" }};\n{fields}}}\n\
         message Inner {{ string text = 1; }}\nenum Kind {{ KIND_{number}_A = 0; KIND_{number}_B = 1; }}\n"
    )
}

/// The state of each subject in the lines of a run.
fn states(printed: &str) -> BTreeMap<String, bool> {
    let state = |line: &str| {
        let subject = line.split([':', ' ']).next()?.to_owned();
        Some((subject, line.contains(" be refused: ") || line.contains(": refused: ")))
    };
    printed.lines().filter_map(state).collect()
}

fn agree(language: &Language) {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
    };
    let pairs = usize::try_from(number("EVENTGEN_RANDOM_PAIRS", 60)).expect("a number");
    let mut random = Random(number("EVENTGEN_RANDOM_SEED", 0) + 0x9E37_79B9_7F4A_7C15);
    let registry = EmbeddedRegistry::start().expect("a registry");
    let mut project = Project::new();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.set("SCHEMA_REGISTRY_URL", &registry.url());
    let client = RegistryClient::new(RegistryClient::builder(&registry.url())).expect("a client");
    let file = |pair: usize| format!("schemas/event{pair}.{}", language.extension);
    let mut versions = Vec::new();
    for pair in 0..pairs {
        let before = random.one_of(&LEVELS);
        let after = if random.below(2) == 0 { before } else { random.one_of(&LEVELS) };
        let old = (language.event)(pair, before, &mut random);
        let new = (language.event)(pair, after, &mut random);
        project.write(&file(pair), &old);
        versions.push((old, new, after));
    }
    let first = project.run(&["register", "--allow-weaker-level"]);
    assert_eq!(first.code, 0, "{first:?}");
    for (pair, (_, new, _)) in versions.iter().enumerate() {
        project.write(&file(pair), new);
    }
    let dry = project.run(&["register", "--allow-weaker-level", "--dry-run"]);
    let ran = project.run(&["register", "--allow-weaker-level"]);
    let refused = states(&dry.stdout);
    assert_eq!(refused.len(), pairs, "{dry:?}");
    assert_eq!(refused, states(&ran.stdout));
    assert_eq!((dry.code, ran.code), (4, 4), "some are refused: {dry:?}");

    // What is refused is left out: the rest is registered.
    let is_refused = |pair: usize| refused[&format!("pairs-{pair}.v1-value")];
    let count = (0..pairs).filter(|pair| is_refused(*pair)).count();
    println!("{}: {pairs} pairs, {count} refused", language.schema_type);
    assert!(count > pairs / 10 && count < pairs * 9 / 10, "{count} of {pairs} are refused");
    for (pair, (old, ..)) in versions.iter().enumerate().filter(|(pair, _)| is_refused(*pair)) {
        project.write(&file(pair), old);
    }
    let accepted = project.run(&["register", "--allow-weaker-level"]);
    assert_eq!(accepted.code, 0, "{accepted:?}");

    // The registry says of the refused ones what the run has said, asked without us in between.
    for (pair, (_, new, level)) in versions.iter().enumerate().filter(|(pair, _)| is_refused(*pair)) {
        let subject = format!("pairs-{pair}.v1-value");
        let level: Compatibility = level.parse().expect("a level");
        client.set_compatibility_level(&subject, level).expect("set");
        project.write(&file(pair), new);
        let text = registered_form(language, new);
        let schema = eventgen_registry::NewSchema::new(language.schema_type.clone(), &text);
        let error = client.register(&subject, &schema).expect_err(&subject);
        assert!(matches!(error, RegistryError::Incompatible { .. }), "{error}");
        let latest = client.version(&subject, VersionNumber::Latest).expect("asked").expect("there");
        assert_eq!(latest.version, 1, "{subject}");
    }
}

/// The text without its annotation.
fn registered_form(language: &Language, text: &str) -> String {
    if language.extension == "proto" {
        let lines = text.lines().filter(|line| !line.contains("eventgen"));
        return lines.collect::<Vec<_>>().join("\n");
    }
    let mut schema: serde_json::Value = serde_json::from_str(text).expect("JSON");
    schema.as_object_mut().expect("a record").remove("kafka");
    schema.to_string()
}

#[test]
fn the_dry_run_the_run_and_the_registry_agree_on_avro() {
    agree(&Language { extension: "avsc", schema_type: SchemaType::AVRO, event: avro });
}

#[test]
fn the_dry_run_the_run_and_the_registry_agree_on_protobuf() {
    agree(&Language { extension: "proto", schema_type: SchemaType::PROTOBUF, event: protobuf });
}
