//! Types and fields with the names of others in generated code. Each error is reported at the type without a schema.
use eventgen::{AvroType, KafkaEvent};

mod mine {
    use eventgen::AvroType;

    #[derive(AvroType)]
    pub struct Option {
        pub id: std::string::String,
    }

    #[derive(AvroType)]
    pub struct String {
        pub id: i64,
    }

    #[derive(AvroType)]
    pub struct Vec(pub i64);

    #[derive(AvroType)]
    pub struct Decode {
        pub decode: std::string::String,
    }
}

struct NoSchema;

#[derive(AvroType)]
struct Types {
    option: mine::Option,
    standard_option: Option<i32>,
    string: mine::String,
    standard_string: String,
    vec: mine::Vec,
    standard_vec: Vec<i32>,
    decode: mine::Decode,
    no_schema: NoSchema,
}

#[derive(KafkaEvent)]
#[kafka(topic = "names.v1", key = part.decode)]
struct Paths {
    part: mine::Decode,
    no_schema: NoSchema,
}

fn main() {}
