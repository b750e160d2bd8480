//! Schemas of writers that are large, deep or hostile: they are read or refused in bounded time, and no stack
//! overflows.

use std::time::{Duration, Instant};

use eventgen_avro::{Limits, Plan, PlanError, Schema, Unresolvable};

/// Records that each refer to the next and the last to the first, by name; all are defined in the first text. `field`
/// is a field of each of them.
fn circle(count: usize, link: impl Fn(&str) -> String, field: &str) -> String {
    let record = |index: usize| {
        let next = link(&format!("\"R{}\"", (index + 1) % count));
        format!(r#"{{"type":"record","name":"R{index}","fields":[{{"name":"next","type":{next}}},{field}]}}"#)
    };
    // Flat: each definition is in a field of one record.
    let fields =
        (0..count).map(|index| format!(r#"{{"name":"f{index}","type":["null",{}]}}"#, record(index)));
    format!(r#"{{"type":"record","name":"All","fields":[{}]}}"#, fields.collect::<Vec<_>>().join(","))
}

fn optional_list(name: &str) -> String {
    format!(r#"["null",{{"type":"array","items":{name}}}]"#)
}

const OLD: &str = r#"{"name":"id","type":"int"}"#;
const NEW: &str = r#"{"name":"id","type":"long"},{"name":"more","type":"string","default":"x"}"#;

fn quickly<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    result
}

#[test]
fn hundreds_of_records_that_refer_to_each_other_are_resolved() {
    for count in [2, 71, 72, 100, 700] {
        let (old, new) = (circle(count, optional_list, OLD), circle(count, optional_list, NEW));
        assert!(quickly(|| Plan::new(&old, &old)).expect("the same").is_identity(), "{count}");
        let plan = quickly(|| Plan::new(&old, &new)).unwrap_or_else(|error| panic!("{count}: {error}"));
        // Every branch is null, but for the last: a record without a next one, whose id is 1.
        let payload = [&vec![0; count - 1][..], &[2, 0, 2]].concat();
        let mut out = Vec::new();
        plan.resolve(&payload, Limits::default(), &mut out).expect("a value");
        assert_eq!(out, [&vec![0; count - 1][..], &[2, 0, 2, 2, b'x']].concat(), "{count}");
    }
}

#[test]
fn thousands_of_records_are_resolved_or_refused() {
    for link in [optional_list as fn(&str) -> String, |name| format!(r#"["null",{name}]"#), str::to_owned] {
        let (old, new) = (circle(5_000, link, OLD), circle(5_000, link, NEW));
        assert!(quickly(|| Plan::new(&old, &old)).expect("the same").is_identity());
        match quickly(|| Plan::new(&old, &new)) {
            Ok(_) | Err(PlanError::Unresolvable { reason: Unresolvable::TooComplex, .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[test]
fn a_chain_of_records_is_as_deep_as_it_is_long() {
    let chain = |count: usize| {
        let link = |name: &str| if name == "\"R0\"" { "\"int\"" } else { name }.to_owned();
        circle(count, link, OLD)
    };
    assert!(Schema::parse(&chain(200)).is_ok());
    assert!(quickly(|| Schema::parse(&chain(5_000))).is_err());
}

/// Unions of namesakes in other namespaces, whose fields are such unions again: each branch may be that of any other.
#[test]
fn unions_whose_branches_may_be_taken_for_each_other_end() {
    let union = |level: usize, last: &str| {
        let branch = |index: usize| {
            let inner = if level == 0 { last.to_owned() } else { format!("\"L{}\"", level - 1) };
            format!(
                r#"{{"type":"record","name":"n{level}x{index}.R","fields":[{{"name":"f","type":{inner}}}]}}"#
            )
        };
        let branches = (0..8).map(branch).collect::<Vec<_>>().join(",");
        format!(r#"{{"type":"record","name":"L{level}","fields":[{{"name":"u","type":[{branches}]}}]}}"#)
    };
    let all = |last: &str| {
        let fields = (0..20).map(|level| format!(r#"{{"name":"f{level}","type":{}}}"#, union(level, last)));
        let fields = fields.collect::<Vec<_>>().join(",").replace("\"L", "\"ns.L");
        format!(r#"{{"type":"record","name":"All","fields":[{fields},{{"name":"top","type":"ns.L19"}}]}}"#)
    };
    let _ = quickly(|| Plan::new(&all("\"int\""), &all("\"boolean\"")));
}

#[test]
fn a_union_of_thousands_of_records_that_refer_to_each_other_has_its_branches() {
    let record = |index: usize| {
        let next = (index + 1) % 5_000;
        format!(
            r#"{{"type":"record","name":"R{index}","fields":[{{"name":"f","type":["null","R{next}"]}}]}}"#
        )
    };
    let text = format!("[{}]", (0..5_000).map(record).collect::<Vec<_>>().join(","));
    let schema = quickly(|| Schema::parse(&text)).expect("a schema");
    assert_eq!(schema.branches().len(), 5_000);
    assert_eq!(schema.branches()[4_999].name(), Some("R4999"));
    let plan = Plan::between(&schema.branches()[7], &schema.branches()[7]).expect("the same");
    assert!(plan.is_identity());
}

#[test]
fn sizes_beyond_the_address_space_are_refused_as_payloads() {
    let mut inner = r#"{"type":"fixed","name":"F","size":4294967295}"#.to_owned();
    for level in 0..40 {
        let name = if level == 0 { "F".to_owned() } else { format!("S{}", level - 1) };
        inner = format!(
            r#"{{"type":"record","name":"S{level}","fields":[{{"name":"a","type":{inner}}},{{"name":"b","type":"{name}"}}]}}"#
        );
    }
    for (ty, payload) in
        [("array\",\"items", &[126, 0][..]), ("map\",\"values", &[126, 0]), ("array\",\"items", &[1, 0])]
    {
        let text = format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"f","type":{{"type":"{ty}":{inner}}}}}]}}"#
        );
        let reader = r#"{"type":"record","name":"R","fields":[]}"#;
        let plan = Plan::new(&text, reader).expect("the field is left out");
        let mut out = Vec::new();
        assert!(plan.resolve(payload, Limits::default(), &mut out).is_err(), "{payload:?}");
        let plan = Plan::new(&text, &text).expect("the same");
        assert!(plan.resolve(payload, Limits::default(), &mut out).is_err(), "{payload:?}");
    }
}
