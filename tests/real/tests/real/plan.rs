//! A random plan of joins, leaves, kills and pauses, determined by its seed.

use std::collections::BTreeMap;
use std::env;
use std::fmt;
use std::time::{Duration, SystemTime};

use crate::members::{MOST, Members};

/// The variable that replays a run.
const SEED: &str = "EVENTGEN_MEMBERSHIP_SEED";
/// The number of members at the beginning.
const FIRST: usize = 3;
/// How long a member may take to start. Until then it may be killed, but is not asked to leave and not paused: if it were
/// paused during its first requests, it would end with an error.
const STARTS_WITHIN: Duration = Duration::from_secs(2);
/// Longer than the session timeout of the groups (6 s), so that a group removes a paused member.
const PAUSE_SECONDS: std::ops::Range<u64> = 8..12;

/// The steps in order.
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) steps: Vec<Step>,
}

/// An action, and the time from the beginning at which it happens.
pub(crate) struct Step {
    pub(crate) at: Duration,
    pub(crate) action: Action,
}

/// An action on the member with this number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Join(usize),
    Leave(usize),
    Kill(usize),
    Pause(usize, Duration),
}

impl Action {
    pub(crate) fn apply(self, members: &mut Members) {
        match self {
            Self::Join(number) => assert_eq!(members.join(), number),
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

impl Plan {
    /// A plan from a new seed, or from the seed of a run to replay.
    pub(crate) fn new(lasting: Duration) -> Self {
        let replayed = env::var(SEED).ok().map(|seed| seed.parse().expect("a seed is a number"));
        let now = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970");
        let seed = replayed.unwrap_or(now.subsec_nanos().into());
        println!("seed {seed}; {SEED}={seed} replays it");
        Self { seed, steps: steps(seed, lasting) }
    }

    /// How often each action is in the plan.
    pub(crate) fn counts(&self) -> String {
        let mut counts = BTreeMap::new();
        for step in &self.steps {
            let name = match step.action {
                Action::Join(_) => "joins",
                Action::Leave(_) => "leaves",
                Action::Kill(_) => "kills",
                Action::Pause(..) => "pauses",
            };
            *counts.entry(name).or_insert(0) += 1;
        }
        counts.iter().map(|(name, count)| format!("{count} {name}")).collect::<Vec<_>>().join(", ")
    }
}

/// The steps of a plan. At any time at least one member is neither paused nor leaving.
fn steps(seed: u64, lasting: Duration) -> Vec<Step> {
    let mut random = Random(seed);
    let joined = |number| Step { at: Duration::ZERO, action: Action::Join(number) };
    let mut steps: Vec<Step> = (0..FIRST).map(joined).collect();
    // The members, each with the time until which it starts or is paused.
    let mut members: BTreeMap<usize, Duration> = (0..FIRST).map(|number| (number, STARTS_WITHIN)).collect();
    let mut next = FIRST;
    let mut at = STARTS_WITHIN;
    loop {
        at += Duration::from_millis(random.below(1_000..4_000));
        if at >= lasting {
            return steps;
        }
        let awake = |(number, until): (&usize, &Duration)| (*until < at).then_some(*number);
        let awake: Vec<usize> = members.iter().filter_map(awake).collect();
        let one_of = |numbers: &[usize], random: &mut Random| {
            let index = usize::try_from(random.below(0..u64::MAX)).unwrap_or_default();
            numbers[index % numbers.len()]
        };
        let action = match random.below(0..10) {
            // There must be a second member before one can leave.
            _ if awake.len() < 2 && members.len() < MOST => Action::Join(next),
            0..4 if members.len() < MOST => Action::Join(next),
            4 | 5 if awake.len() > 1 => Action::Leave(one_of(&awake, &mut random)),
            6 | 7 if awake.len() > 1 => {
                // Also one that is paused.
                Action::Kill(one_of(&members.keys().copied().collect::<Vec<_>>(), &mut random))
            }
            8 | 9 if awake.len() > 1 => {
                let lasting = Duration::from_secs(random.below(PAUSE_SECONDS));
                Action::Pause(one_of(&awake, &mut random), lasting)
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

/// Marsaglia's xorshift of 64 bits.
struct Random(u64);

impl Random {
    fn below(&mut self, range: std::ops::Range<u64>) -> u64 {
        // A state of zero never changes.
        let mut state = self.0.max(1);
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        self.0 = state;
        // Uses the high bits, because the low ones of the first numbers are similar after a small seed.
        range.start + (state >> 11) % (range.end - range.start)
    }
}
