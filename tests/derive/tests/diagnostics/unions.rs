//! Unions in unions, which only the compiler can find.
use eventgen::AvroType;

#[derive(AvroType)]
enum Inner {
    Text(String),
    Number(i64),
}

#[derive(AvroType)]
enum Outer {
    Inner(Inner),
    Flag(bool),
}

fn main() {}
