//! Attributes of serde that Avro cannot follow.
use eventgen::AvroType;
use eventgen::types::rust_decimal::Decimal;

#[derive(AvroType)]
#[serde(rename_all = "camelcase", tag = "type", into = "String")]
struct Container {
    #[serde(flatten)]
    inner: Inner,
    #[serde(with = "somewhere")]
    with: String,
    #[serde(skip_serializing)]
    half: String,
    #[serde(default = "some_function")]
    default: i32,
    #[serde(rename(serialize = "a", deserialize = "b"))]
    two_names: String,
    #[serde(unheard_of)]
    unheard_of: String,
}

#[derive(AvroType)]
#[serde(default)]
struct Inner {
    #[serde(default)]
    #[avro(decimal(precision = 4, scale = 2))]
    price: Decimal,
}

#[derive(AvroType)]
#[serde(untagged)]
enum Untagged {
    Text(String),
    Number(i64),
}

fn main() {}
