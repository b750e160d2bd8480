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

/// A registry, and the pairs that are tried at it.
struct Trial<'a> {
    url: &'a str,
    pairs: usize,
    /// The number of the first pair, which no other trial at the registry has.
    first: usize,
    /// Whether levels change with the schemas. A registry checks by the level that it has, and a plan sets no level to find out
    /// more, so that only a registry with the rules of eventgen agrees with it then.
    levels_change: bool,
}

/// Where the registry alone accepts what the run refuses: the subject, and what the run says.
fn differences(language: &Language, trial: &Trial<'_>) -> Vec<String> {
    let Trial { url, pairs, first, levels_change } = *trial;
    let mut random = Random(number("EVENTGEN_RANDOM_SEED", 0) + 0x9E37_79B9_7F4A_7C15);
    let mut project = Project::new();
    project.write("eventgen.toml", "schemas = [\"schemas\"]\n");
    project.set("SCHEMA_REGISTRY_URL", url);
    let client = RegistryClient::new(RegistryClient::builder(url)).expect("a client");
    let file = |pair: usize| format!("schemas/event{pair}.{}", language.extension);
    let subject = |pair: usize| format!("pairs-{}.v1-value", first + pair);
    let mut versions = Vec::new();
    for pair in 0..pairs {
        let before = random.one_of(&LEVELS);
        let after = if !levels_change || random.below(2) == 0 { before } else { random.one_of(&LEVELS) };
        let old = (language.event)(first + pair, before, &mut random);
        let new = (language.event)(first + pair, after, &mut random);
        project.write(&file(pair), &old);
        versions.push((old, new, after));
    }
    let ran = project.run(&["register", "--allow-weaker-level"]);
    assert_eq!(ran.code, 0, "{ran:?}");
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
    let is_refused = |pair: usize| refused[&subject(pair)];
    let count = (0..pairs).filter(|pair| is_refused(*pair)).count();
    println!("{}: {pairs} pairs, {count} refused", language.schema_type);
    assert!(count > pairs / 10 && count < pairs * 9 / 10, "{count} of {pairs} are refused");
    for (pair, (old, ..)) in versions.iter().enumerate().filter(|(pair, _)| is_refused(*pair)) {
        project.write(&file(pair), old);
    }
    let accepted = project.run(&["register", "--allow-weaker-level"]);
    assert_eq!(accepted.code, 0, "{accepted:?}");

    // What the registry says of the refused ones, asked without us in between.
    let mut differences = Vec::new();
    for (pair, (_, new, level)) in versions.iter().enumerate().filter(|(pair, _)| is_refused(*pair)) {
        let subject = subject(pair);
        let level: Compatibility = level.parse().expect("a level");
        client.set_compatibility_level(&subject, level).expect("set");
        let text = registered_form(language, new);
        let schema = eventgen_registry::NewSchema::new(language.schema_type.clone(), &text);
        match client.register(&subject, &schema) {
            Err(error) => {
                assert!(matches!(error, RegistryError::Incompatible { .. }), "{error}");
                let latest = client.version(&subject, VersionNumber::Latest).expect("asked").expect("there");
                assert_eq!(latest.version, 1, "{subject}");
            }
            Ok(_) => {
                let said = dry.stdout.lines().find(|line| line.starts_with(&subject));
                differences.push(format!("{level} {}", said.unwrap_or(&subject)));
            }
        }
    }
    differences
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().expect("a number"))
}

fn agree(language: &Language) {
    let registry = EmbeddedRegistry::start().expect("a registry");
    let pairs = usize::try_from(number("EVENTGEN_RANDOM_PAIRS", 60)).expect("a number");
    let trial = Trial { url: &registry.url(), pairs, first: 0, levels_change: true };
    assert_eq!(differences(language, &trial), Vec::<String>::new());
}

/// At a registry that is not ours. What it accepts and the run refuses breaks a rule of Confluent's registry that is among
/// `laxer`. `first` is the number of the first subject.
fn agree_at_a_real_registry(language: &Language, first: usize, laxer: &[&str]) {
    let url = std::env::var("EVENTGEN_REGISTRY").expect("EVENTGEN_REGISTRY is set: run `cargo xtask test`");
    // Another run at the same registry has other subjects.
    let first = usize::try_from(std::process::id()).expect("a number") * 1_000 + first;
    let differences = differences(language, &Trial { url: &url, pairs: 200, first, levels_change: false });
    println!("{}: {} differences", language.schema_type, differences.len());
    let is_known = |difference: &&String| !laxer.iter().any(|rule| difference.contains(rule));
    let unknown: Vec<&String> = differences.iter().filter(is_known).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
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

#[test]
#[ignore = "needs a real registry: cargo xtask test"]
fn a_real_registry_agrees_on_avro() {
    agree_at_a_real_registry(
        &Language { extension: "avsc", schema_type: SchemaType::AVRO, event: avro },
        0,
        &[],
    );
}

#[test]
#[ignore = "needs a real registry: cargo xtask test"]
fn a_real_registry_agrees_on_protobuf() {
    let language = Language { extension: "proto", schema_type: SchemaType::PROTOBUF, event: protobuf };
    agree_at_a_real_registry(&language, 500, &[]);
}
