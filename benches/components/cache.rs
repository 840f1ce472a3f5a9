//! Calls that the cache answers, and calls that it passes on and keeps.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use codefirst::{
    cache::{Cache, CacheOptions, CacheRule, CacheRules, CachedHost},
    host::{Principal, ToolHost},
    observations::Fingerprint,
    tool::ToolId,
};
use criterion::BatchSize;

use crate::{
    Group,
    host::{Host, call},
    runtime,
};

fn cached() -> CachedHost<Host> {
    let definitions = Host::definitions();
    let (server, tools) = &definitions[0];
    let rule = |definition| CacheRule { ttl: None, definition };
    let rules: CacheRules =
        tools.iter().map(|def| (ToolId::new(server.clone(), def.name.clone()), rule(Fingerprint::of(def)))).collect();
    CachedHost::new(Host::new(), Cache::new(CacheOptions::default()), Arc::new(rules), Principal::default())
}

pub fn benches(group: &mut Group<'_>) {
    let runtime = runtime();
    let host = cached();
    let numbers = AtomicU64::new(1);
    let always_the_same = || 0;
    let never_the_same = || numbers.fetch_add(1, Ordering::Relaxed);
    let mut bench = |name: &str, tool: &str, number: &dyn Fn() -> u64| {
        group.bench_function(name, |bencher| {
            let call = || call(tool, number());
            let answer = |call| runtime.block_on(host.call_tool(call)).expect("an answer");
            bencher.iter_batched(call, answer, BatchSize::SmallInput);
        });
    };
    bench("hit", "small", &always_the_same);
    bench("hit of 1 MB", "large", &always_the_same);
    bench("miss", "small", &never_the_same);
}
