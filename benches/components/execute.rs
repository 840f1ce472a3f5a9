//! Programs that call tools, from the source to the outcome.

use codefirst::{program::Program, sandbox::ProcessOptions};

use crate::{
    Group,
    host::{complete, executor},
    runtime,
};

pub fn benches(group: &mut Group<'_>) {
    let runtime = runtime();
    let executor = executor(ProcessOptions::default().spares).build();
    for (name, program) in [
        ("one call", "return (await bench.echo({ n: 1 })).n"),
        ("100 calls one after the other", "for (let n = 0; n < 100; n++) await bench.echo({ n }); return 1"),
        (
            "100 calls at once",
            "const calls = Array.from({ length: 100 }, (_, n) => bench.echo({ n })); return (await Promise.all(calls)).length",
        ),
        ("1 MB of result", "return (await bench.large({})).length"),
    ] {
        let program = Program::new(program);
        group.bench_function(name, |bencher| bencher.iter(|| complete(&runtime, &executor, &program)));
    }
}
