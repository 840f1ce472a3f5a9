use std::sync::Arc;

use super::*;
use crate::{
    harness::{
        summary::{Dollars, Part},
        transcript::{Content, Transcript, Turn},
    },
    tool::{JsonObject, ToolDef},
};

/// Counts bytes, so that expectations can be read.
struct Bytes;

impl TokenCounter for Bytes {
    fn name(&self) -> &'static str {
        "bytes"
    }

    fn count(&self, text: &str) -> Tokens {
        Tokens(text.len() as u64)
    }
}

fn definition(number: u64) -> Event {
    let tool = ToolDef {
        name: format!("tool_{number}").into(),
        description: Some("d".repeat(20 + number as usize)),
        input_schema: Arc::new(JsonObject::new()),
        output_schema: None,
        annotations: None,
    };
    Event { part: Part::Definitions, content: Content::Definition(tool) }
}

fn act(action: Event) -> Vec<Event> {
    vec![Event { part: Part::Reasoning, content: Content::Assumed(Tokens(24)) }, action]
}

/// The whole conversation of one point, written out turn by turn.
fn transcript(arm: Arm, tools: u64, result: u64, steps: u64) -> Transcript {
    let text = |part, text: String| Event::text(part, text);
    let mut input = vec![text(Part::Prompt, "be brief".to_owned()), text(Part::Prompt, "add the numbers".to_owned())];
    let mut turns = Vec::new();
    match arm {
        Arm::Direct => input.extend((0..tools).map(definition)),
        Arm::Search | Arm::Code => {
            input.push(definition(1_000));
            turns.push(Turn { input, output: act(text(Part::Discovery, "read chunk".to_owned())) });
            input = match arm {
                Arm::Search => vec![definition(tools)],
                _ => vec![text(Part::Discovery, format!("read(): {}", "s".repeat(tools as usize)))],
            };
        }
        Arm::CodeCache => unreachable!("not part of the sweep"),
    }
    if arm == Arm::Code {
        turns.push(Turn { input, output: act(text(Part::Code, "for (;;) read();".to_owned())) });
        input = vec![text(Part::Results, format!("{{sum:{steps}}}"))];
    } else {
        for number in 1..=steps {
            turns.push(Turn { input, output: act(text(Part::Calls, format!("read {number}"))) });
            let next = if number == steps { "null".to_owned() } else { "7".to_owned() };
            input = vec![text(Part::Results, format!("{}{next}", "r".repeat(result as usize)))];
        }
    }
    turns.push(Turn { input, output: act(text(Part::Answer, format!("{{sum:{steps}}}"))) });
    Transcript { turns }
}

const TOOLS: [u64; 3] = [1, 4, 20];
const STEPS: [u64; 3] = [1, 2, 12];

/// Each piece from one trial, with the least of everything else.
fn pieces(sizes: &[u64]) -> Pieces {
    let opening = |arm, tools| Opening::of(&transcript(arm, tools, 5, 1));
    let catalogue = |tools| Catalogue {
        tools,
        direct: opening(Arm::Direct, tools),
        search: opening(Arm::Search, tools),
        code: opening(Arm::Code, tools),
    };
    let size = |size: &u64| {
        let of = |arm| transcript(arm, 1, *size, 2);
        ResultSize::of(Tokens(*size), &of(Arm::Direct), &of(Arm::Code)).unwrap()
    };
    let ending =
        |steps| Ending::of(&transcript(Arm::Direct, 1, 5, steps), &transcript(Arm::Code, 1, 5, steps)).unwrap();
    Pieces {
        catalogues: TOOLS.map(catalogue).to_vec(),
        sizes: sizes.iter().map(size).collect(),
        endings: STEPS.map(ending).to_vec(),
    }
}

fn swept(sizes: &[u64]) -> Sweep {
    sweep(&pieces(sizes), &Bytes, &Assumptions::built_in().unwrap())
}

#[test]
fn every_point_is_the_account_of_its_own_conversation() {
    let assumptions = Assumptions::built_in().unwrap();
    let sweep = swept(&[10, 500, 40_000]);
    assert_eq!(sweep.points.len(), 3 * 3 * 3 * 3);
    for point in &sweep.points {
        let transcript = transcript(point.arm, point.tools, point.result_tokens.0, point.steps);
        let counted = transcript.count(&Bytes);
        let (accounts, requests) = (counted.account(), counted.requests());
        let expected = SweepPoint {
            context_tokens: accounts.context.total(),
            cumulative_input_tokens: accounts.cumulative_input.total(),
            output_tokens: accounts.output.total(),
            cost: cost::costs(&requests, &assumptions)[0].cached.unwrap(),
            model_seconds: cost::model_seconds(&requests, &assumptions),
            ..point.clone()
        };
        assert_eq!(*point, expected);
        assert!(point.cost > Dollars(0.0));
    }
}

#[test]
fn a_point_is_there_once_for_each_arm_and_the_axes_say_which() {
    let sweep = swept(&[10, 500]);
    let place = |point: &SweepPoint| (point.tools, point.result_tokens, point.steps, point.arm);
    let places: Vec<_> = sweep.points.iter().map(place).collect();
    assert!(places.is_sorted_by(|one, other| one < other), "{places:?}");
    let axes = (sweep.tools.as_slice(), sweep.result_tokens.as_slice(), sweep.steps.as_slice());
    assert_eq!(axes, (&TOOLS[..], &[Tokens(10), Tokens(500)][..], &STEPS[..]));
}

#[test]
fn from_the_break_even_on_code_takes_no_more_and_just_below_it_does() {
    let breaks = swept(&[1, 10_000]).break_even;
    assert_eq!(breaks.len(), TOOLS.len() * STEPS.len() * 2 * 4);
    let mut interpolated = 0;
    for found in breaks.iter().filter(|found| found.measure == "context") {
        let losses = |size: u64| {
            let sweep = swept(&[size]);
            let context = |arm| {
                let is_there =
                    |point: &&SweepPoint| (point.tools, point.steps, point.arm) == (found.tools, found.steps, arm);
                sweep.points.iter().find(is_there).unwrap().context_tokens
            };
            context(Arm::Code) > context(found.against)
        };
        match found.result_tokens.unwrap().0 {
            0 => assert!(!losses(1), "{found:?}"),
            size => {
                interpolated += 1;
                assert!(!losses(size) && losses(size - 1), "{found:?}");
            }
        }
    }
    assert!(interpolated > 3, "{breaks:?}");
}

#[test]
fn the_context_of_the_code_arm_does_not_grow_with_what_its_tools_return() {
    let growth = swept(&[10, 500, 40_000]).growth;
    let payloads: Vec<_> = growth.points.iter().map(|point| point.payload_tokens.0).collect();
    // One result that ends in `7` and one that ends in `null`.
    assert_eq!((payloads.len(), payloads[2]), (3, 40_001 + 40_004));
    assert!(growth.context_slope.abs() < 1e-5, "{growth:?}");

    // A code arm that is shown what its tools return would grow with it.
    let mut leaky = pieces(&[10, 500, 40_000]);
    for size in &mut leaky.sizes {
        let shown = size.result.clone();
        size.code.turns[0].input.extend(shown);
    }
    let growth = sweep(&leaky, &Bytes, &Assumptions::built_in().unwrap()).growth;
    assert!((0.4..0.6).contains(&growth.context_slope), "{growth:?}");
}

#[test]
fn the_slope_is_the_context_for_each_token_of_payload() {
    let point = |payload, context| GrowthPoint { payload_tokens: Tokens(payload), context_tokens: Tokens(context) };
    let grown = growth(vec![point(300, 130), point(100, 110), point(200, 120)]);
    assert_eq!(grown.context_slope, 0.1);
    assert_eq!(grown.points[0], point(100, 110));
    assert_eq!(growth(vec![point(100, 110)]).context_slope, 0.0);
}

#[test]
fn what_has_no_answer_or_no_two_results_makes_no_piece() {
    let (direct, code) = (transcript(Arm::Direct, 1, 5, 1), transcript(Arm::Code, 1, 5, 1));
    assert!(ResultSize::of(Tokens(5), &direct, &code).is_none());
    assert!(Ending::of(&direct, &direct).is_none() && Ending::of(&Transcript::default(), &code).is_none());
    assert!(Opening::of(&Transcript::default()).turns.is_empty());
}
