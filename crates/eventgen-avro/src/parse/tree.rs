//! A tree of values with their locations, so that a problem can point at its cause. JSON parses into it here; other
//! front ends build it from their own syntax.

use super::Span;

/// A value with its location.
#[derive(Debug, Clone)]
pub struct Node {
    /// The value.
    pub value: Value,
    /// Its location.
    pub span: Span,
}

/// A value. Numbers are kept as they are written, so that defaults are not rounded.
#[derive(Debug, Clone)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number.
    Number(String),
    /// A string.
    String(String),
    /// A list.
    Array(Vec<Node>),
    /// An object.
    Object(Vec<Member>),
}

/// A property of an object.
#[derive(Debug, Clone)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// The location of the name.
    pub name_span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// A string.
    pub fn text(text: impl Into<String>, span: Span) -> Self {
        Self { value: Value::String(text.into()), span }
    }

    /// A property of an object; the last of this name.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.members().iter().rev().find(|member| member.name == name).map(|member| &member.value)
    }

    /// The properties of an object; empty for other values.
    pub fn members(&self) -> &[Member] {
        if let Value::Object(members) = &self.value { members } else { &[] }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// A number as a `T`, if it is one exactly.
    pub fn as_number<T: std::str::FromStr>(&self) -> Option<T> {
        if let Value::Number(text) = &self.value { without_sign_of_zero(text).parse().ok() } else { None }
    }

    /// The kind of the value with its article, such as `a list`, for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The value without locations. Numbers that JSON cannot represent become null.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Boolean(value) => (*value).into(),
            Value::Number(text) => serde_json::from_str(without_sign_of_zero(text)).unwrap_or_default(),
            Value::String(text) => text.clone().into(),
            Value::Array(items) => items.iter().map(Node::to_json).collect(),
            Value::Object(members) => {
                members.iter().map(|member| (member.name.clone(), member.value.to_json())).collect()
            }
        }
    }
}

/// `-0` is a whole number, which `serde_json` reads as a double and unsigned integers do not take.
fn without_sign_of_zero(text: &str) -> &str {
    if text == "-0" { "0" } else { text }
}
