//! What the components' times are divided by: work that no change of this crate makes faster or slower.
//!
//! A time says what machine it was taken on, and on a busy one not even that. [`Reference`] therefore makes criterion measure
//! something else: after each sample the reference is run for as long as the sample took, and the value of the sample is the
//! number of references that would have taken as long. What else the machine does meets both alike.

use std::{
    collections::BTreeMap,
    hint::black_box,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use criterion::{
    Throughput,
    measurement::{Measurement, ValueFormatter},
};

#[derive(Clone, Copy)]
pub enum Reference {
    /// Computing with the standard library alone, in the way that the crate computes: texts made, looked up and sorted.
    Computing,
    /// A process, started, spoken with as a program in its sandbox is, and waited for: what the scheduler makes of the one it makes of
    /// the other.
    Process,
}

impl Reference {
    fn run(self) {
        match self {
            Self::Computing => drop(black_box(compute())),
            Self::Process => converse(),
        }
    }

    /// The seconds that it takes, as a mean over so long, or once.
    fn seconds(self, over: Duration) -> f64 {
        let start = Instant::now();
        let mut times = 0;
        loop {
            self.run();
            times += 1;
            let elapsed = start.elapsed();
            if elapsed >= over {
                return elapsed.as_secs_f64() / f64::from(times);
            }
        }
    }
}

fn compute() -> String {
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let mut number = black_box(1_u64);
    for _ in 0..1_000 {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *counts.entry(format!("name {}", number >> 54)).or_default() += 1;
    }
    let mut texts: Vec<String> = counts.into_iter().map(|(name, count)| format!("{count} {name}")).collect();
    texts.sort_unstable();
    texts.join(", ")
}

/// Twenty lines there and back, one after the other.
fn converse() {
    let mut process = Command::new("/bin/cat").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("/bin/cat");
    let (input, output) = (process.stdin.take(), process.stdout.take());
    let (mut input, mut output) = (input.expect("a pipe"), BufReader::new(output.expect("a pipe")));
    let mut line = String::new();
    for _ in 0..20 {
        input.write_all(b"a line\n").expect("it reads");
        line.clear();
        output.read_line(&mut line).expect("it answers");
    }
    drop(input);
    assert!(process.wait().expect("it ends").success());
}

/// In references.
impl Measurement for Reference {
    type Intermediate = Instant;
    type Value = f64;

    fn start(&self) -> Instant {
        Instant::now()
    }

    fn end(&self, start: Instant) -> f64 {
        let elapsed = start.elapsed();
        elapsed.as_secs_f64() / self.seconds(elapsed)
    }

    fn add(&self, one: &f64, other: &f64) -> f64 {
        one + other
    }

    fn zero(&self) -> f64 {
        0.0
    }

    fn to_f64(&self, value: &f64) -> f64 {
        *value
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        &References
    }
}

struct References;

impl ValueFormatter for References {
    fn scale_values(&self, _: f64, _: &mut [f64]) -> &'static str {
        "×"
    }

    fn scale_throughputs(&self, _: f64, _: &Throughput, _: &mut [f64]) -> &'static str {
        "×"
    }

    fn scale_for_machines(&self, _: &mut [f64]) -> &'static str {
        "×"
    }
}
