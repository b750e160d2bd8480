//! `eventgen outbox list`: how far the outbox is behind, and what cannot be published.

use super::database::Address;
use super::rows::{Document, filter, state, table};
use crate::arguments::{Format, OutboxList};
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::{document, output, summary};

pub(super) async fn list(arguments: &OutboxList) -> Result<Outcome, Failure> {
    let address = Address::new(&arguments.table)?;
    let mut operator = address.operator(&arguments.table).await?;
    let status = operator.status().await?;
    let rows = operator.parked(&filter(&arguments.parked), arguments.limit).await?;
    match arguments.output {
        Format::Human if rows.is_empty() => {}
        Format::Human => output(&table(&rows))?,
        Format::Json => document(&Document::new(&arguments.table.table, &status, &rows))?,
    }
    summary(&format!("{}: {}", address.shown, state(&status)));
    Ok(Outcome::Fine)
}
