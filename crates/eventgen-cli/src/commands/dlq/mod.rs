//! `eventgen dlq`: dead letters, whoever has written them.

mod counts;
mod discard;
mod list;
mod list_json;
mod plan_text;
mod redrive;
mod select;
mod show;
mod show_text;
mod shown;
mod target;

use crate::arguments::Dlq;
use crate::failure::Failure;
use crate::outcome::Outcome;
use crate::terminal::Terminal;

pub(crate) fn dlq(arguments: &Dlq, terminal: Terminal) -> Result<Outcome, Failure> {
    match arguments {
        Dlq::List(arguments) => list::list(arguments, terminal),
        Dlq::Show(arguments) => show::show(arguments, terminal),
        Dlq::Redrive(arguments) => redrive::redrive(arguments, terminal),
        Dlq::Discard(arguments) => discard::discard(arguments, terminal),
    }
}
