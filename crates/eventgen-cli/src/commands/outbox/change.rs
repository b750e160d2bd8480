//! `eventgen outbox retry` and `discard`: what becomes of parked rows.

use eventgen_outbox::{Operator, OperatorError, ParkedRow};

use super::database::{Address, Database};
use super::rows::{Document, filter, table};
use crate::arguments::{Change, Format};
use crate::confirm::confirm;
use crate::count::count;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{document, line, summary};

/// What is done to rows.
struct Verb {
    /// Before the number of rows in the question, and behind it.
    question: [&'static str; 2],
    /// Behind the number of rows, when it is done.
    done: &'static str,
}

const RETRY: Verb = Verb {
    question: ["try", " again"],
    done: "will be tried again, after the later events of the same keys that are stored already",
};
const DISCARD: Verb = Verb { question: ["delete", ""], done: "deleted, whose events are never published" };

pub(super) async fn retry(arguments: &Change) -> Result<Outcome, Failure> {
    change(arguments, &RETRY, async |operator, ids| operator.retry(ids).await).await
}

pub(super) async fn discard(arguments: &Change) -> Result<Outcome, Failure> {
    change(arguments, &DISCARD, async |operator, ids| operator.discard(ids).await).await
}

async fn change(
    arguments: &Change,
    verb: &Verb,
    apply: impl AsyncFnOnce(&mut Operator<Database>, &[i64]) -> Result<u64, OperatorError>,
) -> Result<Outcome, Failure> {
    let address = Address::new(&arguments.table)?;
    let mut operator = address.operator(&arguments.table).await?;
    let rows = operator.parked(&filter(&arguments.parked), usize::MAX).await?;
    let absent = absent(&arguments.parked.ids, &rows);
    for id in &absent {
        summary(&format!("warning: row {id} is not parked"));
    }
    if arguments.output == Format::Human && !rows.is_empty() {
        line(&table(&rows))?;
    }
    let meant = count(rows.len(), "row");
    let is_asked = !arguments.dry_run && !rows.is_empty();
    let [before, behind] = verb.question;
    let question = || format!("{before} {meant}{behind} in {}", address.shown);
    let is_confirmed = is_asked && (arguments.yes || confirm(&question())?);
    let changed = if is_confirmed {
        let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
        apply(&mut operator, &ids).await?
    } else {
        0
    };
    if arguments.output == Format::Json {
        let status = operator.status().await?;
        document(&Document::new(&arguments.table.table, &status, &rows).changed(changed))?;
    }
    if rows.is_empty() {
        summary(&format!("{}: none of the rows that were asked for is parked", address.shown));
    } else if arguments.dry_run {
        summary(&format!("{}: {meant}; nothing was changed", address.shown));
    } else if is_confirmed {
        let changed = count(usize::try_from(changed).unwrap_or(usize::MAX), "row");
        summary(&format!("{}: {changed} {}", address.shown, verb.done));
    } else {
        summary("nothing was changed");
        return Ok(Outcome::Failure);
    }
    Ok(if absent.is_empty() { Outcome::Fine } else { Outcome::Failure })
}

/// Numbers that were asked for and are not those of parked rows.
fn absent(ids: &[i64], rows: &[ParkedRow]) -> Vec<i64> {
    ids.iter().copied().filter(|id| !rows.iter().any(|row| row.id == *id)).collect()
}
