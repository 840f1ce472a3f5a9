//! A process for a program: forked, confined, run, reaped. None is forked ahead, so that all of it is in the time.

use codefirst::program::Program;

use crate::{
    Group,
    host::{complete, execute, executor},
    runtime,
};

pub fn benches(group: &mut Group<'_>) {
    let runtime = runtime();
    let executor = executor(0).build();
    let trivial = Program::new("return 1 + 1");
    group.bench_function("trivial program", |bencher| bencher.iter(|| complete(&runtime, &executor, &trivial)));
    let computing = Program::new("let sum = 0; for (let n = 0; n < 100_000; n++) sum += n % 7; return sum");
    group.bench_function("100,000 turns of a loop", |bencher| {
        bencher.iter(|| complete(&runtime, &executor, &computing));
    });
    let failing = Program::new("throw new Error('on purpose')");
    group.bench_function("program that throws", |bencher| {
        bencher.iter(|| execute(&runtime, &executor, &failing));
    });
}
