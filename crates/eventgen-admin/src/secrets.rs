//! What no message says: users and passwords in addresses, and values of settings.

/// The setting whose value is the addresses.
const ADDRESSES: &str = "bootstrap.servers";
/// Stands for what is left out.
const HIDDEN: &str = "…";
/// Values that tell nothing secret, and that explain an error.
const HARMLESS: [&str; 16] = [
    "PLAINTEXT",
    "SSL",
    "SASL_PLAINTEXT",
    "SASL_SSL",
    "PLAIN",
    "SCRAM-SHA-256",
    "SCRAM-SHA-512",
    "GSSAPI",
    "OAUTHBEARER",
    "oidc",
    "default",
    "https",
    "none",
    "true",
    "false",
    "all",
];

/// Addresses of brokers without the parts that may be a secret: a user and a password before `@`, a path, a query,
/// and anything but a number after the last colon.
///
/// ```
/// let addresses = "SASL_SSL://ada:secret@kafka-1:9093,kafka-2:9093";
/// assert_eq!(eventgen_admin::without_credentials(addresses), "SASL_SSL://kafka-1:9093,kafka-2:9093");
/// ```
pub fn without_credentials(addresses: &str) -> String {
    addresses.split(',').map(address).collect::<Vec<_>>().join(",")
}

fn address(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let host = rest.rsplit('@').next().unwrap_or_default();
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    match host.rsplit_once(':') {
        // An address of IPv6 without a port ends with `]`.
        Some((name, port)) if !port.trim().ends_with(']') && port.trim().parse::<u32>().is_err() => {
            format!("{scheme}{name}:{HIDDEN}")
        }
        _ => format!("{scheme}{host}"),
    }
}

/// What librdkafka reports, without the values of settings. Names of settings stay: they say which one is meant.
pub fn without_values<'a>(text: &str, settings: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let (mut text, mut values) = (text.to_owned(), Vec::new());
    for (name, value) in settings {
        if name == ADDRESSES {
            for raw in value.split(',') {
                let raw = raw.trim();
                let raw = raw.split_once("://").map_or(raw, |(_, rest)| rest);
                // librdkafka also names a host alone, which may have both.
                let user = raw.rfind('@').map_or("", |at| &raw[..=at]);
                if raw != address(raw) {
                    text = text.replace(raw, &address(raw));
                }
                if !user.is_empty() {
                    text = text.replace(user, "");
                }
            }
        } else if !is_harmless(value) {
            values.push(value);
        }
    }
    // One may be a part of another.
    values.sort_by_key(|value| std::cmp::Reverse(value.len()));
    for value in values {
        text = hide(&text, value);
    }
    text
}

fn is_harmless(value: &str) -> bool {
    let is_number = value.chars().all(|char| char.is_ascii_digit());
    is_number || HARMLESS.iter().any(|harmless| harmless.eq_ignore_ascii_case(value))
}

/// Replaces a value where it is a word of its own: a short one may also be a part of others.
fn hide(text: &str, value: &str) -> String {
    let is_of_a_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '.');
    let (mut out, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find(value) {
        let (before, behind) = (&rest[..at], &rest[at + value.len()..]);
        let is_a_part = is_of_a_word(before.chars().next_back().or_else(|| out.chars().next_back()))
            || is_of_a_word(behind.chars().next());
        out.push_str(before);
        out.push_str(if value.len() < 4 && is_a_part { value } else { HIDDEN });
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        for (addresses, shown) in [
            ("kafka-1:9092, kafka-2:9092", "kafka-1:9092, kafka-2:9092"),
            ("[::1]:9092,[::1]", "[::1]:9092,[::1]"),
            ("ada:s3@cret@h:1,b:2", "h:1,b:2"),
            ("SASL_SSL://ada:s3cret@h:1/x?token=s3cret", "SASL_SSL://h:1"),
            // A comma in a password is taken for the end of an address.
            ("ada:s3,cret@h:1", "ada:…,h:1"),
            ("", ""),
        ] {
            assert_eq!(without_credentials(addresses), shown);
        }
    }

    #[test]
    fn what_librdkafka_reports_has_no_value() {
        let settings = [
            ("bootstrap.servers", "SASL_SSL://ada:s3cret@h:1,b:2"),
            ("sasl.password", "open sesame"),
            ("ssl.key.password", "ss"),
            ("sasl.mechanism", "PLAIN"),
            ("socket.timeout.ms", "5"),
        ];
        for (text, shown) in [
            ("sasl_ssl://ada:s3cret@h:1/bootstrap: failed", "sasl_ssl://h:1/bootstrap: failed"),
            ("cannot resolve 'ada:s3cret@h'", "cannot resolve 'h'"),
            (
                "property \"sasl.passwrd\" sasl.passwrd open sesame",
                "property \"sasl.passwrd\" sasl.passwrd …",
            ),
            ("Invalid value \"ss\" for ssl.passphrase", "Invalid value \"…\" for ssl.passphrase"),
            ("PLAIN within 5 ms", "PLAIN within 5 ms"),
        ] {
            assert_eq!(without_values(text, settings), shown);
        }
    }
}
