//! Compares the Avro front end with Apache Avro in Java. `cargo xtask test --only apache` fetches Avro and runs this.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use avro_tests::java;
use avro_tests::rules::RULES;
use eventgen_schema::avro::{canonical_form, fingerprint, parse_schema};
use eventgen_schema::{Loader, Type};

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn oracle(arguments: &[String]) -> Vec<String> {
    java::oracle(&package().join("oracles/Oracle.java"), arguments)
}

/// Passes lines to the oracle and returns one answer for each.
fn oracle_lines(question: &str, lines: &[String]) -> Vec<String> {
    java::oracle_lines(&package().join("oracles/Oracle.java"), question, lines)
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "avsc" || end == "avpr" || end == "avdl") {
            found.push(path);
        }
    }
}

/// The files of Apache's tests. Those import from the class path; here the imported files are in the same folder.
fn apache_files() -> tempfile::TempDir {
    let (folder, unpacked) =
        (tempfile::tempdir().expect("a folder"), java::variable("EVENTGEN_AVRO_TEST_FILES"));
    for part in
        ["", "input", "output", "putOnClassPath", "putOnClassPath/folder", "extra", "org/apache/avro/util"]
    {
        for entry in fs::read_dir(Path::new(&unpacked).join(part)).expect("a folder of Apache's") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                let part = if part == "output" { "output" } else { "input" };
                let to = folder.path().join(part).join(path.file_name().expect("a name"));
                avro_tests::reading::write(&to, &fs::read(&path).expect("a file"));
            }
        }
    }
    folder
}

/// Compares the canonical form and the fingerprint of every named type in this repository and in Apache's tests.
#[test]
#[ignore = "needs Java"]
fn canonical_forms_and_fingerprints_equal_those_of_java() {
    let mut paths = Vec::new();
    let repository = package().join("../..");
    for folder in ["schemas", "tests"] {
        files(&repository.join(folder), &mut paths);
    }
    let apache = apache_files();
    files(apache.path(), &mut paths);
    let mut schemas = Vec::new();
    for path in &paths {
        let folder = path.parent().expect("a folder");
        // A file may need its neighbours.
        let read = Loader::new().path(path).load().or_else(|_| Loader::new().path(folder).load());
        if let Ok(loaded) = read {
            schemas.extend(loaded.schemas().into_values());
        }
    }
    schemas.sort();
    schemas.dedup();
    assert!(schemas.len() > 50, "only {} schemas", schemas.len());
    let answers = oracle_lines("forms", &schemas);
    let mut wrong = Vec::new();
    for (schema, answer) in schemas.iter().zip(&answers) {
        let parsed = parse_schema(schema).expect("a registered form reads again");
        let form = canonical_form(&parsed.types, parsed.root);
        let ours = format!("{:x}\t{form}", fingerprint(&form));
        if ours != *answer {
            wrong.push(format!("{schema}\n  ours {ours}\n  Java {answer}"));
        }
    }
    println!("{} forms and fingerprints compared", schemas.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reads the IDL files of Apache's tests and of this repository with both parsers.
#[test]
#[ignore = "needs Java"]
fn idl_is_read_as_java_reads_it() {
    let mut paths = Vec::new();
    let apache = apache_files();
    files(apache.path(), &mut paths);
    files(&package().join("idl"), &mut paths);
    paths.retain(|path| path.extension().is_some_and(|end| end == "avdl"));
    let arguments = [vec!["idl".to_owned()], paths.iter().map(|path| path.display().to_string()).collect()];
    let mut by_path: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for line in oracle(&arguments.concat()) {
        let mut parts = line.splitn(3, '\t').map(str::to_owned);
        let mut next = || parts.next().expect("three columns");
        let (path, name, schema) = (next(), next(), next());
        let schema = if name == "!" { schema } else { without_annotation(&schema) };
        by_path.entry(path).or_default().insert(name, schema);
    }
    let (mut pairs, mut refused) = (Vec::new(), Vec::new());
    for path in &paths {
        let java = by_path.remove(&path.display().to_string()).unwrap_or_default();
        let ours = Loader::new().path(path).load();
        match (&ours, java.get("!")) {
            (Ok(_), Some(why)) => panic!("{}: we read what Java refuses: {why}", path.display()),
            (Err(_), Some(_)) => continue,
            (Err(diagnostics), None) => {
                // Java lets letters of every script into names; the specification does not.
                assert!(java.keys().any(|name| !name.is_ascii()), "{}: {diagnostics}", path.display());
                refused.push(path);
                continue;
            }
            (Ok(_), None) => {}
        }
        let ours = ours.expect("valid schemas").schemas();
        let names = |schemas: &BTreeMap<String, String>| schemas.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&ours), names(&java), "{}", path.display());
        pairs.extend(ours.into_iter().map(|(name, schema)| (format!("{schema}\t{}", java[&name]), name)));
    }
    let lines: Vec<String> = pairs.iter().map(|(line, _)| line.clone()).collect();
    for ((line, name), answer) in pairs.iter().zip(oracle_lines("equal", &lines)) {
        assert_eq!(answer, "true", "{name}:\n{}", line.replace('\t', "\n"));
        // What Java's equality leaves out: documentation, aliases, and defaults as they are written.
        let [ours, java] = [0, 1].map(|side| {
            let text = line.split('\t').nth(side).expect("two columns");
            let parsed = parse_schema(text).expect("a schema");
            parsed
                .types
                .iter()
                .map(|(_, ty)| ty.clone())
                .filter(|ty| ty.name().is_some())
                .map(plain)
                .collect::<Vec<_>>()
        });
        assert_eq!(ours, java, "{name}");
    }
    println!("{} types of {} IDL files compared, {} files refused", pairs.len(), paths.len(), refused.len());
}

/// Removes annotations, which the registered form does not have and Java keeps.
fn without_annotation(schema: &str) -> String {
    fn strip(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
            serde_json::Value::Object(members) => {
                members.remove("kafka");
                members.values_mut().for_each(strip);
            }
            _ => {}
        }
    }
    let mut schema = serde_json::from_str(schema).expect("JSON");
    strip(&mut schema);
    schema.to_string()
}

/// Removes what may differ between two texts of one schema: ids, and the notation of numbers.
fn plain(ty: Type) -> String {
    match ty {
        Type::Record(record) => {
            let fields = record.fields.into_iter().map(|field| {
                let default = field.default.map(|default| default.to_string());
                format!("{} {:?} {:?} {default:?}", field.name, field.doc, field.aliases)
            });
            let fields: Vec<String> = fields.collect();
            format!("{} {:?} {:?} {fields:?}", record.name, record.doc, record.aliases)
        }
        other => format!("{other:?}"),
    }
}

/// Java decides as the front end does on every rule, except where the rule states why not.
#[test]
#[ignore = "needs Java"]
fn java_agrees_with_the_rules() {
    let schemas: Vec<String> = RULES.iter().map(|rule| rule.schema.replace('\n', "\u{b}")).collect();
    let mut wrong = Vec::new();
    for (rule, answer) in RULES.iter().zip(oracle_lines("forms", &schemas)) {
        let agrees = answer.starts_with('!') == rule.diagnostic.is_some();
        if agrees == rule.java_differs.is_some() {
            wrong.push(format!("{}: {} Java says {answer}", rule.about, rule.schema));
        }
    }
    println!(
        "{} rules, Java differs in {}",
        RULES.len(),
        RULES.iter().filter(|rule| rule.java_differs.is_some()).count()
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
