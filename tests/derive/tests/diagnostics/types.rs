//! Types that Avro cannot represent.
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::rc::Rc;
use std::time::SystemTime;

use eventgen::types::chrono::{DateTime, FixedOffset};
use eventgen::types::rust_decimal::Decimal;
use eventgen::{AvroType, KafkaEvent};

const SIZE: usize = 4;

struct NotMine;

#[derive(KafkaEvent)]
#[kafka(topic = "types.v1", key = id)]
struct Types {
    id: String,
    huge: u128,
    letter: char,
    text: &'static str,
    slice: &'static [u8],
    cow: Cow<'static, str>,
    set: HashSet<String>,
    queue: VecDeque<i32>,
    pair: (i32, i32),
    nothing: (),
    array: [i32; 3],
    sized: [u8; SIZE],
    counted: Rc<str>,
    number_keys: BTreeMap<i32, String>,
    time: SystemTime,
    zoned: DateTime<FixedOffset>,
    price: Decimal,
    boxed: Box<i64>,
    twice: Option<Option<i32>>,
    function: fn(i32) -> i32,
    result: Result<i32, String>,
}

#[derive(AvroType)]
struct Unknown {
    part: NotMine,
    parts: HashMap<String, NotMine>,
}

#[derive(AvroType)]
struct Generic<T> {
    value: T,
}

#[derive(AvroType)]
struct Pair(i32, i32);

#[derive(AvroType)]
enum Never {}

#[derive(AvroType)]
union Bits {
    number: u32,
}

fn main() {}
