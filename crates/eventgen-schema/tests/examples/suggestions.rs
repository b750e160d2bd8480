//! What is suggested for a type that nothing defines.

use std::fs;
use std::path::Path;

use eventgen_schema::Loader;

/// The remark at the missing type that a field of the record `Order` refers to. `test` names the file.
fn remark(test: &str, field: &str) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("suggestions");
    fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(format!("{test}.avsc"));
    let schema = format!(
        r#"{{ "type": "record", "name": "Order", "namespace": "shop", "kafka": {{ "topic": "orders.v1", "key": "id" }},
              "fields": [{{ "name": "id", "type": "string" }}, {{ "name": "other", "type": {field} }}] }}"#
    );
    fs::write(&path, schema).expect("a schema");
    let diagnostics = Loader::new().path(path).load().expect_err("a type is missing");
    diagnostics.iter().next().expect("an error").labels[0].1.clone()
}

#[test]
fn a_record_is_not_suggested_for_a_part_of_itself() {
    let nothing = "no schema defines this";
    assert_eq!(remark("direct", r#""Orders""#), nothing);
    assert_eq!(remark("object", r#"{ "type": "Orders" }"#), nothing);
    let inner =
        r#"{ "type": "record", "name": "Parcel", "fields": [{ "name": "order", "type": "Orders" }] }"#;
    assert_eq!(remark("nested", inner), nothing);
    assert_eq!(remark("longer", r#"{ "type": "array", "items": "OrderLine" }"#), nothing);
    assert_eq!(remark("qualified", r#"["null", "shop.OrderLine"]"#), nothing);
    // A record may refer to itself where its values end.
    assert_eq!(remark("array", r#"{ "type": "array", "items": "Ordr" }"#), "did you mean `Order`?");
    assert_eq!(remark("union", r#"["null", "shop.Ordr"]"#), "did you mean `shop.Order`?");
}

#[test]
fn a_name_of_other_letters_is_not_suggested() {
    let short =
        r#"["null", { "type": "record", "name": "A", "fields": [{ "name": "b", "type": ["null", "B"] }] }]"#;
    assert_eq!(remark("short", short), "no schema defines this");
    let similar = r#"["null", { "type": "record", "name": "Aa", "fields": [] }, "aa"]"#;
    assert_eq!(remark("similar", similar), "did you mean `Aa`?");
}
