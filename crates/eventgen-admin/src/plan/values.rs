//! Values of topic configurations.

use std::collections::BTreeSet;

/// Whether Kafka reads two values as the same: numbers, booleans and lists may be written in several ways.
pub(crate) fn equal(one: &str, other: &str) -> bool {
    let (one, other) = (one.trim(), other.trim());
    one == other
        || matches!((one.parse::<i64>(), other.parse::<i64>()), (Ok(one), Ok(other)) if one == other)
        || is_same_ratio(one, other)
        || is_boolean(one) && one.eq_ignore_ascii_case(other)
        || (one.contains(',') || other.contains(',')) && parts(one) == parts(other)
}

/// The parts of a `cleanup.policy`.
#[cfg(feature = "contract")]
pub(crate) fn policies(list: &str) -> BTreeSet<&str> {
    parts(list)
}

/// Whether a limit of retention in milliseconds or bytes goes down: -1 is no limit.
#[cfg(feature = "contract")]
pub(crate) fn is_cut(from: &str, to: &str) -> bool {
    let limit =
        |text: &str| text.trim().parse::<i64>().ok().map(|limit| u64::try_from(limit).unwrap_or(u64::MAX));
    matches!((limit(from), limit(to)), (Some(from), Some(to)) if to < from)
}

/// Whether two numbers with a fraction, such as `min.cleanable.dirty.ratio`, are the same.
fn is_same_ratio(one: &str, other: &str) -> bool {
    let is_fraction = |text: &str| text.contains(['.', 'e', 'E']);
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite());
    (is_fraction(one) || is_fraction(other))
        && matches!((number(one), number(other)), (Some(one), Some(other)) if one.total_cmp(&other).is_eq())
}

fn is_boolean(text: &str) -> bool {
    text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
}

fn parts(list: &str) -> BTreeSet<&str> {
    list.split(',').map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_kafka_reads_alike_do_not_differ() {
        let same = [
            ("7", "007"),
            ("0.50", "0.5"),
            ("1.0", "1"),
            ("TRUE", "true"),
            ("compact, delete", "delete,compact"),
            (" 5", "5"),
            ("1e-3", "0.001"),
            ("delete,delete", "delete"),
        ];
        for (one, other) in same {
            assert!(equal(one, other) && equal(other, one), "{one} {other}");
        }
        let different = [
            ("7", "70"),
            ("0.5", "0.05"),
            ("10", "1"),
            ("true", "false"),
            ("compact,delete", "compact"),
            ("lz4", "LZ4"),
        ];
        for (one, other) in different {
            assert!(!equal(one, other) && !equal(other, one), "{one} {other}");
        }
    }

    #[test]
    #[cfg(feature = "contract")]
    fn no_limit_is_the_longest_retention() {
        assert!(is_cut("-1", "1000") && is_cut("1000", "999"));
        assert!(!is_cut("1000", "-1") && !is_cut("1000", "1000") && !is_cut("-1", "-1"));
    }
}
