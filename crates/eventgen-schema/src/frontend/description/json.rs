//! JSON whose members keep their order.

use serde_json::Value;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    /// A value without members.
    Plain(Value),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The text, with an indentation of two blanks.
    pub(crate) fn pretty(&self) -> String {
        let mut out = String::new();
        self.write(0, &mut out);
        out
    }

    /// Examples are nested at most as deep as schemas.
    fn write(&self, depth: usize, out: &mut String) {
        match self {
            Self::Plain(value) => out.push_str(&value.to_string()),
            Self::List(items) if items.is_empty() => out.push_str("[]"),
            Self::Object(members) if members.is_empty() => out.push_str("{}"),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    begin_line(index, depth + 1, out);
                    item.write(depth + 1, out);
                }
                out.push('\n');
                out.push_str(&"  ".repeat(depth));
                out.push(']');
            }
            Self::Object(members) => {
                out.push('{');
                for (index, (name, value)) in members.iter().enumerate() {
                    begin_line(index, depth + 1, out);
                    out.push_str(&Value::from(name.as_str()).to_string());
                    out.push_str(": ");
                    value.write(depth + 1, out);
                }
                out.push('\n');
                out.push_str(&"  ".repeat(depth));
                out.push('}');
            }
        }
    }
}

fn begin_line(index: usize, depth: usize, out: &mut String) {
    out.push_str(if index == 0 { "\n" } else { ",\n" });
    out.push_str(&"  ".repeat(depth));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_keep_their_order() {
        let list = Json::List(vec![Json::Plain(json!(1)), Json::Object(Vec::new())]);
        let object =
            Json::Object(vec![("b\"".to_owned(), list), ("a".to_owned(), Json::Plain(json!("x\n")))]);
        assert_eq!(object.pretty(), "{\n  \"b\\\"\": [\n    1,\n    {}\n  ],\n  \"a\": \"x\\n\"\n}");
    }
}
