//! Scripts that create topics and rights with the command line tools of Kafka. They can be run again at any time.

use std::fmt::Write as _;

use askama::Template;
use eventgen_schema::Contract;

use crate::cluster::{self, Resource};
use crate::error::Error;
use crate::file::File;
use crate::quote;

/// The path of the script of topics.
pub const TOPICS: &str = "kafka-topics.sh";
/// The path of the script of rights.
pub const ACLS: &str = "kafka-acls.sh";

/// The scripts of a contract. There is none of rights if the contract names neither producers nor groups.
///
/// # Errors
/// A template cannot be filled in.
pub fn scripts(contract: &Contract) -> Result<Vec<File>, Error> {
    let mut files = vec![File::render(TOPICS.to_owned(), &Topics::new(contract))?];
    let acls = Acls::new(contract);
    if !acls.users.is_empty() || !acls.skipped.is_empty() {
        files.push(File::render(ACLS.to_owned(), &acls)?);
    }
    Ok(files)
}

#[derive(Debug, Template)]
#[template(path = "shell/topics.sh", escape = "none")]
struct Topics {
    topics: Vec<Topic>,
}

/// A topic in words of a shell.
#[derive(Debug)]
struct Topic {
    comments: Vec<String>,
    name: String,
    partitions: Option<u32>,
    replication_factor: Option<u16>,
    /// For the creation.
    config: Vec<String>,
    /// For an alteration, in lines of a properties file.
    lines: Vec<String>,
}

impl Topics {
    fn new(contract: &Contract) -> Self {
        let topics = cluster::topics(contract).into_iter().map(|topic| {
            let mut comments = vec![topic.content];
            comments.extend(topic.owner.map(|owner| format!("Owner: {}", quote::string(&owner))));
            let creation = topic.config.iter().filter(|(name, value)| is_option(name, value));
            Topic {
                comments,
                name: word(&topic.name),
                partitions: topic.partitions,
                replication_factor: topic.replication_factor,
                config: creation.map(|(name, value)| word(&format!("{name}={value}"))).collect(),
                lines: topic.config.iter().map(|(name, value)| word(&property(name, value))).collect(),
            }
        });
        Self { topics: topics.collect() }
    }
}

#[derive(Debug, Template)]
#[template(path = "shell/acls.sh", escape = "none")]
struct Acls {
    users: Vec<User>,
    /// Names that no argument of a program can have.
    skipped: Vec<String>,
}

#[derive(Debug)]
struct User {
    principal: String,
    rights: Vec<Right>,
}

#[derive(Debug)]
struct Right {
    resource: String,
    operations: Vec<&'static str>,
}

impl Acls {
    fn new(contract: &Contract) -> Self {
        let (unusable, usable): (Vec<_>, Vec<_>) =
            cluster::users(contract).into_iter().partition(|user| user.name.contains('\0'));
        let users = usable.into_iter().map(|user| {
            let rights = user.rights.into_iter().map(|(resource, operations)| Right {
                resource: match resource {
                    Resource::Topic(topic) => format!("--topic {}", word(&topic)),
                    Resource::Group(group) => format!("--group {}", word(group)),
                },
                operations: operations.into_iter().map(cluster::Operation::as_str).collect(),
            });
            User { principal: word(&format!("User:{}", user.name)), rights: rights.collect() }
        });
        Self {
            users: users.collect(),
            skipped: unusable.iter().map(|user| quote::string(user.name)).collect(),
        }
    }
}

/// Whether `kafka-topics --config` takes a property: it splits at `=` with the blanks around it. Others are set by the
/// alteration that follows.
fn is_option(name: &str, value: &str) -> bool {
    let is_plain = |text: &str| !text.is_empty() && text.trim() == text && !text.contains('=');
    is_plain(name) && is_plain(value)
}

/// A word in single quotes, in which a shell expands nothing.
fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A line of a properties file of Java.
fn property(name: &str, value: &str) -> String {
    let escaped = |text: &str, is_name: bool| {
        let mut out = String::new();
        for (index, char) in text.chars().enumerate() {
            // Writing to a string does not fail.
            let _ = match char {
                '\\' => write!(out, "\\\\"),
                ' ' if is_name || index == 0 => write!(out, "\\ "),
                '=' | ':' | '#' | '!' if is_name => write!(out, "\\{char}"),
                ' '..='~' => write!(out, "{char}"),
                _ => {
                    let mut units = [0; 2];
                    char.encode_utf16(&mut units).iter().try_for_each(|unit| write!(out, "\\u{unit:04x}"))
                }
            };
        }
        out
    };
    format!("{}={}", escaped(name, true), escaped(value, false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_shell_gives_to_a_program() {
        assert_eq!(word("it's $HOME `x`"), r"'it'\''s $HOME `x`'");
    }

    #[test]
    fn properties_are_lines_whatever_they_hold() {
        assert_eq!(property("retention.ms", "1000"), "retention.ms=1000");
        assert_eq!(property("a b=c", " x\\y\n😀"), "a\\ b\\=c=\\ x\\\\y\\u000a\\ud83d\\ude00");
        assert!(is_option("cleanup.policy", "compact,delete"));
        for (name, value) in [("a", ""), ("a", "b=c"), ("a", " b"), ("a=b", "c")] {
            assert!(!is_option(name, value), "{name}={value}");
        }
    }
}
