//! `eventgen check --output`: reports that other programs read.

use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use serde_sarif::sarif::Sarif;

use crate::support::{Project, Ran};

const FORMATS: [&str; 4] = ["json", "sarif", "junit", "github"];

/// One error, one warning, an awkward path, and text that every format has to escape.
fn project() -> Project {
    let project = Project::with_an_event();
    project.replace(
        "schemas/order_placed.avsc",
        "\"partitions\": 12",
        "\"partitions\": 12,\n    \"ödd,<&\\\"%:\": 1, \"config\": { \"retention.m\": \"7d\" }",
    );
    project.write("schemas/an event, twice%.avsc", "[]");
    project
}

fn check(project: &Project, format: &str) -> Ran {
    let ran = project.run(&["check", "--output", format]);
    assert_eq!(
        (ran.code, &*ran.stderr),
        (1, "2 errors and 1 warning in 2 of 3 files\n"),
        "{format}: {ran:?}"
    );
    ran
}

#[test]
fn json_has_all_there_is_to_know() {
    let text = check(&project(), "json").stdout;
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(report["version"], 1);
    assert_eq!((&report["errors"], &report["warnings"], &report["files"]), (&2.into(), &1.into(), &3.into()));
    let diagnostics = report["diagnostics"].as_array().expect("a list");
    let codes: Vec<&Value> = diagnostics.iter().map(|diagnostic| &diagnostic["code"]).collect();
    assert_eq!(codes, ["EG0120", "EG0107", "EG0308"]);
    let word = &diagnostics[1];
    assert_eq!(word["severity"], "error");
    assert_eq!(word["file"], "schemas/order_placed.avsc");
    // Columns count characters: ö is one.
    let place = ["line", "column", "endLine", "endColumn"].map(|name| word[name].as_u64().expect("a number"));
    assert_eq!(place, [9, 5, 9, 17]);
    assert_eq!(word["labels"][0]["column"], 5);
    assert_eq!(word["lint"], Value::Null);
    let config = &diagnostics[2];
    assert_eq!((&config["severity"], &config["lint"]), (&"warning".into(), &"unknown-config".into()));
    assert_eq!((&config["line"], &config["column"]), (&9.into(), &34.into()));
    assert_eq!(config["labels"][0]["message"], "did you mean `retention.ms`?");
}

#[test]
fn json_is_as_the_readme_shows_it() {
    let project = Project::with_an_event();
    project.replace("schemas/order_placed.avsc", "\"partitions\"", "\"partitons\"");
    let ran = project.run(&["check", "--output", "json"]);
    let readme = include_str!("../../README.md");
    let shown =
        readme.split("```json\n").nth(1).and_then(|rest| rest.split("```").next()).expect("the object");
    assert_eq!(ran.stdout, shown);
}

#[test]
fn of_very_many_errors_the_first_are_listed_and_all_are_counted() {
    let project = Project::with_an_event();
    let fields: Vec<String> =
        (0..1200).map(|number| format!("{{ \"name\": \"field{number}\", \"type\": \"strin\" }}")).collect();
    let wide = format!("{{ \"type\": \"record\", \"name\": \"Wide\", \"fields\": [{}] }}", fields.join(", "));
    project.write("schemas/wide.avsc", &wide);
    let ran = project.run(&["check", "--output", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["errors"], 1200);
    assert_eq!(report["diagnostics"].as_array().map(Vec::len), Some(1000));
    let summary = "1200 errors in 1 of 3 files; 200 are not shown\n";
    assert_eq!((ran.code, &*ran.stderr), (1, summary));
    project.run(&["check"]).fails(1, &[summary]);
}

#[test]
fn sarif_is_read_by_the_types_of_its_schema() {
    let text = check(&project(), "sarif").stdout;
    let report: Sarif = serde_json::from_str(&text).expect("SARIF 2.1.0");
    let run = &report.runs[0];
    let rules = run.tool.driver.rules.as_ref().expect("rules");
    let results = run.results.as_ref().expect("results");
    assert_eq!(results.len(), 3);
    for result in results {
        let index = usize::try_from(result.rule_index.expect("an index")).expect("an index");
        assert_eq!(rules[index].id, *result.rule_id.as_ref().expect("a rule"));
        let help = rules[index].help.as_ref().and_then(|help| help.markdown.as_ref()).expect("help");
        assert!(help.starts_with(&format!("# {}: ", rules[index].id)), "{help}");
    }
    let report: Value = serde_json::from_str(&text).expect("JSON");
    let place = |index: usize| &report["runs"][0]["results"][index]["locations"][0]["physicalLocation"];
    assert_eq!(place(0)["artifactLocation"]["uri"], "schemas/an%20event,%20twice%25.avsc");
    assert_eq!(place(1)["region"]["startColumn"], 5);
    assert_eq!(report["runs"][0]["columnKind"], "unicodeCodePoints");
}

#[test]
fn junit_has_a_case_for_each_file() {
    let text = check(&project(), "junit").stdout;
    let mut reader = Reader::from_str(&text);
    let (mut cases, mut failures, mut outputs) = (Vec::new(), 0, 0);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Eof => break,
            Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                "testcase" => {
                    let name = element.try_get_attribute("name").expect("attributes").expect("a name");
                    cases.push(name.value.into_owned());
                }
                "failure" => failures += 1,
                "system-out" => outputs += 1,
                _ => {}
            },
            _ => {}
        }
    }
    assert_eq!(cases, ["eventgen.toml", "schemas/an event, twice%.avsc", "schemas/order_placed.avsc"]);
    assert_eq!((failures, outputs), (2, 1));
    assert!(text.contains("<testsuites tests=\"3\" failures=\"2\" errors=\"0\">"), "{text}");
}

#[test]
fn a_file_with_several_errors_is_one_failure() {
    let project = Project::with_an_event();
    project.replace("schemas/order_placed.avsc", "\"partitions\"", "\"partitons\"");
    project.replace("schemas/order_placed.avsc", "\"type\": \"string\"", "\"type\": \"strin\"");
    let text = project.run(&["check", "--output", "junit"]).stdout;
    assert!(text.contains("<testsuites tests=\"2\" failures=\"1\" errors=\"0\">"), "{text}");
    assert_eq!(text.matches("<failure ").count(), 1, "{text}");
    assert!(text.contains("more)\">") && text.contains("EG0107"), "{text}");
}

#[test]
fn names_do_not_reach_who_reads_the_output() {
    let project = Project::with_an_event();
    project.replace("schemas/order_placed.avsc", "\"partitions\"", "\"a\\n::error::b\\u001b[31m\"");
    for format in ["human", "github"] {
        let ran = project.run(&["check", "--output", format]);
        let all = format!("{}{}", ran.stdout, ran.stderr);
        assert!(all.contains("b\\u{1b}[31m"), "{all}");
        assert!(
            !all.contains('\u{1b}') && !all.lines().any(|line| line.trim_start().starts_with("::error::")),
            "{all}"
        );
    }
}

#[test]
fn workflow_commands_are_one_line_each() {
    let text = check(&project(), "github").stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    let file = "::error file=schemas/an event%2C twice%25.avsc,line=1,endLine=1,col=1,endColumn=3,title=EG0120 a union ";
    assert!(lines[0].starts_with(file), "{}", lines[0]);
    assert!(lines[1].contains("unknown property `ödd,<&\"%25:` in the kafka annotation"), "{}", lines[1]);
    assert!(lines[1].contains("%0Ahelp: `eventgen explain EG0107`"), "{}", lines[1]);
    assert!(lines[2].starts_with("::warning file=schemas/order_placed.avsc,line=9,"), "{}", lines[2]);
}

#[test]
fn control_characters_leave_the_xml_well_formed() {
    let project = Project::with_an_event();
    project.replace("schemas/order_placed.avsc", "\"partitions\"", "\"parti\\u0001\\u000btions\"");
    let ran = project.run(&["check", "--output", "junit"]);
    assert!(!ran.stdout.chars().any(|char| char.is_control() && char != '\n'), "{ran:?}");
}

#[test]
fn what_is_right_and_what_only_warns_ends_with_0() {
    let project = Project::with_an_event();
    for format in FORMATS {
        let ran = project.run(&["check", "--output", format]);
        assert_eq!((ran.code, &*ran.stderr), (0, "no errors\n"), "{format}: {ran:?}");
        assert_eq!(ran.stdout.is_empty(), format == "github", "{format}: {ran:?}");
    }
    project.write(
        "eventgen.toml",
        "schemas = [\"schemas\"]\n[defaults]\nconfig = { \"retention.m\" = \"7d\" }\n",
    );
    for format in FORMATS {
        let ran = project.run(&["check", "--output", format]);
        assert_eq!((ran.code, &*ran.stderr), (0, "1 warning in 1 of 2 files\n"), "{format}: {ran:?}");
    }
}

#[test]
fn errors_without_a_location_and_broken_manifests_are_reported() {
    let project = Project::with_an_event();
    for format in FORMATS {
        let ran = project.run(&["check", "missing", "--output", format]);
        assert_eq!((ran.code, &*ran.stderr), (1, "1 error\n"), "{format}: {ran:?}");
        assert!(
            ran.stdout.contains("EG0001") && ran.stdout.contains("missing does not exist"),
            "{format}: {ran:?}"
        );
    }
    project.write("eventgen.toml", "schemas = [\n");
    for format in FORMATS {
        let ran = project.run(&["check", "--output", format]);
        assert_eq!((ran.code, &*ran.stderr), (1, "1 error in 1 file\n"), "{format}: {ran:?}");
        assert!(ran.stdout.contains("EG0201"), "{format}: {ran:?}");
    }
}
