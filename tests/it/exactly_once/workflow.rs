//! Random workflows: a plan, and a program that does the same, or nearly the same, up to where it fails.

use std::{collections::HashMap, fmt::Write, time::Duration};

use codefirst::tool::{ToolCall, ToolId};
use rand::{RngExt, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::server::Fault;

#[derive(Clone, Debug)]
pub struct Step {
    pub server: &'static str,
    pub key: String,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Read,
    Write {
        id: u64,
        /// A step whose version goes into the input.
        seen: Option<usize>,
    },
}

/// In what the program departs from the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Departure {
    None,
    /// It writes once more.
    Extra,
    /// It leaves a step out.
    Skip,
    /// It does two steps in the other order.
    Swap,
}

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    Returns,
    Throws,
    Loops,
    Exhausts,
    IsNotTypeScript,
}

#[derive(Debug)]
pub struct Workflow {
    pub steps: Vec<Step>,
    /// Whether nobody else uses its keys, so that every result can be told beforehand.
    pub is_private: bool,
    pub faults: Vec<(u64, Fault)>,
    pub failing_read: Option<String>,
    /// When the client goes away.
    pub patience: Option<Duration>,
    pub program: String,
}

/// One of these, and the first of them more often than not.
fn mostly_first<T: Copy>(random: &mut ChaCha8Rng, first: f64, values: &[T]) -> T {
    if random.random_bool(first) { values[0] } else { *values.choose(random).expect("values") }
}

impl Workflow {
    pub fn random(number: u64, random: &mut ChaCha8Rng) -> Self {
        let is_private = random.random_bool(0.5);
        let length = random.random_range(2..=7);
        let steps: Vec<Step> = (0..length).map(|index| Step::random(number, index, is_private, random)).collect();
        let departure = mostly_first(
            random,
            0.5,
            &[Departure::None, Departure::Extra, Departure::Skip, Departure::Swap, Departure::Swap],
        );
        let end = mostly_first(random, 0.02, &[End::Returns, End::Throws, End::Throws, End::Throws, End::Throws]);
        let end = mostly_first(random, 0.94, &[end, End::Loops, End::Exhausts, End::IsNotTypeScript]);
        let faults = if random.random_bool(0.3) {
            const FAULTS: [Fault; 6] = [
                Fault::Error,
                Fault::ErrorAfterEffect,
                Fault::InvalidAfterEffect,
                Fault::Lost,
                Fault::LostAfterEffect,
                Fault::Kill,
            ];
            let ids: Vec<u64> = steps.iter().filter_map(Step::id).collect();
            let fault = *FAULTS.choose(random).expect("faults");
            ids.choose(random).map(|id| (*id, fault)).into_iter().collect()
        } else {
            Vec::new()
        };
        let failing_read = random.random_bool(0.1).then(|| steps[0].key.clone());
        let patience = random.random_bool(0.05).then(|| Duration::from_micros(random.random_range(500..5_000)));
        let program = program(number, &steps, departure, end, random);
        Self { steps, is_private, faults, failing_read, patience, program }
    }

    pub fn plan(&self) -> Vec<ToolCall> {
        let call = |step: &Step| ToolCall {
            id: step.tool(),
            input: match &step.kind {
                Kind::Read => json!({ "key": step.key }),
                Kind::Write { id, seen: None } => json!({ "key": step.key, "id": id }),
                Kind::Write { id, seen: Some(index) } => {
                    json!({ "key": step.key, "id": id, "seen": { "$result": format!("/{index}/version") } })
                }
            }
            .as_object()
            .cloned()
            .unwrap_or_default(),
        };
        self.steps.iter().map(call).collect()
    }

    /// What the plan's calls answer if nobody else uses the keys and nothing is done but the plan, in its order.
    pub fn expected(&self) -> Vec<Value> {
        let mut versions = HashMap::<&str, u64>::new();
        let mut expected = Vec::new();
        for step in &self.steps {
            let version = versions.entry(&step.key).or_default();
            *version += u64::from(step.id().is_some());
            expected.push(json!({ "version": *version }));
        }
        expected
    }
}

impl Step {
    fn random(number: u64, index: usize, is_private: bool, random: &mut ChaCha8Rng) -> Self {
        let server = *["a", "b"].choose(random).expect("servers");
        // Two keys for each workflow, or three for all of them. Servers do not share keys.
        let key = match is_private {
            true => format!("{server}-{number}-{}", u8::from(random.random_bool(0.3))),
            false => format!("{server}-{}", random.random_range(0..3)),
        };
        let kind = if random.random_bool(0.5) {
            Kind::Read
        } else {
            let seen = (index > 0 && random.random_bool(0.4)).then(|| random.random_range(0..index));
            Kind::Write { id: number * 100 + index as u64, seen }
        };
        Self { server, key, kind }
    }

    pub fn tool(&self) -> ToolId {
        ToolId::new(self.server, if self.id().is_some() { "write" } else { "read" })
    }

    pub fn id(&self) -> Option<u64> {
        match self.kind {
            Kind::Read => None,
            Kind::Write { id, .. } => Some(id),
        }
    }

    fn expression(&self) -> String {
        let Self { server, key, kind } = self;
        match kind {
            Kind::Read => format!("{server}.read({{ key: \"{key}\" }})"),
            Kind::Write { id, seen: None } => format!("{server}.write({{ key: \"{key}\", id: {id} }})"),
            Kind::Write { id, seen: Some(index) } => {
                format!("{server}.write({{ seen: r[{index}]?.version ?? 0, id: {id}, key: \"{key}\" }})")
            }
        }
    }
}

fn program(number: u64, steps: &[Step], departure: Departure, end: End, random: &mut ChaCha8Rng) -> String {
    let mut order: Vec<usize> = (0..steps.len()).collect();
    match departure {
        Departure::Skip => drop(order.remove(random.random_range(0..steps.len()))),
        Departure::Swap => {
            let at = random.random_range(1..steps.len());
            order.swap(at - 1, at);
        }
        Departure::None | Departure::Extra => {}
    }
    let mut lines = vec!["const r: any[] = [];".to_owned()];
    let mut rest = &order[..];
    while let [first, others @ ..] = rest {
        let step = &steps[*first];
        let other = others.first().filter(|other| {
            let beside = &steps[**other];
            // What is done together must come out the same in either order.
            let needs = matches!(beside.kind, Kind::Write { seen: Some(seen), .. } if seen == *first);
            !needs && beside.key != step.key && random.random_bool(0.3)
        });
        match other {
            Some(other) => {
                let (a, b) = (step.expression(), steps[*other].expression());
                lines.push(format!("[r[{first}], r[{other}]] = await Promise.all([{a}, {b}]);"));
                rest = &others[1..];
            }
            None => {
                lines.push(format!("r[{first}] = await {};", step.expression()));
                rest = others;
            }
        }
    }
    if departure == Departure::Extra {
        let at = random.random_range(1..=lines.len());
        let key = &steps[0].key;
        lines.insert(at, format!("await {}.write({{ key: \"{key}\", id: {} }});", steps[0].server, number * 100 + 99));
    }
    let at = random.random_range(1..=lines.len());
    match end {
        End::Returns => {}
        End::Throws => lines.insert(at, "if (r) throw new Error(\"on purpose\");".to_owned()),
        End::Loops => lines.insert(at, "while (r) {}".to_owned()),
        End::Exhausts => lines.insert(at, "const all: any[] = [r]; while (r) all.push(all.slice());".to_owned()),
        End::IsNotTypeScript => lines.insert(at, "this is not TypeScript".to_owned()),
    }
    lines.push("return r;".to_owned());
    let mut text = String::new();
    lines.iter().for_each(|line| writeln!(text, "{line}").expect("a string"));
    text
}
