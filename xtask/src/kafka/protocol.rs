//! Asks a broker for the brokers that it knows, to find out whether a cluster is ready.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

const TIMEOUT: Duration = Duration::from_secs(2);

/// The number of brokers that the broker on this port knows. `None` if it does not answer.
pub(crate) fn known_brokers(port: u16) -> Option<usize> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(TIMEOUT)).ok()?;
    stream.write_all(&metadata_request()).ok()?;
    let size = read_i32(&mut stream)?;
    // A correlation id and the number of brokers come first (Metadata response, version 1).
    let (_correlation, brokers) = (read_i32(&mut stream)?, read_i32(&mut stream)?);
    (size >= 8).then_some(usize::try_from(brokers).ok()?)
}

/// A Metadata request, version 1, of no topic.
fn metadata_request() -> Vec<u8> {
    let (api_key, version, correlation, no_client_id, no_topics) = (3_i16, 1_i16, 1_i32, -1_i16, 0_i32);
    let mut request = Vec::new();
    request.extend(api_key.to_be_bytes());
    request.extend(version.to_be_bytes());
    request.extend(correlation.to_be_bytes());
    request.extend(no_client_id.to_be_bytes());
    request.extend(no_topics.to_be_bytes());
    let size = i32::try_from(request.len()).expect("a few bytes");
    [&size.to_be_bytes()[..], &request].concat()
}

fn read_i32(stream: &mut TcpStream) -> Option<i32> {
    let mut bytes = [0; 4];
    stream.read_exact(&mut bytes).ok()?;
    Some(i32::from_be_bytes(bytes))
}
