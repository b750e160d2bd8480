//! The schema of Kafka's topic configuration.

use eventgen_schema::vocabulary::{ConfigValues, configs};

use super::schema::{Additional, Schema};

/// Text that is a duration with its unit, or without one in milliseconds.
const DURATION: &str = r"^[0-9]+\s*(ms|s|m|h|d|w)?$";
/// Text that is a size with its unit, or without one in bytes.
const SIZE: &str = r"^[0-9]+\s*(TiB|GiB|MiB|KiB|TB|GB|MB|kB|KB|B)?$";
/// Text that is a whole number.
const WHOLE: &str = r"^\s*[+-]?[0-9]+\s*$";

/// An object of the configurations that Kafka knows. Others are a lint, whose level is a project's choice: they are not refused
/// here.
pub(super) fn schema() -> Schema {
    let any = Schema::any_of([Schema::of("string"), Schema::of("number"), Schema::of("boolean")]);
    Schema {
        properties: configs().map(|(name, values)| (name.to_owned(), value(name, values))).collect(),
        additional_properties: Some(Additional::Like(Box::new(any))),
        ..Schema::of("object")
    }
}

fn value(name: &str, values: ConfigValues) -> Schema {
    match values {
        ConfigValues::Whole(least, most) => {
            let number = Schema {
                minimum: Some(least.into()),
                // JavaScript has no number for the greatest ones.
                maximum: (most < 1 << 53).then(|| most.into()),
                ..Schema::of("integer")
            };
            let unit = name.rsplit('.').next().unwrap_or_default();
            let texts = match unit {
                "ms" => vec![Schema::text(DURATION)],
                "bytes" => vec![Schema::text(SIZE)],
                _ => vec![Schema::text(WHOLE)],
            };
            // Below zero are values with a meaning of their own, such as no limit.
            let special: Vec<String> = (least..0).take(2).map(|number| number.to_string()).collect();
            let special: Vec<&str> = special.iter().map(String::as_str).collect();
            let special = (!special.is_empty() && unit != "level").then(|| Schema::one_of(&special));
            Schema::any_of([number].into_iter().chain(texts).chain(special))
        }
        ConfigValues::Level(most) => {
            let levels: Vec<String> =
                [-1].into_iter().chain(1..=most).map(|level| level.to_string()).collect();
            let texts: Vec<&str> = levels.iter().map(String::as_str).collect();
            let number = |least: i64, most: i64| Schema {
                minimum: Some(least.into()),
                maximum: Some(most.into()),
                ..Schema::of("integer")
            };
            Schema::any_of([number(-1, -1), number(1, most), Schema::one_of(&texts)])
        }
        ConfigValues::Replicas => Schema::text(r"^\s*(\*|([0-9]+:[0-9]+\s*(,\s*[0-9]+:[0-9]+\s*)*)?)$"),
        ConfigValues::Ratio => Schema::any_of([
            Schema { minimum: Some(0.into()), maximum: Some(1.into()), ..Schema::of("number") },
            Schema::text(r"^\s*[0-9.]+([eE][+-]?[0-9]+)?\s*$"),
        ]),
        ConfigValues::Boolean => Schema::any_of([
            Schema::of("boolean"),
            Schema::text("^\\s*([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])\\s*$"),
        ]),
        ConfigValues::OneOf(words) => Schema::one_of(words),
        ConfigValues::ListOf(words) => {
            let word = format!(r"\s*({})\s*", words.join("|"));
            Schema::any_of([Schema::one_of(words), Schema::text(format!(r"^(\s*|{word}(,{word})*)$"))])
        }
        _ => Schema::any_of([Schema::of("string"), Schema::of("number"), Schema::of("boolean")]),
    }
}
