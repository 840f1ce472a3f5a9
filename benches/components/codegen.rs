//! Wrappers, and the index by which tools are found, of the built-in servers.

use std::hint::black_box;

use codefirst::{
    catalog::{Catalog, Detail},
    codegen::wrappers,
    harness::Fleet,
    observations::Observations,
};

use crate::{Group, runtime};

pub fn benches(group: &mut Group<'_>) {
    let runtime = runtime();
    let fleet = runtime.block_on(Fleet::start_built_in()).expect("the servers start");
    let definitions = fleet.upstreams.definitions();
    group.bench_function("wrappers", |bencher| {
        bencher.iter(|| wrappers(black_box(&definitions), &Observations::default()));
    });
    group.bench_function("index", |bencher| {
        bencher.iter(|| {
            let catalog = Catalog::new(definitions.clone());
            catalog.prepare();
            catalog
        });
    });
    fleet.catalog.prepare();
    group.bench_function("search", |bencher| {
        bencher
            .iter(|| fleet.catalog.search(black_box("open issues; send a message"), Detail::Signatures, 5).to_string());
    });
}
