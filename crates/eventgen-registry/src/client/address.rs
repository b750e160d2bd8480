//! Addresses of a registry: as they are requested, and as errors show them. What may be a password is never shown.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use reqwest::Url;

use super::authorization::Authorization;
use crate::RegistryError;

/// Characters of a path segment that are percent-encoded: all but the unreserved ones (RFC 3986, section 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The address of a request.
#[derive(Debug)]
pub(super) struct Address {
    /// What is requested.
    pub(super) url: String,
    /// What errors show: the same with the names as they are.
    pub(super) shown: String,
}

impl Address {
    /// An address below that of a registry. The query is a list of names and values.
    pub(super) fn new(registry: &str, segments: &[&str], query: &[(&str, &str)]) -> Self {
        let (mut url, mut shown) = (registry.to_owned(), registry.to_owned());
        for segment in segments {
            let _ = write!(url, "/{}", utf8_percent_encode(segment, ENCODED));
            let _ = write!(shown, "/{}", printable(segment));
        }
        for (index, (name, value)) in query.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            let _ = write!(url, "{mark}{name}={}", utf8_percent_encode(value, ENCODED));
            let _ = write!(shown, "{mark}{name}={}", printable(value));
        }
        Self { url, shown }
    }
}

/// A name on one line.
fn printable(name: &str) -> String {
    name.chars()
        .flat_map(|char| if char.is_control() { char.escape_default().collect() } else { vec![char] })
        .collect()
}

/// The address of a registry without credentials, and the credentials.
///
/// # Errors
/// [`RegistryError::InvalidUrl`].
pub(super) fn registry(url: &str) -> Result<(String, Option<Authorization>), RegistryError> {
    let (bare, authorization) = take_credentials(url);
    let checked = if url.matches("://").count() > 1 { Err(LIST.to_owned()) } else { check_url(&bare) };
    checked.map_err(|reason| RegistryError::InvalidUrl { url: shown(&bare), reason })?;
    Ok((bare.trim_end_matches('/').to_owned(), authorization))
}

const LIST: &str = "in a list each address begins with http:// or https://";

/// The addresses of a list that is separated by commas, each with its credentials. A password may hold a comma.
///
/// # Errors
/// [`RegistryError::InvalidUrl`].
pub(super) fn registries(list: &str) -> Result<Vec<(String, Option<Authorization>)>, RegistryError> {
    let mut parts: Vec<String> = Vec::new();
    for part in list.split(',') {
        let begins = part.trim_start().starts_with("http://") || part.trim_start().starts_with("https://");
        match parts.last_mut() {
            Some(before) if !begins => {
                before.push(',');
                before.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    parts.iter().map(|part| registry(part.trim())).collect()
}

/// Takes `user:password@` out of an address. A password may hold a slash that was not encoded: everything before the
/// last `@` counts as credentials, so that no part of them is ever shown.
fn take_credentials(url: &str) -> (String, Option<Authorization>) {
    let (scheme, rest) =
        url.split_once("://").map_or(("", url), |(_, rest)| url.split_at(url.len() - rest.len()));
    let Some((user_info, host)) = rest.rsplit_once('@') else { return (url.to_owned(), None) };
    let (user, password) = user_info.split_once(':').unwrap_or((user_info, ""));
    let decoded = |text| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let bare = format!("{scheme}{host}");
    (bare, Some(Authorization::Basic { user: decoded(user), password: decoded(password) }))
}

/// What is shown of an address that is wrong. It may hold a password where none belongs: without `@`, with an encoded
/// one, or in a query.
fn shown(url: &str) -> String {
    if let Ok(mut url) = Url::parse(url)
        && url.has_host()
        && !url.host_str().is_some_and(|host| host.contains('%'))
    {
        url.set_query(None);
        url.set_fragment(None);
        // They cannot be set only where there is no host.
        let _ = url.set_username("").and_then(|()| url.set_password(None));
        return url.as_str().trim_end_matches('/').to_owned();
    }
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let (scheme, rest) = url.split_at(start);
    let host = rest.find(|char: char| !char.is_ascii_alphanumeric() && !matches!(char, '.' | '-' | '_'));
    let (host, rest) = rest.split_at(host.unwrap_or(rest.len()));
    let port = rest.strip_prefix(':').filter(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    match (rest, port) {
        ("" | "/", _) => format!("{scheme}{host}"),
        (_, Some(port)) if port.len() <= 5 => format!("{scheme}{host}:{port}"),
        _ => format!("{scheme}{host}…"),
    }
}

/// Says what is wrong with an address that has no credentials.
fn check_url(url: &str) -> Result<(), String> {
    let address = url.split_once("://").map_or(url, |(_, rest)| rest);
    if address.contains(',') {
        return Err(LIST.to_owned());
    }
    let parsed = Url::parse(url).map_err(|error| format!("it is not a URL ({error})"))?;
    match parsed.scheme() {
        "http" => {}
        "https" if cfg!(feature = "tls") => {}
        "https" => {
            return Err(
                "this build has no TLS: enable the feature `tls` of eventgen, or of eventgen-cli".to_owned()
            );
        }
        _ => return Err("it does not begin with http:// or https://".to_owned()),
    }
    if parsed.query().is_some() {
        return Err("it has a query".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_part_of_a_password_stays_in_an_address() {
        for (url, bare) in [
            ("http://host:8081/path", "http://host:8081/path"),
            ("http://user:secret@host:8081/path", "http://host:8081/path"),
            ("https://KEY:SE/CRET@host", "https://host"),
            ("http://user:12/secret@host:8081", "http://host:8081"),
            ("http://user:se@cret@host", "http://host"),
            ("KEY:SECRET@host", "host"),
        ] {
            let (shown, authorization) = take_credentials(url);
            assert_eq!(shown, bare);
            assert_eq!(authorization.is_some(), url.contains('@'));
        }
    }

    #[test]
    fn an_address_that_is_wrong_is_shown_without_what_may_be_a_password() {
        for url in [
            "alice:s3cret@host:8081",
            "http:/alice:s3cret@host:8081",
            "http//alice:s3cret@host:8081",
            "htp://alice:s3cret@host:8081",
            "http://alice:s3cret%40host:8081",
            "http://alice%3As3cret%40host:8081",
            "http://alice:s3cret#host:8081",
            "http://alice:s3cret host:8081",
            "http://alice:s3cret",
            "alice:s3cret%40host",
            "http://alice:s3cret@a:8081,http://bob:s3cret@b:8081",
            "http://a:8081,http://alice:s3cret%40b:8081",
            "http://host:8081?user=alice&password=s3cret",
            "http://host:8081/path?token=s3cret#s3cret",
            "host:8081?password=s3cret",
            "s3cret@",
        ] {
            let error = registry(url).map(|_| ()).expect_err("no address").to_string();
            assert!(!error.contains("s3cret"), "{url}: {error}");
        }
        for (url, expected) in [
            ("host:8081", "host:8081"),
            ("ftp://host/path", "ftp://host/path"),
            ("http://host:8081?user=alice", "http://host:8081"),
            ("http://a:8081,http://b:8081", "http://a…"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn names_are_encoded_in_requests_and_readable_in_errors() {
        let address = Address::new("http://host", &["subjects", ":.a:orders/v1 ü\n"], &[("subject", "a&b")]);
        assert_eq!(address.url, "http://host/subjects/%3A.a%3Aorders%2Fv1%20%C3%BC%0A?subject=a%26b");
        assert_eq!(address.shown, "http://host/subjects/:.a:orders/v1 ü\\n?subject=a&b");
    }

    #[test]
    fn addresses_are_separated_by_commas_and_passwords_may_hold_them() {
        for (list, urls) in [
            ("http://a:1", &["http://a:1"][..]),
            ("http://a:1, http://b:2/path", &["http://a:1", "http://b:2/path"]),
            ("http://user:pass,word@a:1,http://b:2", &["http://a:1", "http://b:2"]),
        ] {
            let found = registries(list).expect("addresses");
            assert_eq!(found.iter().map(|(url, _)| url.as_str()).collect::<Vec<_>>(), urls);
        }
    }
}
