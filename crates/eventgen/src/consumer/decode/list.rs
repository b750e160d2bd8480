//! The schema languages that this build reads. No other file of the decoder names them.

#[cfg(feature = "avro")]
use super::avro::AvroReaders;
use super::language::LanguageReaders;
#[cfg(feature = "protobuf")]
use super::protobuf::ProtobufReaders;
use crate::EventKind;

/// The languages, for messages.
pub(super) const READABLE: &str = match (cfg!(feature = "avro"), cfg!(feature = "protobuf")) {
    (true, true) => "Avro and Protobuf",
    (true, false) => "Avro (the feature `protobuf` of eventgen is off)",
    (false, true) => "Protobuf (the feature `avro` of eventgen is off)",
    (false, false) => "nothing (the features `avro` and `protobuf` of eventgen are off)",
};

const LANGUAGES: usize = cfg!(feature = "avro") as usize + cfg!(feature = "protobuf") as usize;

/// The schemas of these kinds of event, by language.
///
/// # Errors
/// The name of an event whose embedded schema does not parse, and why.
#[cfg_attr(
    not(any(feature = "avro", feature = "protobuf")),
    expect(unused_variables, reason = "there is no language")
)]
#[cfg_attr(
    not(feature = "avro"),
    expect(clippy::unnecessary_wraps, reason = "only Avro schemas are parsed in advance")
)]
pub(super) fn readers(kinds: &'static [EventKind]) -> Result<Vec<Box<dyn LanguageReaders>>, String> {
    let readers: [Box<dyn LanguageReaders>; LANGUAGES] = [
        #[cfg(feature = "avro")]
        Box::new(AvroReaders::new(kinds)?),
        #[cfg(feature = "protobuf")]
        Box::new(ProtobufReaders(kinds)),
    ];
    Ok(readers.into())
}
