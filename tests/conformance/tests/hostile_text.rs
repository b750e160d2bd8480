//! Text of a schema stays text: whatever stands in documentation, defaults, headers, groups or foreign properties, the
//! code around it is the same, and what the text says comes through unchanged.

use std::path::Path;
use std::str::FromStr;
use std::{env, fs};

use conformance_tests::features::hostile_text::feature::hostile::{
    Hostile, HostileUnion, Inner, Symbol, feature_hostile_v1,
};
use eventgen::{Headers, KafkaEvent};
use eventgen_schema::Loader;
use proc_macro2::{TokenStream, TokenTree};
use serde_json::Value;

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("features/hostile_text.avsc")
}

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(path()).expect("the schema")).expect("JSON")
}

/// The text that tries everything.
fn hostile() -> String {
    schema()["doc"].as_str().expect("a doc").strip_prefix("record ").expect("its prefix").to_owned()
}

/// The code without documentation and with every literal replaced by the same one.
fn skeleton(code: TokenStream) -> String {
    let mut out = String::new();
    let mut tokens = code.into_iter().peekable();
    while let Some(token) = tokens.next() {
        match (token, tokens.peek()) {
            (TokenTree::Punct(punct), Some(TokenTree::Group(group)))
                if punct.as_char() == '#' && group.stream().to_string().starts_with("doc =") =>
            {
                tokens.next();
            }
            (TokenTree::Group(group), _) => out += &["(", &skeleton(group.stream()), ")"].concat(),
            // Longer text makes longer lines, and those are broken.
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => {}
            (TokenTree::Literal(_), _) => out.push_str("literal "),
            (other, _) => out += &[&other.to_string(), " "].concat(),
        }
    }
    out
}

fn generated(schema: &str) -> TokenStream {
    let folder = env::temp_dir().join(format!("eventgen-hostile-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("schema.avsc");
    fs::write(&file, schema).expect("a file");
    let loaded = Loader::new().path(&folder).load().expect("valid schemas");
    fs::remove_dir_all(&folder).expect("the folder is gone");
    let code = eventgen_codegen::generate(&loaded.contract).expect("code");
    TokenStream::from_str(&code).expect("Rust")
}

#[test]
fn texts_do_not_change_code() {
    let hostile = serde_json::Value::from(hostile()).to_string();
    let text = schema().to_string();
    let quoted = &hostile[1..hostile.len() - 1];
    assert!(text.matches(quoted).count() > 20, "the text is everywhere");
    // The names of groups become names of constants, so they stay.
    let mut tame: Value = serde_json::from_str(&text.replace(quoted, "tame")).expect("JSON");
    tame["kafka"]["consumers"] = schema()["kafka"]["consumers"].clone();
    assert_eq!(skeleton(generated(&text)), skeleton(generated(&tame.to_string())));
}

#[test]
fn texts_come_through_unchanged() {
    let mut expected = schema();
    expected.as_object_mut().expect("an object").remove("kafka");
    let embedded: Value = serde_json::from_str(Hostile::schema().text()).expect("JSON");
    assert_eq!(embedded, expected);

    let event = Hostile {
        text: "the text".into(),
        bytes: vec![],
        fixed: [0; 4],
        symbol: Symbol::A,
        map: [].into(),
        list: vec![],
        union: HostileUnion::Int(1),
        record: Inner { x: String::new() },
        logical: String::new(),
    };
    let mut headers = Headers::new();
    event.headers(&mut headers);
    assert_eq!(headers.text("lit"), Some(format!("literal {}", hostile()).as_str()));
    let first = hostile().chars().take(200).collect::<String>();
    assert_eq!(headers.text(&first), Some("the text"));
    assert_eq!(headers.text("*/\"#"), Some("the text"));
    assert_eq!(feature_hostile_v1::groups::UNNAMED, "\"#");
}
