//! The options of `eventgen completions` and `eventgen man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use super::common::Format;

#[derive(Debug, Args)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(crate) shell: Shell,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The folder of the pages, such as ~/.local/share/man/man1
    #[arg(long, value_name = "DIR", default_value = "man")]
    pub(crate) out: PathBuf,
    /// The format of the result
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    pub(crate) output: Format,
}
