//! The Protobuf front end: what a contract says, what is registered, and which versions go together.

mod protobuf {
    mod compatibility;
    mod contract;
    mod valid;
}
