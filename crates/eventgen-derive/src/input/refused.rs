//! Well-known types that Avro cannot represent, and what to write instead.

use super::scalar::is_in;

const NO_128_BITS: &str =
    "Avro has no 128-bit integers: write Decimal with #[avro(decimal(precision = 38, scale = 0))]";
const NO_SETS: &str = "Avro has no sets: write Vec<…>";
const ARRAY: &str = "an Avro array is a Vec: write Vec<…>";
const IMMUTABLE: &str = "an event does not change: write the type inside";
const NO_ADDRESSES: &str = "Avro has no addresses: write String";

/// Names, the modules that they are in, and the hint.
const REFUSED: [(&str, &[&str], &str); 29] = [
    ("u128", &["primitive"], NO_128_BITS),
    ("i128", &["primitive"], NO_128_BITS),
    ("char", &["primitive"], "Avro has no characters: write String"),
    ("str", &["primitive"], "a decoded event owns its text: write String"),
    ("Cow", &["borrow"], "a decoded event owns its text: write String or Arc<str>"),
    ("HashSet", &["collections", "hash_set"], NO_SETS),
    ("BTreeSet", &["collections", "btree_set"], NO_SETS),
    ("VecDeque", &["collections", "vec_deque"], ARRAY),
    ("LinkedList", &["collections", "linked_list"], ARRAY),
    ("Rc", &["rc"], "events are sent between threads: write Arc<…> or Box<…>"),
    ("RefCell", &["cell"], IMMUTABLE),
    ("Cell", &["cell"], IMMUTABLE),
    ("Mutex", &["sync"], IMMUTABLE),
    ("RwLock", &["sync"], IMMUTABLE),
    ("Result", &["result"], "Avro has no results: write an enum with a variant for each case"),
    ("SystemTime", &["time"], "timestamps are types of chrono: write DateTime<Utc>"),
    ("Instant", &["time"], "an Instant has no meaning in another process: write DateTime<Utc>"),
    ("PathBuf", &["path"], "a path is not always UTF-8: write String"),
    ("OsString", &["ffi", "os_str"], "an OsString is not always UTF-8: write String"),
    ("CString", &["ffi", "c_str"], "text in Avro is UTF-8: write String, or Vec<u8> for bytes"),
    ("IpAddr", &["net"], NO_ADDRESSES),
    ("Ipv4Addr", &["net"], NO_ADDRESSES),
    ("Ipv6Addr", &["net"], NO_ADDRESSES),
    ("SocketAddr", &["net"], NO_ADDRESSES),
    ("Bytes", &["bytes"], "bytes in Avro are a Vec: write Vec<u8>"),
    ("NonZero", &["num"], "Avro has no such integers: write the plain integer"),
    (
        "Zoned",
        &["jiff"],
        "a timestamp in Avro has no time zone: write Timestamp, and the zone in another field",
    ),
    ("IndexMap", &["indexmap", "map"], "an Avro map has no order: write BTreeMap<String, …>"),
    ("IndexSet", &["indexmap", "set"], NO_SETS),
];

/// Names that are refused only in their module: alone they are likely the user's.
const REFUSED_IN_MODULE: [(&str, &str, &str); 2] = [
    ("Value", "serde_json", "a schema describes every value: write the types, or String for JSON as text"),
    (
        "Duration",
        "time",
        "an Avro duration counts months and days: write u64 with the unit in the name, such as timeout_ms",
    ),
];

/// Why a name is refused and what to write instead; `None` if it is not refused.
pub(super) fn refused(name: &str, module: Option<&str>) -> Option<&'static str> {
    let anywhere = REFUSED.iter().find(|(refused, modules, _)| *refused == name && is_in(module, modules));
    let in_module = || {
        REFUSED_IN_MODULE
            .iter()
            .find(|(refused, only, _)| *refused == name && module == Some(only))
            .map(|(_, _, hint)| *hint)
    };
    anywhere.map(|(_, _, hint)| *hint).or_else(in_module)
}
