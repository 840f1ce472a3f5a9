//! Requests by each route, and from the one to the other.

use std::sync::Arc;

use codefirst::{
    catalog::Catalog,
    executor::Executor,
    metrics::{RequestOutcome, RouteTaken},
    policy::{Policy, Rulings},
    program::Program,
    router::{Request, Router},
    sandbox::ProcessOptions,
    tokens::{TokenCounter, Tokens},
};

use crate::{
    Group,
    host::{Host, call, processes},
    runtime,
};

/// The router counts on a thread of its own, beside the requests; counting in earnest would show in their times.
struct Bytes;

impl TokenCounter for Bytes {
    fn name(&self) -> &'static str {
        "bytes"
    }

    fn count(&self, text: &str) -> Tokens {
        Tokens(text.len() as u64)
    }
}

fn router() -> Router {
    let definitions = Host::definitions();
    let rulings = Rulings::new(&Policy::trusting_all(), &definitions);
    let isolation = processes(ProcessOptions::default().spares);
    let executor = Executor::builder().catalog(Catalog::new(definitions)).isolation(isolation).build();
    Router::builder(executor, Host::new(), rulings).counter(Arc::new(Bytes)).build().expect("a router")
}

pub fn benches(group: &mut Group<'_>) {
    let runtime = runtime();
    let router = runtime.block_on(async { router() });
    let program = |source: &str| Some(Program::new(source));
    let (calls, fails) = (
        program("return (await bench.echo({ n: 1 })).n"),
        program("await bench.small({}); throw new Error('on purpose')"),
    );
    for (name, code, plan, taken) in [
        ("direct route", &None, 1, RouteTaken::Direct),
        ("code route", &calls, 0, RouteTaken::Code),
        ("fallback", &fails, 1, RouteTaken::Fallback),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let plan = (0..plan).map(|number| call("small", number)).collect();
                let request = Request { code: code.clone(), plan, ..Request::default() };
                let response = runtime.block_on(router.handle(request));
                assert_eq!((response.route_taken(), response.outcome()), (taken, RequestOutcome::Completed));
            });
        });
    }
}
