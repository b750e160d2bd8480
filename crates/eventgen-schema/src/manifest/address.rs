//! Addresses of servers, for what is shown and written.

/// Addresses, which commas separate, without what may be a secret: a user and a password before `@`, a query and a fragment, and
/// what stands where a port belongs and is none. `${VARIABLE}` stays.
///
/// ```
/// use eventgen_schema::without_credentials;
/// assert_eq!(without_credentials("https://ada:secret@registry/apis?token=secret"), "https://registry/apis");
/// ```
pub fn without_credentials(addresses: &str) -> String {
    addresses.split(',').map(address).collect::<Vec<_>>().join(",")
}

fn address(address: &str) -> String {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    // Brokers have no path, and a password may have a slash.
    let path = if scheme.starts_with("http") { rest.find('/') } else { None };
    let (authority, path) = rest.split_at(path.unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if !is_port(port) => format!("{scheme}{name}:…{path}"),
        _ => format!("{scheme}{host}{path}"),
    }
}

/// Whether this follows the last colon of an address, which may be one of IPv6 without a port. A password does where a host is
/// missing.
fn is_port(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(']') || text.starts_with("${") || text.chars().all(|char| char.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_shown() {
        for (addresses, shown) in [
            ("https://me:secret@registry/a@b", "https://registry/a@b"),
            ("https://registry/x?token=secret,https://two#secret", "https://registry/x,https://two"),
            ("ada:s3/cret@h:1", "h:1"),
            ("SASL_SSL://ada:s3@cret@h:1,b:2", "SASL_SSL://h:1,b:2"),
            ("${USER}:${PASSWORD}@${BROKER}:9092", "${BROKER}:9092"),
            ("${REGISTRY}", "${REGISTRY}"),
            ("${HOST}:${PORT}", "${HOST}:${PORT}"),
            ("[::1]:9092,[::1]", "[::1]:9092,[::1]"),
            ("SASL_SSL://ada:s3cret", "SASL_SSL://ada:…"),
            ("https://ada:s3cret/path", "https://ada:…/path"),
        ] {
            assert_eq!(without_credentials(addresses), shown);
        }
    }
}
