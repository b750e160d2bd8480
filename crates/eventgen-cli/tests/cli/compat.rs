//! `eventgen compat`: two versions of anybody's schemas.

use crate::support::Project;

/// A project with two versions of a file.
fn versions(extension: &str, old: &str, new: &str) -> Project {
    let project = Project::new();
    project.write(&format!("old.{extension}"), old);
    project.write(&format!("new.{extension}"), new);
    project
}

fn compat(project: &Project, extension: &str, options: &[&str]) -> crate::support::Ran {
    let (old, new) = (format!("old.{extension}"), format!("new.{extension}"));
    project.run(&[&["compat", &old, &new], options].concat())
}

#[test]
fn an_avro_schema_without_an_annotation() {
    let record = |fields: &str| format!(r#"{{ "type": "record", "name": "a.R", "fields": [{fields}] }}"#);
    let project = versions("avsc", &record(""), &record(r#"{ "name": "f", "type": "int" }"#));
    compat(&project, "avsc", &[]).fails(
        4,
        &[
            "READER_FIELD_MISSING_DEFAULT_VALUE in `a.R`",
            "new.avsc:1:57",
            "old.avsc:1:29",
            "1 schema compared: 1 change forbidden",
        ],
    );
    compat(&project, "avsc", &["--level", "forward"]).ends(
        0,
        "",
        "1 schema compared: no incompatible change\n",
    );
    compat(&project, "avsc", &["--level", "FULL_TRANSITIVE"]).fails(4, &["EG0601"]);
    compat(&project, "avsc", &["--level", "none"]).fails(2, &["NONE forbids nothing"]);
    compat(&project, "avsc", &["--mode", "stict"]).fails(2, &["registry, wire, wire-json or strict"]);
}

#[test]
fn schemas_without_a_name_and_with_another_one() {
    let project = versions("avsc", r#"["null", "string"]"#, r#"["null", "int"]"#);
    compat(&project, "avsc", &[])
        .fails(4, &["MISSING_UNION_BRANCH in `the schema`", "new.avsc:1:1", "old.avsc:1:1"]);
    let fixed = |name: &str| format!(r#"{{ "type": "fixed", "name": "{name}", "size": 4 }}"#);
    let project = versions("avsc", &fixed("A"), &fixed("B"));
    compat(&project, "avsc", &[]).fails(4, &["NAME_MISMATCH in `B`"]);
}

#[test]
fn protocols_and_idl_correspond_by_the_names_of_their_types() {
    let idl =
        |ty: &str| format!("@namespace(\"a\") protocol P {{ record R {{ {ty} f; }} record S {{ int g; }} }}");
    let project = versions("avdl", &idl("int"), &idl("string"));
    compat(&project, "avdl", &[])
        .fails(4, &["TYPE_MISMATCH in `a.R` at `f`", "2 schemas compared: 1 change forbidden"]);
    let protocol = |ty: &str| {
        format!(
            r#"{{ "protocol": "P", "namespace": "a", "types": [{{ "type": "record", "name": "R", "fields": [{{ "name": "f", "type": "{ty}" }}] }}], "messages": {{}} }}"#
        )
    };
    project.write("old.avpr", &protocol("int"));
    project.run(&["compat", "old.avpr", "new.avdl"]).fails(4, &["old.avpr:1:", "new.avdl:1:"]);
}

#[test]
fn protobuf_files_with_imports() {
    let project = Project::new();
    for (version, kind) in [("old", "int32"), ("new", "string")] {
        let write = |name: &str, body: &str| {
            let text = format!("syntax = \"proto3\";\npackage a;\n{body}\n");
            project.write(&format!("{version}/a/{name}.proto"), &text);
        };
        write("inner", &format!("message Inner {{ {kind} value = 1; }}"));
        write("outer", "import \"a/inner.proto\";\nmessage Outer { Inner inner = 1; }");
    }
    let said = [
        "FIELD_SCALAR_KIND_CHANGED in `a/inner.proto` at `Inner.value`",
        "new/a/inner.proto:3:24",
        "old/a/inner.proto:3:23",
    ];
    project.run(&["compat", "old", "new"]).fails(4, &said);
    project
        .write("new/a/inner.proto", "syntax = \"proto3\";\npackage a;\nmessage Inner { int32 count = 1; }\n");
    project.run(&["compat", "old", "new"]).fails(0, &[]);
    project.run(&["compat", "old", "new", "--mode", "wire-json"]).fails(4, &["FIELD_JSON_CHANGED", "EG0603"]);
}

#[test]
fn what_is_gone_is_a_warning_and_nothing_in_common_is_an_error() {
    let project = Project::new();
    let record = |name: &str| format!(r#"{{ "type": "record", "name": "{name}", "fields": [] }}"#);
    project.write("old/a.avsc", &record("A"));
    project.write("old/b.avsc", &record("B"));
    project.write("new/a.avsc", &record("A"));
    project.run(&["compat", "old", "new"]).fails(0, &["warning[EG0410]: `B` is gone", "old/b.avsc:1:29"]);
    project.write("other/c.proto", "syntax = \"proto3\";\nmessage C {}\n");
    project.run(&["compat", "old", "other"]).fails(1, &["have no schema in common"]);
    project.write("broken.avsc", "{");
    project.run(&["compat", "broken.avsc", "new/a.avsc"]).fails(1, &["EG0003", "broken.avsc"]);
    let ran = project.run(&["compat", "broken.avsc", "new/a.avsc", "--output", "json"]);
    assert!(ran.code == 1 && ran.stdout.contains("\"code\": \"EG0003\""), "{ran:?}");
}
