//! Logical types (specification 1.12, "Logical Types"). One that does not fit its base type is ignored, as the
//! specification demands, and reported.

use super::{Node, Problem, ProblemKind};
use crate::model::{Fixed, Logical, Type};

/// The logical type of a schema object, if it has one that fits `base`.
pub(super) fn logical(node: &Node, base: &Type, problems: &mut Vec<Problem>) -> Option<Logical> {
    let written = node.get("logicalType")?;
    let name = written.as_str().unwrap_or_default();
    match fitting(name, base, node) {
        Ok(logical) => Some(logical),
        Err(why) => {
            problems.push(
                Problem::new(ProblemKind::IgnoredLogicalType { name: name.to_owned() }, &written.span, why)
                    .help("Avro reads the value as its base type; fix the logical type or remove it"),
            );
            None
        }
    }
}

/// The logical type of this name, with the properties of `node`, if it fits `base`; otherwise why it does not.
pub(super) fn fitting(name: &str, base: &Type, node: &Node) -> Result<Logical, String> {
    let on = |wanted: &[Type], logical: Logical, bases: &str| {
        if wanted.contains(base) { Ok(logical) } else { Err(format!("it applies to {bases} only")) }
    };
    let fixed_size = if let Type::Fixed(Fixed { size, .. }) = base { Some(*size) } else { None };
    match name {
        "decimal" => decimal(base, fixed_size, node),
        "big-decimal" => on(&[Type::Bytes], Logical::BigDecimal, "bytes"),
        "uuid" if fixed_size == Some(16) => Ok(Logical::Uuid),
        "uuid" => on(&[Type::String], Logical::Uuid, "string or a fixed of 16 bytes"),
        "date" => on(&[Type::Int], Logical::Date, "int"),
        "time-millis" => on(&[Type::Int], Logical::TimeMillis, "int"),
        "time-micros" => on(&[Type::Long], Logical::TimeMicros, "long"),
        "timestamp-millis" => on(&[Type::Long], Logical::TimestampMillis, "long"),
        "timestamp-micros" => on(&[Type::Long], Logical::TimestampMicros, "long"),
        "timestamp-nanos" => on(&[Type::Long], Logical::TimestampNanos, "long"),
        "local-timestamp-millis" => on(&[Type::Long], Logical::LocalTimestampMillis, "long"),
        "local-timestamp-micros" => on(&[Type::Long], Logical::LocalTimestampMicros, "long"),
        "local-timestamp-nanos" => on(&[Type::Long], Logical::LocalTimestampNanos, "long"),
        "duration" if fixed_size == Some(12) => Ok(Logical::Duration),
        "duration" => Err("it applies to a fixed of 12 bytes only".to_owned()),
        _ => Err(match meant(name) {
            Some(meant) => format!("Avro does not define it: did you mean `{meant}`?"),
            None => "Avro does not define it".to_owned(),
        }),
    }
}

/// The logical types whose names have several words.
const OF_WORDS: [&str; 9] = [
    "big-decimal",
    "time-millis",
    "time-micros",
    "timestamp-millis",
    "timestamp-micros",
    "timestamp-nanos",
    "local-timestamp-millis",
    "local-timestamp-micros",
    "local-timestamp-nanos",
];

/// The logical type whose name is written in another style, such as `timestamp_millis` or `timestampMillis`.
fn meant(name: &str) -> Option<&'static str> {
    let letters = |name: &str| name.replace(['-', '_', ' '], "").to_ascii_lowercase();
    let one_word = ["decimal", "uuid", "date", "duration"];
    OF_WORDS.into_iter().chain(one_word).find(|known| letters(known) == letters(name))
}

/// The largest precision. Java keeps it in an `int` and ignores the logical type above that.
const MAX_PRECISION: u32 = i32::MAX as u32;

fn decimal(base: &Type, fixed_size: Option<u32>, node: &Node) -> Result<Logical, String> {
    if *base != Type::Bytes && fixed_size.is_none() {
        return Err("it applies to bytes or fixed only".to_owned());
    }
    if node.get("precision").is_none() {
        return Err("it has no `precision`".to_owned());
    }
    let precision = node.get("precision").and_then(Node::as_number::<u32>);
    let precision = precision.filter(|precision| (1..=MAX_PRECISION).contains(precision));
    let precision =
        precision.ok_or_else(|| format!("its precision is not a number from 1 to {MAX_PRECISION}"))?;
    let scale = match node.get("scale") {
        None => 0,
        Some(scale) => scale.as_number::<u32>().ok_or("its scale is not a number from 0")?,
    };
    if scale > precision {
        return Err(format!("its scale {scale} is above its precision {precision}"));
    }
    // The number of digits that fit in two's complement of that size: floor(log10(2^(8·size−1) − 1)).
    let digits = fixed_size.map(|size| f64::from(size).mul_add(8.0, -1.0) * std::f64::consts::LOG10_2);
    if digits.is_some_and(|digits| f64::from(precision) > digits.floor()) {
        return Err(format!("its precision {precision} is above what the fixed can hold"));
    }
    Ok(Logical::Decimal { precision, scale })
}
