//! Plans of redrives for people and programs.

use std::collections::BTreeMap;

use eventgen_admin::dead_letters::{Decision, LetterPlan, PlannedLetter, Route, Stays};
use serde::Serialize;

use super::list_json::VERSION;
use crate::bytes::Bytes;
use crate::count::count;
use crate::failure::Failure;
use crate::printable::text as printable;

/// The most letters of which a table of reasons has the place.
const NAMED: usize = 5;

/// A line for each way that letters go, and for each reason why some stay.
pub(super) fn text(topic: &str, plan: &LetterPlan) -> String {
    let mut routes: BTreeMap<&Route, usize> = BTreeMap::new();
    let mut stays: BTreeMap<Stays, Vec<&PlannedLetter>> = BTreeMap::new();
    for letter in &plan.letters {
        match &letter.decision {
            Decision::Send(route) => *routes.entry(route).or_default() += 1,
            Decision::Stay(why) => stays.entry(*why).or_default().push(letter),
            _ => {}
        }
    }
    let mut lines = vec![topic.to_owned()];
    lines.extend(routes.into_iter().map(|(route, letters)| {
        let letters = count(letters, "letter");
        match route {
            Route::RetryTopic { topic, group } => {
                format!("    {letters} to {topic}, which only group {} reads", printable(group))
            }
            Route::Source { topic, group } => {
                let group = printable(group);
                format!("    {letters} to {topic}, for group {group}: consumers that are not eventgen's get them in every group")
            }
            route => format!("    {letters} to {}, for all who read it", route.topic()),
        }
    }));
    for (why, letters) in stays {
        let places = places(letters.iter().copied());
        lines.push(format!("    {} left ({places}): {}", count(letters.len(), "letter"), why.explanation()));
    }
    let newer: Vec<&PlannedLetter> = plan.sent().filter(|letter| letter.newer.is_some()).collect();
    if !newer.is_empty() {
        let places = places(newer.iter().copied());
        lines.push(format!(
            "    warning: {} of these have a newer record of their key ({places}): their old state is handled after the new one; \
             --refuse-stale leaves them",
            newer.len()
        ));
    }
    lines.join("\n")
}

/// The places of the first letters.
pub(super) fn places<'a>(letters: impl ExactSizeIterator<Item = &'a PlannedLetter>) -> String {
    let more = if letters.len() > NAMED { ", …" } else { "" };
    let named = letters.take(NAMED).map(|letter| format!("{}:{}", letter.partition, letter.offset));
    format!("{}{more}", named.collect::<Vec<_>>().join(", "))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    version: u32,
    bootstrap_servers: &'a str,
    /// Whether it is only shown.
    dry_run: bool,
    letters: Vec<Entry<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    dead_letter_topic: &'a str,
    partition: i32,
    offset: i64,
    key: Option<Bytes<'a>>,
    /// `retry-topic`, `source`, `asked`, or `none` if it stays.
    route: &'static str,
    to: Option<&'a str>,
    group: Option<&'a str>,
    /// Why it stays.
    reason: Option<&'static str>,
    /// The offset of a newer record of its key.
    newer: Option<i64>,
}

/// All letters of several topics.
pub(super) fn json<'a>(
    plans: impl Iterator<Item = (&'a str, &'a LetterPlan)>,
    cluster: &str,
    dry_run: bool,
) -> Result<String, Failure> {
    let entries = plans.flat_map(|(topic, plan)| plan.letters.iter().map(move |letter| entry(topic, letter)));
    let document =
        Document { version: VERSION, bootstrap_servers: cluster, dry_run, letters: entries.collect() };
    Ok(serde_json::to_string_pretty(&document)?)
}

fn entry<'a>(dead_letter_topic: &'a str, letter: &'a PlannedLetter) -> Entry<'a> {
    let (route, to, group, reason) = match &letter.decision {
        Decision::Send(route @ Route::RetryTopic { group, .. }) => {
            ("retry-topic", Some(route.topic()), Some(group.as_str()), None)
        }
        Decision::Send(route @ Route::Source { group, .. }) => {
            ("source", Some(route.topic()), Some(group.as_str()), None)
        }
        Decision::Send(route) => ("asked", Some(route.topic()), None, None),
        Decision::Stay(why) => ("none", None, None, Some(why.as_str())),
        _ => ("none", None, None, None),
    };
    let key = letter.key.as_deref().map(Bytes::of);
    let PlannedLetter { partition, offset, newer, .. } = letter;
    Entry {
        dead_letter_topic,
        partition: *partition,
        offset: *offset,
        key,
        route,
        to,
        group,
        reason,
        newer: *newer,
    }
}
