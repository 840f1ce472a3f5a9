//! What the parts cost: criterion groups whose estimates the gate reads, in references.
//!
//! `cargo bench --bench components` runs all groups; with names behind `--` (`transpile`, `codegen`, `sandbox`, `execute`, `cache`,
//! `router`, `gateway`, `tokens`) those only. `--quick` takes fewer and shorter samples. What is measured is no
//! time but a ratio: see [`reference`].
//!
//! Criterion's own reading of the arguments is passed by: its `--quick` takes two samples, of which no interval says anything.

#![allow(clippy::expect_used, clippy::print_stdout)]

#[path = "../report/mod.rs"]
mod report;

mod cache;
mod codegen;
mod execute;
mod gateway;
mod host;
mod reference;
mod router;
mod sandbox;
mod tokens;
mod transpile;

use std::{path::Path, time::Duration};

use criterion::{BenchmarkGroup, Criterion};
use reference::Reference;
use report::{is_quick, is_wanted};
use tokio::runtime::Runtime;

type Group<'a> = BenchmarkGroup<'a, Reference>;

type Benches = fn(&mut Group<'_>);

/// A group, what its times are divided by, and its benches.
const GROUPS: [(&str, Reference, Benches); 8] = [
    ("transpile", Reference::Computing, transpile::benches),
    ("codegen", Reference::Computing, codegen::benches),
    ("tokens", Reference::Computing, tokens::benches),
    ("cache", Reference::Computing, cache::benches),
    ("router", Reference::Process, router::benches),
    ("sandbox", Reference::Process, sandbox::benches),
    ("execute", Reference::Process, execute::benches),
    ("gateway", Reference::Process, gateway::benches),
];

fn main() {
    for (name, reference, benches) in GROUPS {
        if is_wanted(name) {
            let mut criterion = settings(reference, is_quick());
            let mut group = criterion.benchmark_group(name);
            benches(&mut group);
            group.finish();
        }
    }
}

fn settings(reference: Reference, is_quick: bool) -> Criterion<Reference> {
    // Where the gate looks, wherever this was started from.
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder");
    let criterion = Criterion::default().with_measurement(reference);
    let criterion = criterion.output_directory(&target.join("criterion")).without_plots();
    match is_quick {
        true => criterion
            .sample_size(20)
            .nresamples(10_000)
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_millis(1_200)),
        false => criterion
            .sample_size(60)
            .nresamples(20_000)
            .warm_up_time(Duration::from_secs(1))
            .measurement_time(Duration::from_secs(4)),
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime")
}
