//! The front ends that are built in. This is the only place that names the languages.

use super::avro::Avro;
use super::front_end::FrontEnd;
#[cfg(not(feature = "protobuf"))]
use super::not_built::NotBuilt;
#[cfg(feature = "protobuf")]
use super::protobuf::Protobuf;

/// Every front end that is built in. The first one reads the files whose extension none claims.
pub(crate) fn front_ends() -> Vec<&'static dyn FrontEnd> {
    vec![
        &Avro,
        #[cfg(feature = "protobuf")]
        &Protobuf,
        #[cfg(not(feature = "protobuf"))]
        &NotBuilt { schema_type: "PROTOBUF", name: "Protobuf", extensions: &["proto"] },
    ]
}
