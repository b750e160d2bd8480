//! `eventgen generate sql`: the table of an outbox.

use eventgen_artifacts::outbox::{self, Settings};

use super::monitoring::wanted;
use crate::arguments;
use crate::failure::Failure;
use crate::files::{Request, write};
use crate::outcome::Outcome;
use crate::word::quoted;

pub(super) fn generate(arguments: &arguments::Sql) -> Result<Outcome, Failure> {
    let settings = Settings::new().table(&arguments.table).notify(!arguments.no_notify);
    let mut command = "eventgen generate sql".to_owned();
    if settings != Settings::new().notify(!arguments.no_notify) {
        command.extend([" --table ", &quoted(&arguments.table)]);
    }
    let mut files = outbox::files(&settings)?;
    if let Some(inbox) = &arguments.inbox {
        command.extend([" --inbox ", &quoted(inbox)]);
        files.extend(outbox::inbox(inbox)?);
    }
    if arguments.no_notify {
        command.push_str(" --no-notify");
    }
    let request = Request {
        check: arguments.check,
        content: format!("the outbox `{}`", arguments.table),
        command: &command,
    };
    write(&wanted(files, &arguments.out), &request, arguments.output)
}
