//! The `codefirst` command line; see [`codefirst::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    codefirst::sandbox::init();
    codefirst::cli::main(std::env::args_os())
}
