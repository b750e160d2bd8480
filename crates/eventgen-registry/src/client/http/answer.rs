//! What a response says: an object or a list, the error of a registry, or something that no registry sends.

use reqwest::Method;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Error as _};
use serde_json::{Map, Value};

use crate::RegistryError;
use crate::client::authorization::Authorization;

/// The length of a response that an error quotes, in characters.
const QUOTED: usize = 300;

/// A response, and what it responds to.
pub(super) struct Answer {
    pub(super) method: Method,
    /// The address of the request, without credentials.
    pub(super) url: String,
    /// The address of the registry.
    pub(super) registry: String,
    pub(super) status: u16,
    pub(super) text: String,
    /// What no error quotes.
    pub(super) authorization: Option<Authorization>,
}

/// How a registry represents an error.
#[derive(Deserialize)]
struct ErrorBody {
    error_code: Option<u32>,
    message: Option<String>,
}

impl Answer {
    /// Whether it is one of success.
    pub(super) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Reads an object.
    pub(super) fn object<T: DeserializeOwned>(self) -> Result<T, RegistryError> {
        // serde also reads a structure from a list of its fields, which no registry writes.
        let object: Result<Map<String, Value>, _> = serde_json::from_str(&self.text);
        let read = object.and_then(|object| match object.get("schema").map(Value::as_str) {
            Some(None | Some("")) => Err(serde_json::Error::custom("the schema has no text")),
            _ => serde_json::from_value(Value::Object(object)),
        });
        read.map_err(|error| self.unexpected(&error))
    }

    /// Reads a list.
    pub(super) fn list<T: DeserializeOwned>(self) -> Result<Vec<T>, RegistryError> {
        serde_json::from_str(&self.text).map_err(|error| self.unexpected(&error))
    }

    /// Reads nothing. Some registries confirm a change with no text, none with a page.
    pub(super) fn done(self) -> Result<(), RegistryError> {
        if self.text.trim().is_empty() {
            return Ok(());
        }
        serde_json::from_str::<Value>(&self.text).map(drop).map_err(|error| self.unexpected(&error))
    }

    fn unexpected(self, error: &serde_json::Error) -> RegistryError {
        let reason = match foreign(&self.text) {
            Some(what) => what,
            None => error.to_string(),
        };
        let reason = self.without_credentials(reason);
        RegistryError::UnexpectedAnswer { method: self.method.to_string(), url: self.url, reason }
    }

    fn without_credentials(&self, text: String) -> String {
        match &self.authorization {
            Some(authorization) => authorization.removed_from(&text),
            None => text,
        }
    }

    /// The error that a response without success is.
    pub(super) fn rejected(self) -> RegistryError {
        let status = self.status;
        if status == 401 || status == 403 {
            return RegistryError::Unauthorized { url: self.registry, status };
        }
        let text = self.text.as_str();
        let body: Option<ErrorBody> = serde_json::from_str(text).ok();
        let (error_code, message) = body.map_or((None, None), |body| (body.error_code, body.message));
        let mut message = message
            .or_else(|| text.trim_start().starts_with('<').then(|| foreign(text)).flatten())
            .unwrap_or_else(|| text.trim().chars().take(QUOTED).collect());
        if message.is_empty() {
            "the response has no text".clone_into(&mut message);
        }
        // A registry that does not have something says so by a code of its own, such as 40401.
        if status == 404 && error_code.is_none_or(|code| code == 404) {
            message.push_str("; is this a Schema Registry? Check the path of the address");
        }
        RegistryError::Rejected {
            method: self.method.to_string(),
            message: self.without_credentials(message),
            url: self.url,
            status,
            error_code: error_code.unwrap_or_else(|| u32::from(status)),
        }
    }
}

/// What a text is that is not JSON; `None` if it is.
fn foreign(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return Some("the response has no text".to_owned());
    }
    if text.starts_with('<') {
        let words = without_tags(text);
        return Some(if words.is_empty() {
            "the response is a page of HTML".to_owned()
        } else {
            format!("the response is a page of HTML: {words}")
        });
    }
    match serde_json::from_str::<Value>(text) {
        Ok(_) => None,
        // Text that was cut is JSON with an error at its end, which says more than the text.
        Err(error) if error.is_eof() => Some(format!("the response ends too early ({error})")),
        Err(_) => {
            Some(format!("the response is not JSON: {}", text.chars().take(QUOTED).collect::<String>()))
        }
    }
}

/// The words of a page.
fn without_tags(page: &str) -> String {
    let mut words = String::new();
    for part in page.split('<') {
        let text = part.split_once('>').map_or("", |(_, text)| text);
        for word in text.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
    }
    words.chars().take(QUOTED).collect()
}
