//! Consumers and producers on a failing cluster: what happens to them, and a checker of what they did.
//!
//! | module | what it does |
//! |---|---|
//! | `stream` | the events, generated from a schema |
//! | `history` | what members and producers write down |
//! | `feed`, `member` | produces and consumes; `bin` has a program for each |
//! | `members` | starts, stops, kills and pauses members |
//! | `cluster` | topics and brokers |
//! | `copies` | what transactional members have written |
//! | `delays` | the retry topics of a run |
//! | `watch` | notices a group that stands still |
//! | `snapshot` | reads the topic and its dead letters |
//! | `checker` | decides whether a run kept the promises |
//! | `protocol` | the protocols of consumer groups |
//! | `trial` | one run of a scenario, from the topic to the verdict |
//! | `scenarios` | what happens in each scenario |

#![allow(missing_docs, reason = "an interface of programs in this folder only; what needs words has them")]

pub mod checker;
pub mod cluster;
mod copies;
pub mod delays;
pub mod feed;
pub mod history;
pub mod members;
mod plan;
pub mod protocol;
mod proxy;
pub mod random;
pub mod report;
pub mod scenarios;
pub mod snapshot;
pub mod stream;
pub mod trial;
mod watch;

/// What prevents a run.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
