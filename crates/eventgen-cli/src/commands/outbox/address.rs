//! What an address of PostgreSQL says about TLS. The client knows a part of it only.
//!
//! The names and values are those of libpq: <https://www.postgresql.org/docs/current/libpq-ssl.html>.

use crate::failure::Failure;

/// How a connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Disable,
    /// With TLS if the server has it.
    Prefer,
    /// With TLS. The certificate is looked at only if `sslrootcert` is set.
    Require,
    /// With a certificate of an authority that is trusted.
    VerifyCa,
    /// With one that is also of the server's name.
    VerifyFull,
}

/// The properties about TLS.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct TlsProperties {
    /// `None` if there is no `sslmode`.
    pub(super) mode: Option<Mode>,
    /// The file with the authorities that are trusted, or `system`.
    #[cfg_attr(not(feature = "tls"), allow(dead_code, reason = "only TLS has authorities"))]
    pub(super) root: Option<String>,
    /// The files with the client's certificate and its private key.
    pub(super) certificate: Option<String>,
    pub(super) key: Option<String>,
}

impl TlsProperties {
    /// Takes these properties out of an address. What is left is what the client reads.
    pub(super) fn take(address: &str) -> Result<(String, Self), Failure> {
        let mut properties = Self::default();
        let is_url = ["postgres://", "postgresql://"].iter().any(|scheme| address.starts_with(scheme));
        let left = if is_url { properties.of_url(address) } else { properties.of_pairs(address) };
        let left = left?;
        if properties.certificate.is_some() != properties.key.is_some() {
            return Err(Failure::TlsPair);
        }
        Ok((left, properties))
    }

    fn of_url(&mut self, address: &str) -> Result<String, Failure> {
        // A password may contain a question mark.
        let host = address.find('@').unwrap_or_default();
        let Some(query) = address[host..].find('?').map(|query| host + query) else {
            return Ok(address.to_owned());
        };
        let mut left = Vec::new();
        for parameter in address[query + 1..].split('&') {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            if !self.set(name, &decoded(value).ok_or(Failure::DatabaseAddress)?)? {
                left.push(parameter);
            }
        }
        let mark = if left.is_empty() { "" } else { "?" };
        Ok(format!("{}{mark}{}", &address[..query], left.join("&")))
    }

    fn of_pairs(&mut self, address: &str) -> Result<String, Failure> {
        let mut left = String::new();
        let mut rest = address.trim_start();
        while !rest.is_empty() {
            let (name, value, length) = pair(rest).ok_or(Failure::DatabaseAddress)?;
            if !self.set(name, &value)? {
                left.push_str(&rest[..length]);
                left.push(' ');
            }
            rest = rest[length..].trim_start();
        }
        Ok(left)
    }

    /// Takes a property, if it is about TLS.
    fn set(&mut self, name: &str, value: &str) -> Result<bool, Failure> {
        let file = Some(value.to_owned()).filter(|file| !file.is_empty());
        match name {
            "sslmode" => {
                self.mode = Some(match value {
                    "disable" => Mode::Disable,
                    "prefer" => Mode::Prefer,
                    "require" => Mode::Require,
                    "verify-ca" => Mode::VerifyCa,
                    "verify-full" => Mode::VerifyFull,
                    _ => return Err(Failure::TlsMode),
                });
            }
            "sslrootcert" => self.root = file,
            "sslcert" => self.certificate = file,
            "sslkey" => self.key = file,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The first of `name=value` pairs, and how long it is as it is written.
fn pair(text: &str) -> Option<(&str, String, usize)> {
    let (name, rest) = text.split_once('=')?;
    let rest = rest.trim_start();
    let quoted = rest.strip_prefix('\'');
    let is_quoted = quoted.is_some();
    let written = quoted.unwrap_or(rest);
    let mut value = String::new();
    let mut chars = written.char_indices();
    let end = loop {
        match chars.next() {
            Some((_, '\\')) => value.push(chars.next()?.1),
            Some((index, '\'')) if is_quoted => break index + 1,
            Some((index, char)) if !is_quoted && char.is_whitespace() => break index,
            Some((_, char)) => value.push(char),
            None if is_quoted => return None,
            None => break written.len(),
        }
    };
    Some((name.trim_end(), value, text.len() - written.len() + end))
}

/// A value of a URL without its percent-encoding.
fn decoded(value: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        bytes.push(match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                rest = after;
                let digit =
                    |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
                digit(high)? << 4 | digit(low)?
            }
            (byte, _) => *byte,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(address: &str) -> (String, TlsProperties) {
        TlsProperties::take(address).expect("an address")
    }

    #[test]
    fn properties_about_tls_are_taken_out_of_an_address() {
        let properties = TlsProperties {
            mode: Some(Mode::VerifyFull),
            root: Some("/etc/a b.pem".to_owned()),
            certificate: Some("c.pem".to_owned()),
            key: Some("k.pem".to_owned()),
        };
        let url = "postgres://ada:a?b@db/orders?sslmode=verify-full&connect_timeout=3&sslrootcert=%2Fetc%2Fa%20b.pem&sslcert=c.pem\
                   &sslkey=k.pem";
        let (left, taken) = take(url);
        assert_eq!(left, "postgres://ada:a?b@db/orders?connect_timeout=3");
        assert_eq!(taken, properties);
        let pairs = r"host=db sslmode = verify-full password='a \' sslmode=disable' sslrootcert='/etc/a b.pem' sslcert=c.pem sslkey=k.pem";
        let (left, taken) = take(pairs);
        assert_eq!(left, r"host=db password='a \' sslmode=disable' ");
        assert_eq!(taken, properties);
    }

    #[test]
    fn an_address_without_tls_stays_as_it_is() {
        for address in ["postgres://ada@db/orders", "postgres://ada@db/orders?connect_timeout=3&x=%41", ""] {
            assert_eq!(take(address), (address.to_owned(), TlsProperties::default()));
        }
        assert_eq!(take("host=db  user=ada").0, "host=db user=ada ");
    }

    #[test]
    fn a_mode_that_does_not_exist_is_an_error() {
        let error = TlsProperties::take("postgres://db/x?sslmode=verify_full").expect_err("unknown");
        assert!(matches!(error, Failure::TlsMode));
    }
}
