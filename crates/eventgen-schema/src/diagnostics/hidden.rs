//! What an excerpt of `eventgen.toml` does not show: values of environments, which may be passwords.

use std::borrow::Cow;
use std::path::Path;

use crate::reader::Casing;
use crate::vocabulary::{ENVIRONMENT, Form, Property, TOPIC};

/// Properties of an environment whose values are shown although they are texts.
const SHOWN: [&str; 6] = [
    "clusterId",
    "schemaRegistryContext",
    "schemaRegistrySslCaLocation",
    "schemaRegistrySslCertificateLocation",
    "schemaRegistrySslKeyLocation",
    "topicPrefix",
];
/// Stands for a byte that is not shown: what points at a value counts bytes.
const HIDDEN: &str = "*";

/// The text of a file as excerpts show it, as long as the file. All files of TOML are settings, the others are schemas.
pub(super) fn without_secrets<'a>(path: &Path, text: &'a str) -> Cow<'a, str> {
    if path.extension().is_none_or(|extension| extension != "toml") {
        return Cow::Borrowed(text);
    }
    let mut hiding = Hiding::default();
    Cow::Owned(text.split_inclusive('\n').map(|line| hiding.line(line)).collect())
}

/// Goes through the lines of a file, which may not be TOML.
#[derive(Default)]
struct Hiding {
    /// Whether the lines are those of an environment.
    in_environment: bool,
    /// Whether its properties are those of a client, by names that Kafka gives them.
    in_properties: bool,
    /// What ends a text of several lines.
    end: Option<&'static str>,
}

impl Hiding {
    fn line(&mut self, line: &str) -> String {
        if let Some(end) = self.end {
            if line.contains(end) {
                self.end = None;
            }
            return if self.in_environment { hidden(line) } else { line.to_owned() };
        }
        let (name, value) = line.split_at(line.find('=').map_or(line.len(), |at| at + 1));
        if line.trim_start().starts_with('[') && value.is_empty() {
            let end = line.find(']').map_or(line.len(), |at| at + 1);
            let (header, behind) = line.split_at(end);
            let mut names = header.trim_matches([' ', '\t', '[', ']']).split('.').map(plain);
            self.in_environment = names.next() == Some("environments");
            self.in_properties = names.any(|name| name == "kafka");
            return if self.in_environment { header.to_owned() + &hidden(behind) } else { line.to_owned() };
        }
        let opened = ["\"\"\"", "'''"].into_iter().find(|quotes| value.trim_start().starts_with(quotes));
        self.end = opened.filter(|quotes| value.matches(quotes).count() < 2);
        let name = name.trim_end_matches('=');
        let is_inline = plain(name).split('.').next().map(plain) == Some("environments");
        let is_of_a_client = self.in_properties;
        if !self.in_environment && !is_inline || self.in_environment && !is_of_a_client && is_shown(name) {
            return line.to_owned();
        }
        // A line without a name may be the rest of a value.
        if value.is_empty() { hidden(line) } else { line[..=name.len()].to_owned() + &hidden(value) }
    }
}

/// Whether the value of a property of an environment holds no secret. A name with a typing error may be that of a password.
fn is_shown(name: &str) -> bool {
    let is_it = |property: &Property| Casing::Kebab.of(property.name) == plain(name);
    let is_text = |property: &Property| matches!(property.form, Form::Text | Form::ClientProperties);
    ENVIRONMENT
        .iter()
        .any(|property| is_it(property) && (!is_text(property) || SHOWN.contains(&property.name)))
        || TOPIC.iter().any(is_it)
}

/// A name without spaces and quotes.
fn plain(name: &str) -> &str {
    name.trim().trim_matches(['"', '\''])
}

/// Hides all but the space around a value, its quotes, and variables.
fn hidden(text: &str) -> String {
    const FRAME: [char; 6] = [' ', '\t', '\r', '\n', '"', '\''];
    let start = text.len() - text.trim_start_matches(FRAME).len();
    let end = text.trim_end_matches(FRAME).len().max(start);
    let (mut out, mut rest) = (text[..start].to_owned(), &text[start..end]);
    while let Some(first) = rest.chars().next() {
        let shown = variable(rest).unwrap_or_default();
        out.push_str(shown);
        if shown.is_empty() {
            out.push_str(&HIDDEN.repeat(first.len_utf8()));
        }
        rest = &rest[if shown.is_empty() { first.len_utf8() } else { shown.len() }..];
    }
    out + &text[end..]
}

/// The variable, such as `${NAME}`, that a text begins with.
fn variable(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix("${")?.split_once('}')?;
    let is_name = !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.chars().all(|char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_');
    is_name.then(|| &text[..name.len() + 3])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        without_secrets(Path::new("eventgen.toml"), text).into_owned()
    }

    #[test]
    fn values_of_environments_are_not_shown() {
        for (text, expected) in [
            ("sasl.password = \"s3cret\"", "sasl.password = \"******\""),
            ("sasl.password = \"s3cret", "sasl.password = \"******"),
            ("sasl.password \"s3cret\"", "*********************\""),
            ("# \"s3cret\"", "*********\""),
            ("\"sasl.password\" = ['s3cret']", "\"sasl.password\" = **********"),
            ("sasl.password = \"p\u{fc}\"", "sasl.password = \"***\""),
            ("sasl.password = \"${PASSWORD}\"", "sasl.password = \"${PASSWORD}\""),
            ("sasl.password = \"x${PASS}y${z\"", "sasl.password = \"*${PASS}****\""),
            ("sasl.password = \"\"\"\ns3=cret\n\"\"\"\n", "sasl.password = \"\"\"\n*******\n\"\"\"\n"),
        ] {
            let (before, after) = ("[environments.prod.kafka]\n", "\n[rust]\nout = \"src\"\n");
            assert_eq!(
                shown(&format!("{before}{text}{after}")),
                format!("{before}{expected}{after}"),
                "{text}"
            );
        }
    }

    #[test]
    fn what_holds_no_secret_is_shown() {
        for text in [
            "schemas = [\"a\"]\n[environments.prod]\nreplication-factor = \"3\"\nproduction = 1\ntopic-prefix = 2\n",
            "[levels]\nowner = \"x\"\n",
        ] {
            assert_eq!(shown(text), text);
        }
        let schema = "[environments.prod]\npassword = 1";
        assert_eq!(without_secrets(Path::new("a.avsc"), schema), schema);
    }

    #[test]
    fn every_form_of_an_environment_is_known() {
        for text in [
            "[environments]\nprod.schema-registry-password = \"s3cret\"",
            "environments.prod.schema-registry-token = \"s3cret\"",
            "environments = { prod = { schema-registry-token = \"s3cret\" } }",
            "\"environments\".prod.schema-registry-token = \"s3cret\"",
            "[ environments . prod ]\nschema-registry-pasword = \"s3cret\"",
            "[\"environments\".\"a.b\".kafka.sasl]\npassword = \"s3cret\"",
            "[environments.prod]\nbootstrap-servers = \"ada:s3cret@h:1\"",
            "[environments.prod] # s3cret",
        ] {
            let shown = shown(text);
            assert!(!shown.contains("s3cret"), "{shown}");
            assert_eq!(shown.len(), text.len(), "{shown}");
        }
    }
}
