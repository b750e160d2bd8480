//! What to check after librdkafka has said why a client does not connect.

use std::fmt::Display;

/// What librdkafka says of settings that it refuses, and what to do: it names its own build options, which are not how a user of
/// eventgen turns them on, and not the file that it could not read.
#[doc(hidden)]
pub fn refused_settings(reason: impl Display) -> String {
    let mut reason = reason.to_string();
    let lacks_openssl = reason.contains("OpenSSL not available at build time")
        || (reason.contains("openssl support") && !reason.contains("GSSAPI"));
    if lacks_openssl && !cfg!(feature = "tls") {
        reason.push_str("; TLS and SCRAM need the feature `tls` of the package `eventgen`, or of `eventgen-cli` for the command");
    } else if reason.contains("key values mismatch") {
        reason.push_str("; the private key is that of another certificate");
    } else if reason.contains(".location failed") {
        reason.push_str("; check that the file is there, that this user can read it, and that it is PEM");
    }
    reason
}

/// What to check when no broker can be talked to, by the reason that librdkafka gives.
#[doc(hidden)]
pub fn unreachable(reason: &str) -> &'static str {
    let says = |texts: &[&str]| texts.iter().any(|text| reason.contains(text));
    if says(&["certificate verify failed"]) {
        "check that `ssl.ca.location` is the authority of the brokers' certificates, that these have not expired, and that they \
         name the host of the address"
    } else if says(&["alert bad certificate", "certificate required", "alert handshake failure"]) {
        "the broker wants a certificate that its authority has signed: check `ssl.certificate.location` and `ssl.key.location`"
    } else if says(&["alert certificate", "alert unknown ca", "alert unsupported certificate"]) {
        "the broker refuses the certificate of `ssl.certificate.location`: check its authority and when it expires"
    } else if says(&["connecting to a PLAINTEXT broker listener"]) {
        "the listener has no TLS: check the port and `security.protocol`"
    } else {
        "check the addresses, that the brokers run and that `security.protocol` matches the listener"
    }
}

/// What to check when brokers refuse the credentials, by the reason that they give.
#[doc(hidden)]
pub fn refused_credentials(reason: &str) -> &'static str {
    if reason.contains("Unsupported SASL mechanism") {
        "the listener does not have the mechanism: check `sasl.mechanism`"
    } else {
        "check `sasl.username`, `sasl.password` and `sasl.mechanism`"
    }
}

#[cfg(test)]
mod tests {
    use super::{refused_settings, unreachable};

    #[test]
    fn a_file_that_cannot_be_read_is_said_to_be_one() {
        let reason =
            refused_settings("ssl.ca.location failed: error:05880002:x509 certificate routines::system lib");
        assert!(reason.ends_with("and that it is PEM"), "{reason}");
        assert_eq!(refused_settings("No such configuration property"), "No such configuration property");
    }

    #[test]
    fn the_side_whose_certificate_is_refused_is_named() {
        let broker = "SSL handshake failed: error:0A000086:SSL routines::certificate verify failed: broker certificate could not be verified";
        assert!(unreachable(broker).contains("`ssl.ca.location`"));
        let client =
            "Receive failed: error:0A000412:SSL routines::sslv3 alert bad certificate: SSL alert number 42";
        assert!(unreachable(client).contains("`ssl.certificate.location`"));
        let expired = "Receive failed: error:0A000416:SSL routines::sslv3 alert certificate unknown: SSL alert number 46";
        assert!(unreachable(expired).contains("expires"));
        assert!(unreachable("Connection refused").contains("the brokers run"));
    }
}
