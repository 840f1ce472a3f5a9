//! TypeScript to JavaScript.

use std::hint::black_box;

use codefirst::program::Program;

use crate::Group;

/// A typed function of four lines, so many times over, and what calls the first of them.
fn typed(functions: usize) -> Program {
    let functions: String = (0..functions)
        .map(|n| {
            format!(
                "async function step{n}(rows: Array<{{ id: number; name?: string }}>): Promise<string[]> {{\n  \
                 const kept = rows.filter((row) => row.id % {n} === 0 && row.name !== undefined);\n  \
                 return kept.map(({{ id, name }}) => `#${{id}} ${{name!.trim()}}`);\n}}\n"
            )
        })
        .collect();
    Program::new(format!("const rows: unknown = await test.echo({{}});\n{functions}return step0(rows as never);\n"))
}

pub fn benches(group: &mut Group<'_>) {
    // Longer ones take now one time, now another, by where their trees come to lie in memory.
    let program = typed(7);
    assert_eq!(program.source().lines().count(), 30);
    group
        .bench_function("30 lines", |bencher| bencher.iter(|| black_box(&program).compile().expect("a valid program")));
    let wrong = Program::new(format!("{}\nconst = 1;", typed(7).source()));
    group.bench_function("a syntax error", |bencher| {
        bencher.iter(|| black_box(&wrong).compile().expect_err("an error"));
    });
}
