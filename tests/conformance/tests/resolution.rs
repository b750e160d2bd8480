//! Random pairs of schemas, resolved by plans and by apache-avro.

use conformance_tests::resolution::disagreement;
use eventgen::avro::{Limits, Plan, PlanError, Unresolvable};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1_000, max_shrink_iters: 20_000, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn plans_resolve_as_apache_avro_does(
        schemas in proptest::collection::vec(any::<u8>(), 0..64),
        values in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        let disagreement = disagreement(&schemas, &values);
        prop_assert!(disagreement.is_none(), "{}", disagreement.unwrap_or_default());
    }
}

/// A record at the root with one more field than its writer knows.
fn renamed(writer: &str, reader: &str, aliases: &str) -> Result<Vec<u8>, PlanError> {
    let writer = format!(r#"{{"type":"record","name":"{writer}","fields":[{{"name":"a","type":"int"}}]}}"#);
    let reader = format!(
        r#"{{"type":"record","name":"{reader}","aliases":[{aliases}],
            "fields":[{{"name":"b","type":"int","default":1}},{{"name":"a","type":"long"}}]}}"#
    );
    let mut resolved = Vec::new();
    Plan::new(&writer, &reader)?.resolve(&[6], Limits::DEFAULT, &mut resolved).expect("a value");
    Ok(resolved)
}

/// Specification 1.12, "Schema Resolution" and "Aliases"; short names as Java compares them.
#[test]
fn the_root_may_have_had_another_name() {
    for (writer, reader, aliases) in [
        ("shop.Ordered", "shop.Placed", r#""Ordered""#),
        ("old.Ordered", "shop.Placed", r#""Bought", "old.Ordered""#),
        ("old.Placed", "shop.Placed", ""),
        ("Placed", "shop.Placed", ""),
    ] {
        let resolved = renamed(writer, reader, aliases).unwrap_or_else(|error| panic!("{writer}: {error}"));
        assert_eq!(resolved, [2, 6], "{writer}");
    }
    for (writer, aliases) in [("shop.Ordered", ""), ("old.Ordered", r#""Ordered""#)] {
        let error = renamed(writer, "shop.Placed", aliases).expect_err("another record");
        let is_named = matches!(error, PlanError::Unresolvable { reason: Unresolvable::Names { .. }, .. });
        assert!(is_named, "{writer}: {error}");
    }
}

/// Fifteen records, each of two of the next by default, are a default of 2¹⁵ values. (Of many more records the default is not
/// come to: apache-avro, which parses the schemas, goes through all of it.)
#[test]
fn a_default_of_too_many_values_is_rejected() {
    let mut inner = r#"{"type":"record","name":"R0","fields":[]}"#.to_owned();
    for level in 1..15 {
        let below = level - 1;
        inner = format!(
            r#"{{"type":"record","name":"R{level}","fields":[
                {{"name":"a","type":{inner},"default":{{}}}},
                {{"name":"b","type":"R{below}","default":{{}}}}]}}"#
        );
    }
    let reader = format!(
        r#"{{"type":"record","name":"E","fields":[{{"name":"all","type":{inner},"default":{{}}}}]}}"#
    );
    let error = Plan::new(r#"{"type":"record","name":"E","fields":[]}"#, &reader).expect_err("too much");
    assert!(error.to_string().contains("default"), "{error}");
}
