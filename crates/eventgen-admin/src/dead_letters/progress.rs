//! What has become of the letters of one partition. It is committed by a group of its own: the offset is the first letter that
//! is open, and the metadata of the commit has the others that are done, and why letters were discarded.

use serde::{Deserialize, Serialize};

use super::letter::{DeadLetter, LetterState};
use super::offsets::Offsets;

/// The group that commits what has become of letters. It has no members.
pub const PROGRESS_GROUP: &str = "eventgen-dlq";

/// The most bytes of metadata. A broker accepts `offset.metadata.max.bytes`, 4,096 by default.
const ROOM: usize = 4_000;
/// Changes if older versions of the command cannot read the metadata.
const VERSION: u32 = 1;

/// What has become of the letters of one partition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Every letter before this offset is done.
    pub(crate) position: i64,
    /// Letters behind it that are done.
    pub(crate) done: Offsets,
    /// Which of all these were discarded. The others were sent back.
    pub(crate) discards: Vec<Discard>,
}

/// Letters that somebody has decided not to handle.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discard {
    pub(crate) offsets: Offsets,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: Option<String>,
    /// When, in milliseconds since the Unix epoch.
    pub at: i64,
}

#[derive(Serialize, Deserialize)]
struct Metadata {
    v: u32,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    done: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    discarded: Vec<DiscardMetadata>,
}

#[derive(Serialize, Deserialize)]
struct DiscardMetadata {
    o: String,
    why: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    by: Option<String>,
    at: i64,
}

impl Progress {
    /// Reads a commit. Metadata that somebody else has written counts as none; that of a newer version is an error, with a
    /// reason.
    pub(crate) fn parse(position: i64, metadata: &[u8]) -> Result<Self, String> {
        let Ok(metadata) = serde_json::from_slice::<Metadata>(metadata) else {
            return Ok(Self { position, ..Self::default() });
        };
        if metadata.v != VERSION {
            return Err(format!("version {} of it is not known: use a newer eventgen", metadata.v));
        }
        let damaged = || "it is damaged".to_owned();
        let discards = metadata.discarded.into_iter().map(|entry| {
            let offsets = Offsets::parse(&entry.o, 0)?;
            Some(Discard { offsets, reason: entry.why, by: entry.by, at: entry.at })
        });
        Ok(Self {
            position,
            done: Offsets::parse(&metadata.done, position).ok_or_else(damaged)?,
            discards: discards.collect::<Option<_>>().ok_or_else(damaged)?,
        })
    }

    /// The metadata of the commit; `None` if there is no room for it.
    pub(crate) fn metadata(&self) -> Option<String> {
        let discarded = self.discards.iter().map(|discard| DiscardMetadata {
            o: discard.offsets.to_text(0),
            why: discard.reason.clone(),
            by: discard.by.clone(),
            at: discard.at,
        });
        let metadata =
            Metadata { v: VERSION, done: self.done.to_text(self.position), discarded: discarded.collect() };
        serde_json::to_string(&metadata).ok().filter(|text| text.len() <= ROOM)
    }

    /// Whether nobody has to look at a letter any more.
    pub(crate) fn is_done(&self, offset: i64) -> bool {
        offset < self.position || self.done.contains(offset)
    }

    /// What has become of a letter.
    pub fn state(&self, letter: &DeadLetter) -> LetterState {
        if self.discard(letter.offset).is_some() {
            LetterState::Discarded
        } else if self.is_done(letter.offset) {
            LetterState::Redriven
        } else if letter.is_parked() {
            LetterState::Parked
        } else {
            LetterState::Open
        }
    }

    /// How a letter was discarded, if it was.
    pub fn discard(&self, offset: i64) -> Option<&Discard> {
        self.discards.iter().find(|discard| discard.offsets.contains(offset))
    }

    /// The position that is committed if this is all that is known: the offset of the first open letter.
    pub(crate) fn position(&self) -> i64 {
        self.position
    }
}

#[cfg(test)]
mod tests {
    use super::super::letter::letter;
    use super::*;
    use LetterState::{Discarded, Open, Redriven};

    #[test]
    fn a_commit_is_read_as_it_was_written() {
        let mut progress = Progress { position: 100, ..Progress::default() };
        progress.done.insert(105..110);
        let mut offsets = Offsets::default();
        offsets.insert(90..91);
        offsets.insert(107..108);
        let reason = "test \"data\" of Tuesday".to_owned();
        progress.discards.push(Discard { offsets, reason, by: Some("ada".into()), at: 5 });
        let metadata = progress.metadata().expect("room");
        assert_eq!(Progress::parse(100, metadata.as_bytes()).as_ref(), Ok(&progress));
        let state = |offset| progress.state(&letter(0, offset, &[]));
        let states = [89, 90, 100, 105, 107].map(state);
        assert_eq!(states, [Redriven, Discarded, Open, Redriven, Discarded]);
    }

    #[test]
    fn metadata_of_others_is_none_and_that_of_the_future_is_an_error() {
        for foreign in [&b""[..], b"{}", b"\xff\xfe", b"[1]", b"spring"] {
            assert_eq!(Progress::parse(7, foreign).map(|progress| progress.position), Ok(7));
        }
        assert!(Progress::parse(7, br#"{"v":2}"#).is_err_and(|reason| reason.contains("newer")));
        assert!(Progress::parse(7, br#"{"v":1,"done":"?"}"#).is_err());
    }

    #[test]
    fn what_has_no_room_is_not_cut() {
        let mut progress = Progress::default();
        for offset in 0..1_900 {
            progress.done.insert(offset * 2 + 1..offset * 2 + 2);
        }
        assert!(progress.metadata().is_some());
        for offset in 1_900..2_100 {
            progress.done.insert(offset * 2 + 1..offset * 2 + 2);
        }
        assert_eq!(progress.metadata(), None);
    }
}
