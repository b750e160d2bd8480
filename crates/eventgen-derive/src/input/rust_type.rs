//! Rust types as far as a derive understands them: by name, since it sees no more. What it does not know is a type of
//! somebody's own, which says itself what its schema is.

use eventgen_codegen::Dates;
use proc_macro2::Span;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{Expr, ExprLit, GenericArgument, Lit, PathArguments, Type};

use crate::mistakes::Mistakes;

/// A Rust type.
#[derive(Debug, Clone)]
pub(crate) enum RustType {
    Scalar(Scalar, Span),
    /// `[u8; N]`.
    Fixed {
        size: u32,
        boxed: bool,
        span: Span,
    },
    /// `Vec<T>`.
    List(Box<RustType>, Span),
    /// A map of strings to `T`.
    Map {
        values: Box<RustType>,
        hashed: bool,
        span: Span,
    },
    /// `Option<T>`.
    Option(Box<RustType>, Span),
    /// A type of somebody's own.
    Foreign {
        path: String,
        indirect: bool,
        span: Span,
    },
}

/// A type without others in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scalar {
    Boolean,
    /// A whole number, by the name of its type.
    Integer(String),
    Float,
    Double,
    String,
    /// Another type of text, as it is written.
    Text(String),
    Bytes,
    Uuid,
    Decimal,
    BigDecimal,
    Date(Dates),
    Time(Dates),
    Timestamp(Dates),
    LocalTimestamp(Dates),
}

/// Types that hold what Avro cannot, and what to write instead.
const REFUSED: [(&str, &str); 26] = [
    (
        "u128",
        "Avro has no numbers of 128 bits: write Decimal with #[avro(decimal(precision = 38, scale = 0))]",
    ),
    (
        "i128",
        "Avro has no numbers of 128 bits: write Decimal with #[avro(decimal(precision = 38, scale = 0))]",
    ),
    ("char", "Avro has no characters: write String"),
    ("str", "what is read must own its text: write String"),
    ("Cow", "what is read must own its text: write String or Arc<str>"),
    ("HashSet", "Avro has no sets: write Vec<…>"),
    ("BTreeSet", "Avro has no sets: write Vec<…>"),
    ("VecDeque", "an Avro array is a Vec: write Vec<…>"),
    ("LinkedList", "an Avro array is a Vec: write Vec<…>"),
    ("Rc", "events are sent between threads: write Arc<…> or Box<…>"),
    ("RefCell", "an event is a value that does not change: write the type inside"),
    ("Cell", "an event is a value that does not change: write the type inside"),
    ("Mutex", "an event is a value that does not change: write the type inside"),
    ("RwLock", "an event is a value that does not change: write the type inside"),
    ("Result", "Avro has no results: write an enum with a variant for each case"),
    ("SystemTime", "a point in time is chrono's: write DateTime<Utc>"),
    ("Instant", "an instant means nothing to another process: write DateTime<Utc>"),
    ("PathBuf", "a path need not be text: write String"),
    ("OsString", "what the system has for text need not be text: write String"),
    ("CString", "Avro's text is UTF-8: write String, or Vec<u8> for bytes"),
    ("IpAddr", "Avro has no addresses: write String"),
    ("Ipv4Addr", "Avro has no addresses: write String"),
    ("Ipv6Addr", "Avro has no addresses: write String"),
    ("SocketAddr", "Avro has no addresses: write String"),
    ("Bytes", "Avro's bytes are a Vec: write Vec<u8>"),
    ("NonZero", "Avro has no such numbers: write the plain number"),
];

impl RustType {
    /// Reads a type; `None` for one that is refused, which is reported.
    pub(crate) fn read(ty: &Type, mistakes: &mut Mistakes) -> Option<Self> {
        let span = ty.span();
        match ty {
            Type::Path(path) if path.qself.is_none() => Self::of_path(ty, &path.path, mistakes),
            Type::Group(group) => Self::read(&group.elem, mistakes),
            Type::Paren(inner) => Self::read(&inner.elem, mistakes),
            Type::Array(array) => {
                let is_byte = array.elem.to_token_stream().to_string() == "u8";
                match (&array.len, is_byte) {
                    (Expr::Lit(ExprLit { lit: Lit::Int(size), .. }), true) => match size.base10_parse() {
                        Ok(size) => Some(Self::Fixed { size, boxed: false, span }),
                        Err(error) => {
                            mistakes.error(error);
                            None
                        }
                    },
                    (_, true) => refuse(
                        span,
                        "a schema is made where the value of a constant is not known: write the number, as [u8; 16]",
                        mistakes,
                    ),
                    _ => refuse(span, "Avro has arrays of any length only: write Vec<…>", mistakes),
                }
            }
            Type::Tuple(tuple) if tuple.elems.is_empty() => {
                refuse(span, "a field that is always nothing says nothing: take it away", mistakes)
            }
            Type::Tuple(_) => refuse(
                span,
                "the fields of a record have names: write a struct with #[derive(AvroType)]",
                mistakes,
            ),
            Type::Reference(reference) => {
                let hint = match &*reference.elem {
                    Type::Path(path) if path.path.is_ident("str") => "String",
                    Type::Slice(_) => "Vec<…>",
                    _ => "the type itself, or Arc<…>",
                };
                refuse(span, &format!("what is read must own what it holds: write {hint}"), mistakes)
            }
            _ => refuse(
                span,
                "Avro has nothing for this type: write one of Avro's, or one that derives AvroType",
                mistakes,
            ),
        }
    }

    fn of_path(ty: &Type, path: &syn::Path, mistakes: &mut Mistakes) -> Option<Self> {
        let span = ty.span();
        let last = path.segments.last()?;
        let name = last.ident.to_string();
        let arguments = arguments(&last.arguments);
        let segment =
            |index: usize| path.segments.len().checked_sub(index + 1).and_then(|at| path.segments.get(at));
        let module = segment(1).map(|segment| segment.ident.to_string()).unwrap_or_default();
        let scalar = |scalar: Scalar| Some(Self::Scalar(scalar, span));
        let foreign = || {
            let path = ty.to_token_stream().to_string();
            Some(Self::Foreign { path, indirect: false, span })
        };
        // A name with its crate before it is no name of the standard library's.
        if path.segments.len() > 1
            && path
                .segments
                .first()
                .is_some_and(|first| ["crate", "self", "super"].iter().any(|own| first.ident == own))
        {
            return foreign();
        }
        if let Some((_, instead)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            return refuse(span, instead, mistakes);
        }
        match (name.as_str(), &arguments[..]) {
            ("bool", []) => scalar(Scalar::Boolean),
            ("i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize", []) => {
                scalar(Scalar::Integer(name))
            }
            ("f32", []) => scalar(Scalar::Float),
            ("f64", []) => scalar(Scalar::Double),
            ("String", []) => scalar(Scalar::String),
            ("Uuid", []) => scalar(Scalar::Uuid),
            ("Decimal", []) => scalar(Scalar::Decimal),
            ("BigDecimal", []) => scalar(Scalar::BigDecimal),
            ("NaiveDate", []) => scalar(Scalar::Date(Dates::Chrono)),
            ("NaiveTime", []) => scalar(Scalar::Time(Dates::Chrono)),
            ("NaiveDateTime", []) => scalar(Scalar::LocalTimestamp(Dates::Chrono)),
            ("DateTime", [zone]) if is_named(zone, "Utc") => scalar(Scalar::Timestamp(Dates::Chrono)),
            ("DateTime", [_]) => refuse(
                span,
                "a schema has no time zones: write DateTime<Utc>, and the zone in a field of its own",
                mistakes,
            ),
            ("Zoned", []) => refuse(
                span,
                "a schema has no time zones: write Timestamp, and the zone in a field of its own",
                mistakes,
            ),
            ("Date", []) if module == "civil" => scalar(Scalar::Date(Dates::Jiff)),
            ("Time", []) if module == "civil" => scalar(Scalar::Time(Dates::Jiff)),
            ("DateTime", []) if module == "civil" => scalar(Scalar::LocalTimestamp(Dates::Jiff)),
            ("Timestamp", []) if module == "jiff" => scalar(Scalar::Timestamp(Dates::Jiff)),
            ("Value", []) if module == "serde_json" => refuse(
                span,
                "a schema says what every value is: write the types, or String for JSON text",
                mistakes,
            ),
            ("Duration", []) if module == "time" => refuse(
                span,
                "Avro's durations are of the calendar: write u64 and say the unit in the name, as timeout_ms",
                mistakes,
            ),
            ("Vec", [item]) if is_named(item, "u8") => scalar(Scalar::Bytes),
            ("Vec", [item]) => Some(Self::List(Box::new(Self::read(item, mistakes)?.behind()), span)),
            ("BTreeMap" | "HashMap" | "IndexMap", [key, values, ..]) => {
                if !is_named(key, "String") {
                    return refuse(key.span(), "the keys of an Avro map are strings: write String", mistakes);
                }
                if name == "IndexMap" {
                    return refuse(span, "an Avro map has no order: write BTreeMap<String, …>", mistakes);
                }
                let values = Box::new(Self::read(values, mistakes)?.behind());
                Some(Self::Map { values, hashed: name == "HashMap", span })
            }
            ("Option", [inner]) => {
                let inner = Self::read(inner, mistakes)?;
                if let Self::Option(_, span) = inner {
                    return refuse(span, "a value is null or it is not: write Option<…> once", mistakes);
                }
                Some(Self::Option(Box::new(inner), span))
            }
            ("Box" | "Arc", [inner]) => Self::shared(ty, &name, inner, mistakes),
            _ => foreign(),
        }
    }

    /// `Box<T>` and `Arc<T>`.
    fn shared(ty: &Type, name: &str, inner: &Type, mistakes: &mut Mistakes) -> Option<Self> {
        let span = ty.span();
        if is_named(inner, "str") {
            return Some(Self::Scalar(Scalar::Text(ty.to_token_stream().to_string()), span));
        }
        if let Type::Slice(_) = inner {
            return refuse(span, "an Avro array is a Vec: write Vec<…>", mistakes);
        }
        match Self::read(inner, mistakes)? {
            Self::Foreign { .. } => {
                let path = ty.to_token_stream().to_string();
                Some(Self::Foreign { path, indirect: true, span })
            }
            Self::Fixed { size, .. } if name == "Box" => Some(Self::Fixed { size, boxed: true, span }),
            _ => refuse(
                span,
                &format!(
                    "{name} is for types of your own: write {}",
                    inner.to_token_stream().to_string().replace(' ', "")
                ),
                mistakes,
            ),
        }
    }

    /// The same in a list or a map, where a value may hold others of its kind without an end.
    fn behind(self) -> Self {
        match self {
            Self::Foreign { path, span, .. } => Self::Foreign { path, indirect: true, span },
            Self::Option(inner, span) => Self::Option(Box::new(inner.behind()), span),
            other => other,
        }
    }

    /// Whether a value may hold others of the type that it is in, as far as one can tell.
    pub(crate) fn may_recur(&self) -> bool {
        match self {
            Self::Foreign { indirect, .. } => *indirect,
            Self::List(inner, _) | Self::Option(inner, _) => inner.may_recur(),
            Self::Map { values, .. } => values.may_recur(),
            _ => false,
        }
    }

    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Scalar(_, span)
            | Self::List(_, span)
            | Self::Option(_, span)
            | Self::Fixed { span, .. }
            | Self::Map { span, .. }
            | Self::Foreign { span, .. } => *span,
        }
    }
}

fn refuse(span: Span, instead: &str, mistakes: &mut Mistakes) -> Option<RustType> {
    mistakes.add(span, instead);
    None
}

fn arguments(arguments: &PathArguments) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// Whether a type's last name is this one.
fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Path(path) => path.path.segments.last().is_some_and(|segment| segment.ident == name),
        _ => false,
    }
}
