//! Types as prost-build generates them, with the derives that `Config::message_attribute` and similar methods add.
#![expect(missing_docs, reason = "the names of the fields say it")]

#[derive(eventgen::KafkaEvent)]
#[protobuf(package = "com.example.messages")]
#[kafka(protobuf, topic = "messages.written.v1", key = first.name)]
#[derive(Clone, PartialEq, ::prost::Message)]
pub struct Written {
    #[prost(message, optional, tag = "1")]
    pub first: ::core::option::Option<written::Line>,
    #[prost(message, repeated, tag = "2")]
    pub lines: ::prost::alloc::vec::Vec<written::Line>,
    #[prost(map = "string, message", tag = "3")]
    pub by_name: ::std::collections::HashMap<::prost::alloc::string::String, written::Line>,
    #[prost(message, optional, tag = "4")]
    pub at: ::core::option::Option<::prost_types::Timestamp>,
    #[prost(oneof = "written::Choice", tags = "5, 6")]
    pub choice: ::core::option::Option<written::Choice>,
}
/// Nested message and enum types in `Written`.
pub mod written {
    #[derive(eventgen::ProtobufType, Clone, PartialEq, ::prost::Message)]
    pub struct Line {
        #[prost(string, tag = "1")]
        pub name: ::prost::alloc::string::String,
        #[prost(message, optional, boxed, tag = "2")]
        pub replaces: ::core::option::Option<::prost::alloc::boxed::Box<super::Written>>,
        #[prost(bytes = "vec", repeated, tag = "3")]
        pub codes: ::prost::alloc::vec::Vec<::prost::alloc::vec::Vec<u8>>,
        #[prost(enumeration = "super::State", repeated, packed = "false", tag = "4")]
        pub states: ::prost::alloc::vec::Vec<i32>,
    }
    #[derive(eventgen::ProtobufType, Clone, PartialEq, ::prost::Oneof)]
    pub enum Choice {
        #[prost(message, tag = "5")]
        Line(::prost::alloc::boxed::Box<Line>),
        #[prost(bytes, tag = "6")]
        Raw(::prost::alloc::vec::Vec<u8>),
    }
}
#[derive(
    eventgen::ProtobufType, Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, ::prost::Enumeration,
)]
#[repr(i32)]
pub enum State {
    Unspecified = 0,
    Open = 1,
}
