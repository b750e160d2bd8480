//! The catalogue: its pages escape what they show, lead to each other, and pass the judges of the web.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use eventgen_artifacts::File;
use eventgen_artifacts::catalogue::{Catalogue, Settings};
use eventgen_schema::{Contract, Loader, describe};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::contracts::samples;
use crate::judges::{Folder, contracts, folder_of, judge};

fn pages(contract: &Contract) -> Vec<File> {
    Catalogue::new(contract, &Settings::new("Catalogue")).files().expect("pages")
}

/// A contract whose texts are what somebody would attack a page with.
pub(crate) fn hostile() -> Contract {
    const ATTACK: &str = "\"><script>alert(1)</script><img src=x onerror='alert(2)'>&amp;</code>";
    let folder = TempDir::new().expect("a folder");
    let schema = serde_json::json!({
        "type": "record", "name": "Hostile", "namespace": "com.example", "doc": format!("`{ATTACK}` {ATTACK}"),
        "kafka": {
            "topic": "hostile.v1", "key": "id", "owner": ATTACK, "producers": [ATTACK],
            "consumers": [{ "group": format!("{ATTACK} 2") }],
            "headers": { "source": { "literal": ATTACK } },
        },
        "fields": [{ "name": "id", "type": "string", "doc": ATTACK, "default": ATTACK }],
    });
    fs::write(folder.path().join("hostile.avsc"), schema.to_string()).expect("a file");
    Loader::new().path(folder.path()).load().expect("a valid contract").contract
}

fn is_page(file: &File) -> bool {
    Path::new(&file.path).extension().is_some_and(|extension| extension == "html")
}

#[test]
fn texts_of_a_contract_are_escaped() {
    let contract = hostile();
    let settings = Settings::new("<script>alert(3)</script>").environment("<b>".to_owned());
    for file in Catalogue::new(&contract, &settings).files().expect("pages") {
        if is_page(&file) {
            assert_eq!(file.text.matches("<script").count(), 1, "{}: {}", file.path, file.text);
            for tag in ["<img", "<b>", "</code>&", "alert(3)<"] {
                assert!(!file.text.contains(tag), "{tag} in {}: {}", file.path, file.text);
            }
        }
    }
}

#[test]
fn links_lead_to_files_and_to_places_in_them() {
    let all = samples().into_iter().map(|(_, contract)| contract).chain([hostile()]);
    for contract in all.chain((0..10).map(crate::random::contract)) {
        let files = pages(&contract);
        let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths.len(), files.len(), "two files with one path");
        for file in files.iter().filter(|file| is_page(file)) {
            for link in attribute(&file.text, " href=\"").filter(|link| !link.starts_with("data:")) {
                let (path, id) = link.split_once('#').unwrap_or((link, ""));
                let depth = file.path.matches('/').count();
                let up = usize::from(path.starts_with("../"));
                let path = path.trim_start_matches("../");
                assert!(path.is_empty() || up == depth, "{link} in {}", file.path);
                assert!(path.is_empty() || paths.contains(path), "{link} in {}", file.path);
                let is_here = path.is_empty() && !id.is_empty();
                assert!(!is_here || file.text.contains(&format!(" id=\"{id}\"")), "{link} in {}", file.path);
            }
        }
    }
}

fn attribute<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(name).skip(1).filter_map(|rest| rest.split('"').next())
}

#[test]
fn the_search_finds_names_and_fields() {
    let (_, orders) = samples().into_iter().find(|(name, _)| *name == "orders").expect("a sample");
    let files = pages(&orders);
    let index = files.iter().find(|file| file.path == "assets/search.js").expect("an index");
    let json = index.text.strip_prefix("window.eventgenSearch(").and_then(|rest| rest.strip_suffix(");\n"));
    let index: Value = serde_json::from_str(json.expect("a call")).expect("JSON");
    let event = &index["entries"][0];
    assert_eq!(event[1], "com.example.orders.OrderEvent");
    assert_eq!(event[3], "Something that happened to an order");
    for field in ["customerId", "unitPrice", "CANCELLED"] {
        assert_eq!(index["fields"][field], serde_json::json!([0]), "{field}");
    }
}

/// A contract with many events has a small index and short pages.
#[test]
fn the_index_of_the_search_is_bounded() {
    let folder = TempDir::new().expect("a folder");
    for number in 0..250 {
        let schema = serde_json::json!({
            "type": "record", "name": format!("Event{number}"), "doc": "long ".repeat(500),
            "kafka": { "topic": format!("topic.{number}"), "key": "id" },
            "fields": [{ "name": "id", "type": "string" }],
        });
        fs::write(folder.path().join(format!("{number}.avsc")), schema.to_string()).expect("a file");
    }
    let contract = Loader::new().path(folder.path()).load().expect("a valid contract").contract;
    let files = pages(&contract);
    let text = |path: &str| &files.iter().find(|file| file.path == path).expect(path).text;
    let index = text("assets/search.js");
    assert!(index.len() < 250 * 400, "{} bytes", index.len());
    // Lists are on several pages.
    assert_eq!(attribute(text("events.html"), " href=\"events/").count(), 200);
    assert_eq!(attribute(text("events-2.html"), " href=\"events/").count(), 50);
}

#[test]
fn every_event_has_an_example_of_its_schema() {
    for (name, contract) in contracts() {
        for event in &contract.events {
            let example = describe(&contract, event).example.expect("an example");
            assert!(
                serde_json::from_str::<Value>(&example.json).is_ok_and(|value| value.is_object()),
                "{name}"
            );
        }
    }
}

#[test]
fn the_same_contract_has_the_same_pages() {
    for (_, contract) in samples() {
        assert_eq!(pages(&contract), pages(&contract));
    }
}

fn write(folder: &Path, name: &str, contract: &Contract) {
    for file in pages(contract) {
        let path = folder.join(name).join(&file.path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, file.text).expect("a file");
    }
}

/// W3C's validator reads all pages in one run, also one with a mistake, which is all that it finds.
#[test]
#[ignore = "needs W3C's validator"]
fn pages_are_valid_html() {
    let folder = Folder::new();
    for (name, contract) in contracts().into_iter().chain([("hostile".to_owned(), hostile())]) {
        write(folder.path(), &name, &contract);
    }
    plant(&folder, "wrong", "index.html", "<h1>", "<h1><p>");
    let jar = folder_of("EVENTGEN_PAGES").join("node_modules/vnu-jar/build/dist/vnu.jar");
    let mut command = Command::new("java");
    command.arg("-jar").arg(jar).args(["--Werror", "--skip-non-html"]).arg(folder.path());
    let output = command.output().expect("java runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let (planted, others): (Vec<&str>, Vec<&str>) =
        said.lines().partition(|line| line.contains("/wrong/index.html\""));
    assert_eq!(others, Vec::<&str>::new());
    assert!(!planted.is_empty());
}

/// Writes the catalogue of a small contract, and replaces a text in one of its files.
fn plant(folder: &Folder, name: &str, path: &str, from: &str, to: &str) {
    let (_, payments) = samples().into_iter().find(|(name, _)| *name == "payments").expect("a sample");
    write(folder.path(), name, &payments);
    let file = folder.path().join(name).join(path);
    let text = fs::read_to_string(&file).expect("a file");
    assert!(text.contains(from), "no `{from}` in {path}");
    fs::write(&file, text.replacen(from, to, 1)).expect("a file");
}

/// What Chromium finds in the catalogues below a folder. Limits say by the name of a catalogue what is looked for in it.
fn browse(folder: &Folder, pictures: &Path, limits: &Value) -> Vec<String> {
    let (chromium, limits) = (folder_of("EVENTGEN_CHROMIUM"), limits.to_string());
    judge("EVENTGEN_PAGES", "catalogue.mjs", &[&chromium, pictures, Path::new(&limits)], folder.path())
}

/// Chromium, axe, the keyboard and narrow windows.
#[test]
#[ignore = "needs Chromium"]
fn pages_work_in_a_browser() {
    let folder = Folder::new();
    for (name, contract) in samples() {
        write(folder.path(), name, &contract);
    }
    write(folder.path(), "hostile", &hostile());
    write(folder.path(), "random19", &crate::random::contract(19));
    let pictures = folder_of("EVENTGEN_PICTURES");
    assert_eq!(browse(&folder, &pictures, &json!({})), Vec::<String>::new());
    println!("pictures: {}", pictures.display());
}

/// A mistake in a file, the part of the judge that is there for it, and the page that shows it.
struct Mistake {
    path: &'static str,
    from: &'static str,
    to: &'static str,
    part: &'static str,
    page: &'static str,
    said: &'static str,
}

/// Each part of the judge finds what it is there for.
#[test]
#[ignore = "needs Chromium"]
fn the_browser_finds_what_is_wrong() {
    const HOME: &str = "index.html";
    const STYLES: &str = "assets/catalogue.css";
    const SCRIPT: &str = "assets/catalogue.js";
    const TOPIC: &str = "topics/payments.events.v1.html";
    let mistake =
        |[path, from, to]: [&'static str; 3], part, page, said| Mistake { path, from, to, part, page, said };
    let (axe_light, axe_dark) = ("axe, 1280 light: color-contrast", "axe, 390 dark: color-contrast");
    let mistakes = [
        mistake(
            [HOME, "<h1>", "<img src=\"https://e.org/x\"><h1>"],
            "links",
            HOME,
            "asks for https://e.org/x",
        ),
        mistake(["topics.html", "href=\"topics/", "href=\"no-topics/"], "links", "topics.html", "not exist"),
        mistake([HOME, "aria-label=\"Catalogue\"", "role=\"no-role\""], "look", HOME, ": aria-roles"),
        mistake([STYLES, "--quiet: #566074", "--quiet: #c0c4cc"], "look", HOME, axe_light),
        mistake([STYLES, "--quiet: #a3aec2", "--quiet: #3a4356"], "look", HOME, axe_dark),
        mistake(
            [STYLES, "overflow-x: auto", "overflow-x: visible"],
            "look",
            TOPIC,
            "wider than a window of 390",
        ),
        mistake([SCRIPT, "list.replaceChildren", "list.replaceNothing"], "search", HOME, "shows nothing"),
        mistake(
            [SCRIPT, "dataset.theme = next", "dataset.thyme = next"],
            "keyboard",
            HOME,
            "change the colors",
        ),
        mistake([HOME, "<h1>", "<h1 hidden>"], "scripts", HOME, "shows nothing without scripts"),
    ];
    let folder = Folder::new();
    let mut limits = Map::new();
    for (index, Mistake { path, from, to, part, page, .. }) in mistakes.iter().enumerate() {
        let name = format!("wrong{index}");
        plant(&folder, &name, path, from, to);
        limits.insert(name, json!({ "parts": [part], "pages": [page] }));
    }
    let found = browse(&folder, Path::new("-"), &Value::Object(limits));
    for (index, Mistake { part, to, said, .. }) in mistakes.iter().enumerate() {
        let name = format!("wrong{index}");
        let is_it = |line: &String| {
            let of = line.split(['/', ':']).next();
            of == Some(&name) && line.contains(said)
        };
        assert!(found.iter().any(is_it), "{part}, {to}: {found:#?}");
    }
}
