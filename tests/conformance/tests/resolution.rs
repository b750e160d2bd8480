//! Random pairs of schemas through plans and through apache-avro.

use conformance_tests::resolution::disagreement;
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
