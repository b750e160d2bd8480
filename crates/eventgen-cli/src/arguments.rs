//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Event contracts on Kafka from annotated schemas: check them, generate Rust, register them.
#[derive(Debug, Parser)]
#[command(name = "eventgen", version, after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(crate) directory: Option<PathBuf>,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto, global = true)]
    pub(crate) color: Color,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXIT_CODES: &str =
    "Exit codes: 0 fine, 1 failure, 2 usage, 3 stale or drifted, 4 incompatible with what is registered";

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check schemas and annotations, and list what they say
    Check(Check),
    /// Generate Rust from schemas
    Generate(Generate),
    /// Register the schemas of all events, with the compatibility level of the contract
    Register(Register),
    /// Explain a code such as EG0107: what is wrong, why it matters, how to mend it
    Explain(Explain),
}

/// Where the contract is.
#[derive(Debug, Args)]
pub(crate) struct Schemas {
    /// Schema files, and folders with schema files; without any those of eventgen.toml
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Check with the settings of this environment of eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// How mistakes are written; all but `human` go to standard output
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Output::Human)]
    pub(crate) output: Output,
}

/// How mistakes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// With the lines that they are about, for people
    Human,
    /// An object, for scripts
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// A test report in XML, a case for each file
    Junit,
    /// Workflow commands, which GitHub Actions shows as annotations
    Github,
}

#[derive(Debug, Args)]
pub(crate) struct Explain {
    /// The code, or the name of its lint; without one all are listed
    #[arg(value_name = "CODE")]
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Generate {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// Generate with the settings of this environment of eventgen.toml
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The folder for eventgen.rs
    #[arg(long, value_name = "DIR", default_value = "src/generated")]
    pub(crate) out: PathBuf,
    /// Write nothing; exit with 3 if eventgen.rs is not what would be written
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Register {
    #[command(flatten)]
    pub(crate) schemas: Schemas,
    /// The environment of eventgen.toml whose settings and registry are used
    #[arg(long, value_name = "ENVIRONMENT")]
    pub(crate) env: Option<String>,
    /// The registry's address, in the place of the environment's; user and password come from
    /// `SCHEMA_REGISTRY_USERNAME` and `SCHEMA_REGISTRY_PASSWORD`
    #[arg(long, value_name = "URL")]
    pub(crate) schema_registry: Option<String>,
    /// Change nothing; say what would be done and whether the registry would accept it
    #[arg(long)]
    pub(crate) dry_run: bool,
}
