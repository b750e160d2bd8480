//! The rules of the Avro specification 1.12, each with a schema that follows or breaks it.

/// A schema that follows or breaks one rule.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The rule.
    pub about: &'static str,
    /// The schema.
    pub schema: &'static str,
    /// The code of the expected diagnostic. `None` if the schema is valid.
    pub diagnostic: Option<&'static str>,
    /// Why the parser in Java decides differently, if it does.
    pub java_differs: Option<&'static str>,
}

const fn valid(about: &'static str, schema: &'static str) -> Rule {
    Rule { about, schema, diagnostic: None, java_differs: None }
}

const fn wrong(code: &'static str, about: &'static str, schema: &'static str) -> Rule {
    Rule { about, schema, diagnostic: Some(code), java_differs: None }
}

impl Rule {
    const fn java_differs(mut self, why: &'static str) -> Self {
        self.java_differs = Some(why);
        self
    }
}

macro_rules! field {
    ($type:literal) => {
        concat!(r#"{"type":"record","name":"R","fields":[{"name":"f","type":"#, $type, "}]}")
    };
    ($type:literal, $default:literal) => {
        concat!(
            r#"{"type":"record","name":"R","fields":[{"name":"f","type":"#,
            $type,
            r#","default":"#,
            $default,
            "}]}"
        )
    };
}

/// All rules.
pub const RULES: &[Rule] = &[
    valid("a default of null", field!(r#""null""#, "null")),
    valid("a default of boolean", field!(r#""boolean""#, "true")),
    wrong("EG0105", "a boolean is no number", field!(r#""boolean""#, "0")),
    valid("a default of int", field!(r#""int""#, "-2147483648")),
    wrong("EG0105", "an int has 32 bits", field!(r#""int""#, "2147483648")),
    wrong("EG0105", "an int has no fraction, not even one of zero", field!(r#""int""#, "1.0")),
    wrong("EG0105", "an int has no exponent", field!(r#""int""#, "1e3")),
    wrong("EG0105", "an int is no string", field!(r#""int""#, r#""1""#)),
    valid("a default of long", field!(r#""long""#, "9223372036854775807")),
    wrong("EG0105", "a long has 64 bits", field!(r#""long""#, "9223372036854775808")),
    valid("a default of float", field!(r#""float""#, "1e-7")),
    valid("a default of double without a fraction", field!(r#""double""#, "1")),
    valid("a double that JSON has no number for", field!(r#""double""#, r#""NaN""#)),
    valid("a float that JSON has no number for", field!(r#""float""#, r#""-Infinity""#)),
    valid("an infinite double", field!(r#""double""#, r#""Infinity""#)),
    valid("a float that is not a number", field!(r#""float""#, r#""NaN""#)),
    wrong("EG0105", "a list has numbers only", field!(r#"{"type":"array","items":"double"}"#, r#"["NaN"]"#)),
    wrong("EG0105", "a union has numbers only", field!(r#"["double","null"]"#, r#""NaN""#)),
    wrong("EG0105", "an infinity is spelt out", field!(r#""float""#, r#""inf""#)),
    wrong("EG0105", "NaN is not spelt in another way", field!(r#""double""#, r#""nan""#)),
    valid("a zero with a sign is whole", field!(r#""int""#, "-0")),
    valid("a uuid whose default is none", field!(r#"{"type":"string","logicalType":"uuid"}"#, r#""""#)),
    valid(
        "a duration of nothing",
        field!(
            r#"{"type":"fixed","name":"D","size":12,"logicalType":"duration"}"#,
            r#""\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000""#
        ),
    ),
    valid(
        "a uuid of 16 bytes with a default",
        field!(r#"{"type":"fixed","name":"U","size":16,"logicalType":"uuid"}"#, r#""0123456789abcdef""#),
    ),
    valid(
        "a big-decimal with a default",
        field!(r#"{"type":"bytes","logicalType":"big-decimal"}"#, r#""\u0002\u0001\u0000""#),
    ),
    valid(
        "a big-decimal whose default is none",
        field!(r#"{"type":"bytes","logicalType":"big-decimal"}"#, r#""""#),
    ),
    valid(
        "a time at the end of the day",
        field!(r#"{"type":"int","logicalType":"time-millis"}"#, "86399999"),
    ),
    valid("a negative time of day", field!(r#"{"type":"int","logicalType":"time-millis"}"#, "-5")),
    valid("a time after midnight", field!(r#"{"type":"long","logicalType":"time-micros"}"#, "86400000000")),
    wrong(
        "EG0105",
        "a default does not contain itself",
        field!(r#"{"type":"record","name":"S","fields":[{"name":"s","type":"S","default":{}}]}"#, "{}"),
    ),
    wrong("EG0105", "a double is no string", field!(r#""double""#, r#""1.5""#))
        .java_differs("Java parses the text"),
    valid("a default of bytes", field!(r#""bytes""#, r#""\u0000\u00ff\"\\""#)),
    wrong("EG0105", "bytes are code points up to 255", field!(r#""bytes""#, r#""\u0100""#))
        .java_differs("Java checks only that it is text"),
    valid("a default of string", field!(r#""string""#, r#""a \"quote\" and a \\""#)),
    wrong("EG0105", "a string is not null", field!(r#""string""#, "null")),
    valid("a default of array", field!(r#"{"type":"array","items":"int"}"#, "[1,2]")),
    wrong("EG0105", "items have a type", field!(r#"{"type":"array","items":"int"}"#, r#"[1,"2"]"#)),
    valid("a default of map", field!(r#"{"type":"map","values":"int"}"#, r#"{"a":1}"#)),
    wrong("EG0105", "values have a type", field!(r#"{"type":"map","values":"int"}"#, r#"{"a":null}"#)),
    valid(
        "a default of enum",
        field!(r#"{"type":"enum","name":"E","symbols":["A","B"],"default":"A"}"#, r#""B""#),
    ),
    wrong(
        "EG0105",
        "a default of enum is a symbol",
        field!(r#"{"type":"enum","name":"E","symbols":["A","B"]}"#, r#""C""#),
    )
    .java_differs("Java checks only that it is text"),
    wrong(
        "EG0121",
        "the enum's own default is a symbol",
        field!(r#"{"type":"enum","name":"E","symbols":["A"],"default":"C"}"#),
    ),
    valid("a default of fixed", field!(r#"{"type":"fixed","name":"F","size":2}"#, r#""\u00ff\u0000""#)),
    wrong(
        "EG0105",
        "a default of fixed has its size",
        field!(r#"{"type":"fixed","name":"F","size":2}"#, r#""a""#),
    )
    .java_differs("Java checks only that it is text"),
    valid(
        "a default of a record may leave out fields that have one",
        field!(
            r#"{"type":"record","name":"S","fields":[{"name":"a","type":"int"},{"name":"b","type":"int","default":2}]}"#,
            r#"{"a":1}"#
        ),
    ),
    wrong(
        "EG0105",
        "a default of a record has all other fields",
        field!(r#"{"type":"record","name":"S","fields":[{"name":"a","type":"int"}]}"#, "{}"),
    ),
    valid("a union's default is of its first branch", field!(r#"["string","null"]"#, r#""x""#)),
    valid("a union's default may be of a later branch since 1.12", field!(r#"["null","string"]"#, r#""x""#)),
    valid("the default null of a later branch", field!(r#"["long","null"]"#, "null")),
    valid(
        "the default of a later branch inside of a default",
        field!(r#"{"type":"array","items":["null","int"]}"#, "[1,null]"),
    ),
    valid(
        "the default of a later branch in a record's default",
        field!(r#"{"type":"record","name":"S","fields":[{"name":"x","type":["null","int"]}]}"#, r#"{"x":1}"#),
    ),
    valid("a default of the later of two number types", field!(r#"["int","long"]"#, "3000000000")),
    valid(
        "an empty list as the default of a later branch",
        field!(r#"["null",{"type":"array","items":"int"}]"#, "[]"),
    ),
    wrong("EG0105", "a union's default is of one of its branches", field!(r#"["null","int"]"#, r#""x""#)),
    wrong(
        "EG0105",
        "a default in a list is of a branch",
        field!(r#"{"type":"array","items":["null","int"]}"#, r#"["x"]"#),
    ),
    valid("a union of one branch", field!(r#"["string"]"#)),
    valid("null anywhere in a union", field!(r#"["int","null","string"]"#)),
    valid(
        "branches of the same short name",
        field!(r#"[{"type":"fixed","name":"a.F","size":1},{"type":"fixed","name":"b.F","size":1}]"#),
    ),
    wrong("EG0120", "a union has a type once", field!(r#"["int","int"]"#)),
    wrong(
        "EG0120",
        "logical types do not tell branches apart",
        field!(r#"["long",{"type":"long","logicalType":"timestamp-millis"}]"#),
    ),
    wrong(
        "EG0120",
        "a union has an array once",
        field!(r#"[{"type":"array","items":"int"},{"type":"array","items":"long"}]"#),
    ),
    wrong("EG0120", "a union is no branch", field!(r#"["null",["int","string"]]"#)),
    wrong("EG0120", "a union is not empty", field!("[]")).java_differs("Java takes a type without values"),
    valid("a type's object around a primitive", field!(r#"{"type":"string","avro.java.string":"String"}"#)),
    wrong("EG0101", "an object around an object", field!(r#"{"type":{"type":"string"}}"#)),
    wrong(
        "EG0101",
        "an object around a logical type",
        field!(r#"{"type":{"type":"long","logicalType":"timestamp-micros"}}"#),
    ),
    wrong("EG0101", "an object around a union", field!(r#"{"type":["null","long"]}"#)),
    wrong("EG0101", "an object around an array", field!(r#"{"type":{"type":"array","items":"int"}}"#)),
    wrong("EG0101", "an object around a record", r#"{"type":{"type":"record","name":"R","fields":[]}}"#),
    wrong(
        "EG0101",
        "an object around an object as items",
        field!(r#"{"type":"array","items":{"type":{"type":"int"}}}"#),
    ),
    wrong("EG0101", "an object around an object in a union", field!(r#"["null",{"type":{"type":"int"}}]"#)),
    wrong("EG0101", "an object whose type is null", field!(r#"{"type":null}"#)),
    valid(
        "a reference in an object",
        r#"{"type":"record","name":"R","fields":[{"name":"f","type":["null",{"type":"R"}]}]}"#,
    ),
    valid(
        "recursion through a record alone",
        r#"{"type":"record","name":"R","fields":[{"name":"f","type":"R"}]}"#,
    ),
    valid("a record without fields", r#"{"type":"record","name":"R","fields":[]}"#),
    valid("an error", r#"{"type":"error","name":"E","fields":[{"name":"message","type":"string"}]}"#),
    valid("a fixed type of no bytes", r#"{"type":"fixed","name":"F","size":0}"#),
    wrong("EG0101", "a fixed type has a size", r#"{"type":"fixed","name":"F"}"#),
    valid("the largest fixed type", r#"{"type":"fixed","name":"F","size":2147483639}"#),
    wrong("EG0101", "a fixed type that no array holds", r#"{"type":"fixed","name":"F","size":2147483640}"#),
    wrong("EG0101", "a fixed type of 31 bits", r#"{"type":"fixed","name":"F","size":2147483647}"#),
    wrong("EG0101", "a fixed type of 32 bits", r#"{"type":"fixed","name":"F","size":4294967295}"#),
    wrong("EG0101", "a fixed type of 64 bits", r#"{"type":"fixed","name":"F","size":18446744073709551615}"#),
    wrong("EG0101", "a size is not negative", r#"{"type":"fixed","name":"F","size":-1}"#),
    wrong("EG0101", "a size is whole", r#"{"type":"fixed","name":"F","size":1.5}"#),
    wrong("EG0101", "a size is a number", r#"{"type":"fixed","name":"F","size":"16"}"#),
    valid("dots in a name outdo the namespace", r#"{"type":"fixed","name":"a.F","namespace":"b","size":1}"#),
    valid(
        "an empty namespace is none",
        r#"{"type":"record","name":"a.R","fields":[{"name":"f","type":{"type":"fixed","name":"F","namespace":"","size":1}},{"name":"g","type":"F"}]}"#,
    ),
    valid(
        "a namespace is inherited",
        r#"{"type":"record","name":"R","namespace":"a.b","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}},{"name":"g","type":"a.b.F"}]}"#,
    ),
    valid(
        "a dotted name's namespace is inherited",
        r#"{"type":"record","name":"a.R","namespace":"b","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}},{"name":"g","type":"a.F"}]}"#,
    ),
    valid(
        "a namespace that is no text is not there",
        r#"{"type":"fixed","name":"F","namespace":null,"size":1}"#,
    ),
    wrong("EG0102", "a type is defined", field!(r#""Absent""#)),
    wrong("EG0103", "a name has letters, digits and _", r#"{"type":"fixed","name":"a-b","size":1}"#),
    wrong("EG0103", "a name does not begin with a digit", r#"{"type":"fixed","name":"1a","size":1}"#),
    wrong("EG0103", "a name is ASCII", r#"{"type":"fixed","name":"Größe","size":1}"#)
        .java_differs("Java takes letters of every script"),
    wrong(
        "EG0103",
        "a field's name is ASCII",
        r#"{"type":"record","name":"R","fields":[{"name":"größe","type":"int"}]}"#,
    )
    .java_differs("Java takes letters of every script"),
    wrong("EG0101", "a namespace is text", r#"{"type":"fixed","name":"F","namespace":5,"size":1}"#)
        .java_differs("Java passes over it"),
    wrong(
        "EG0103",
        "a namespace has no empty part",
        r#"{"type":"fixed","name":"F","namespace":"a..b","size":1}"#,
    ),
    wrong(
        "EG0103",
        "a namespace has names between dots",
        r#"{"type":"fixed","name":"F","namespace":"a.b-c","size":1}"#,
    ),
    wrong("EG0103", "a primitive type is not defined again", r#"{"type":"fixed","name":"int","size":1}"#),
    wrong("EG0103", "nor in a namespace", r#"{"type":"fixed","name":"a.int","size":1}"#)
        .java_differs("Java looks at the full name"),
    wrong(
        "EG0103",
        "a field's name is a name",
        r#"{"type":"record","name":"R","fields":[{"name":"a b","type":"int"}]}"#,
    ),
    wrong(
        "EG0103",
        "a field is there once",
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}"#,
    ),
    wrong("EG0121", "a symbol is a name", r#"{"type":"enum","name":"E","symbols":["A-B"]}"#),
    wrong("EG0121", "a symbol is there once", r#"{"type":"enum","name":"E","symbols":["A","A"]}"#),
    wrong("EG0121", "symbols are texts", r#"{"type":"enum","name":"E","symbols":["A",1]}"#),
    valid(
        "orders",
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","order":"ignore"},{"name":"b","type":"int","order":"descending"}]}"#,
    ),
    wrong(
        "EG0101",
        "an order is one of three",
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int","order":"up"}]}"#,
    ),
    valid(
        "aliases",
        r#"{"type":"record","name":"a.R","aliases":["S","b.T"],"fields":[{"name":"a","type":"int","aliases":["x"]}]}"#,
    ),
    wrong("EG0103", "an alias is a name", r#"{"type":"record","name":"R","aliases":["old-ev"],"fields":[]}"#),
    wrong(
        "EG0103",
        "an alias has a short name",
        r#"{"type":"record","name":"R","aliases":["a."],"fields":[]}"#,
    ),
    wrong("EG0103", "an alias is not empty", r#"{"type":"record","name":"R","aliases":[""],"fields":[]}"#),
    wrong(
        "EG0103",
        "an alias does not begin with a digit",
        r#"{"type":"enum","name":"E","aliases":["1a"],"symbols":["A"]}"#,
    ),
    wrong(
        "EG0103",
        "an alias with a namespace is a name",
        r#"{"type":"fixed","name":"F","aliases":["a.b-c"],"size":1}"#,
    ),
    wrong(
        "EG0103",
        "the namespace of an alias has names",
        r#"{"type":"fixed","name":"F","aliases":["a-b.c"],"size":1}"#,
    )
    .java_differs("Java looks at the short name"),
    wrong("EG0101", "an alias is text", r#"{"type":"fixed","name":"F","aliases":[1],"size":1}"#),
    valid("an alias in the null namespace", r#"{"type":"fixed","name":"a.F","aliases":[".G"],"size":1}"#),
    wrong("EG0101", "aliases are a list", r#"{"type":"fixed","name":"F","aliases":"G","size":1}"#),
    wrong("EG0101", "a record has fields", r#"{"type":"record","name":"R"}"#),
    wrong("EG0101", "a definition has a name", r#"{"type":"record","fields":[]}"#),
    wrong("EG0101", "an array has items", r#"{"type":"array"}"#),
    wrong("EG0101", "a map has values", r#"{"type":"map"}"#),
    wrong("EG0101", "a field has a type", r#"{"type":"record","name":"R","fields":[{"name":"a"}]}"#),
    wrong("EG0101", "a schema is no number", "1"),
    valid(
        "a name defined twice equivalently, with other documentation",
        r#"[{"type":"fixed","name":"F","size":1,"doc":"One."},{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":1}}]}]"#,
    ),
    wrong(
        "EG0104",
        "a name defined twice, not equivalently",
        r#"[{"type":"fixed","name":"F","size":1},{"type":"record","name":"R","fields":[{"name":"f","type":{"type":"fixed","name":"F","size":2}}]}]"#,
    ),
    valid(
        "a reference to what comes later",
        r#"{"type":"record","name":"R","fields":[{"name":"a","type":["null","F"]},{"name":"b","type":{"type":"fixed","name":"F","size":1}}]}"#,
    ),
    valid("a comment", "// A comment.\n{\"type\":\"fixed\",\"name\":\"F\", /* and { another */ \"size\":1}"),
    wrong("EG0006", "a property is there once", r#"{"type":"fixed","name":"F","name":"G","size":1}"#)
        .java_differs("Java takes the last"),
    valid("a logical type that does not fit is ignored", field!(r#"{"type":"int","logicalType":"uuid"}"#)),
    valid(
        "a logical type that nobody knows is ignored",
        field!(r#"{"type":"int","logicalType":"shoe-size"}"#),
    ),
    valid(
        "a decimal of too many digits is ignored",
        field!(r#"{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":5}"#),
    ),
    wrong("EG0003", "a number that no double holds", field!(r#""double""#, "1e999"))
        .java_differs("Java reads infinity"),
];
