//! A random plan of joins, leaves, kills and pauses, determined by its seed.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use crate::Failure;
use crate::checker::Member;
use crate::members::Members;
use crate::random::Random;

/// The most members at a time.
const MOST: usize = 6;
/// The number of members at the beginning.
const FIRST: Member = 3;
/// How long a member may take to start. Until then it may be killed, but is not asked to leave and not paused: if it were
/// paused during its first requests, it would end with an error.
const STARTS_WITHIN: Duration = Duration::from_secs(2);
/// Longer than the session timeout of the groups (6 s), so that a group removes a paused member.
const PAUSE_SECONDS: std::ops::Range<u64> = 8..12;

/// An action, and the time from the beginning at which it happens.
pub(crate) struct Step {
    pub(crate) at: Duration,
    pub(crate) action: Action,
}

/// An action on the member with this number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Join(Member),
    Leave(Member),
    Kill(Member),
    Pause(Member, Duration),
}

impl Action {
    pub(crate) fn apply(self, members: &mut Members) -> Result<(), Failure> {
        match self {
            Self::Join(_) => members.join().map(drop),
            Self::Leave(number) => members.leave(number),
            Self::Kill(number) => members.kill(number),
            Self::Pause(number, lasting) => members.pause(number, lasting),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Join(number) => write!(f, "{number} joins"),
            Self::Leave(number) => write!(f, "{number} leaves"),
            Self::Kill(number) => write!(f, "{number} is killed"),
            Self::Pause(number, lasting) => write!(f, "{number} is paused for {lasting:?}"),
        }
    }
}

/// The steps of a plan. At any time at least one member is neither paused nor leaving.
pub(crate) fn steps(random: &mut Random, lasting: Duration) -> Vec<Step> {
    let joined = |number| Step { at: Duration::ZERO, action: Action::Join(number) };
    let mut steps: Vec<Step> = (0..FIRST).map(joined).collect();
    // The members, each with the time until which it starts or is paused.
    let mut members: BTreeMap<Member, Duration> = (0..FIRST).map(|number| (number, STARTS_WITHIN)).collect();
    let mut next = FIRST;
    let mut at = STARTS_WITHIN;
    loop {
        at += Duration::from_millis(random.below(1_000..4_000));
        if at >= lasting {
            return steps;
        }
        let awake = |(number, until): (&Member, &Duration)| (*until < at).then_some(*number);
        let awake: Vec<Member> = members.iter().filter_map(awake).collect();
        let action = match random.below(0..10) {
            // There must be a second member before one can leave.
            _ if awake.len() < 2 && members.len() < MOST => Action::Join(next),
            0..4 if members.len() < MOST => Action::Join(next),
            4 | 5 if awake.len() > 1 => Action::Leave(random.one_of(&awake)),
            6 | 7 if awake.len() > 1 => {
                // Also one that is paused.
                Action::Kill(random.one_of(&members.keys().copied().collect::<Vec<_>>()))
            }
            8 | 9 if awake.len() > 1 => {
                let lasting = Duration::from_secs(random.below(PAUSE_SECONDS));
                Action::Pause(random.one_of(&awake), lasting)
            }
            _ => continue,
        };
        match action {
            Action::Join(number) => {
                members.insert(number, at + STARTS_WITHIN);
                next += 1;
            }
            Action::Leave(number) | Action::Kill(number) => {
                members.remove(&number);
            }
            // One second more, so that it has resumed before the next action.
            Action::Pause(number, lasting) => {
                members.insert(number, at + lasting + Duration::from_secs(1));
            }
        }
        steps.push(Step { at, action });
    }
}
