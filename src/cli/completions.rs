//! `codefirst completions`: a completion script for a shell.

use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use clap_complete::Shell;

/// Print a completion script for a shell
#[derive(Parser)]
#[command(after_help = "Example:\n  codefirst completions bash > ~/.local/share/bash-completion/completions/codefirst")]
pub struct Arguments {
    shell: Shell,
}

pub fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "codefirst", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
