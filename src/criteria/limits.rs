//! Whether programs that go beyond a limit end by it.

use std::time::{Duration, Instant};

use bytesize::ByteSize;

use super::Found;
use crate::{
    executor::{Executor, Outcome},
    harness::Fleet,
    program::Program,
    sandbox::Limits,
};

/// A program that goes beyond one limit, the kind of failure that it must end in, and what the limit is.
struct Excess {
    program: &'static str,
    kind: &'static str,
    limits: Limits,
    limit: String,
}

fn excesses() -> [Excess; 5] {
    let default = Limits::default();
    let short = Duration::from_millis(500);
    [
        Excess {
            program: "await new Promise((done) => setTimeout(done, 60_000));",
            kind: "timeout",
            limits: Limits { wall: short, ..default },
            limit: format!("{short:?} of time"),
        },
        Excess {
            program: "for (;;) {}",
            kind: "cpu",
            limits: Limits { cpu: short, ..default },
            limit: format!("{short:?} of computing"),
        },
        Excess {
            program: "const held = []; for (;;) held.push(new Uint8Array(1 << 20).fill(1));",
            kind: "memory",
            limit: format!("{} of memory", default.memory),
            limits: default,
        },
        Excess {
            program: "return 'x'.repeat(2_000);",
            kind: "output_limit",
            limits: Limits { result: ByteSize(1_000), ..default },
            limit: "1,000 bytes of result".to_owned(),
        },
        Excess {
            program: "for (let n = 0; n < 5; n++) await rates.list_currencies({});",
            kind: "call_limit",
            limits: Limits { calls: 3, ..default },
            limit: "3 calls".to_owned(),
        },
    ]
}

pub(super) async fn enforced() -> Found {
    let fleet = Fleet::start_built_in().await?;
    let mut found = Vec::new();
    let mut holds = true;
    for Excess { program, kind, limits, limit } in excesses() {
        let executor = Executor::builder().host(fleet.upstreams.clone()).catalog(fleet.catalog.clone()).limits(limits);
        let start = Instant::now();
        let ended = match executor.build().execute(&Program::new(program)).await?.outcome {
            Outcome::Failed(failure) => failure.kind.name(),
            Outcome::Completed { .. } => "completed",
        };
        holds &= ended == kind;
        found.push(format!("{limit}: {ended} after {:.2} s", start.elapsed().as_secs_f64()));
    }
    Ok((holds, found.join("; ")))
}
