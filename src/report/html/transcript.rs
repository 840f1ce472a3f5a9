//! A conversation, turn by turn, with the tokens of each of its pieces; of a long one the beginning and the end.

use maud::{Markup, html};

use super::{
    notation::{beginning, foreign},
    words::number_of,
};
use crate::{
    format,
    harness::summary::{EventRecord, TrialRecord, TurnRecord},
    report::plot::part_class,
    tokens::Tokens,
};

/// The turns that are shown of a conversation with more: of its beginning, and of its end.
const TURNS: (usize, usize) = (4, 2);
/// The same for the events of one side of a turn.
const EVENTS: (usize, usize) = (3, 1);
/// How much of the page an event may take.
const EVENT_BYTES: usize = 900;

/// The first and the last of `items`, and what lies between.
fn ends<T>(items: &[T], (first, last): (usize, usize)) -> (&[T], &[T], &[T]) {
    if items.len() <= first + last + 1 {
        return (items, &[], &[]);
    }
    let (before, rest) = items.split_at(first);
    let (between, after) = rest.split_at(rest.len() - last);
    (before, between, after)
}

pub(super) fn transcript(trial: &TrialRecord) -> Markup {
    let (before, between, after) = ends(&trial.turns, TURNS);
    html! {
        div.talk {
            h4 { (trial.arm.name()) " " small { "seed " (trial.seed) ", " (number_of(trial.turns.len(), "turn", "turns")) } }
            @if trial.turns.is_empty() { p { "This trial failed: nothing was kept of what was said." } }
            ol.turns {
                @for (index, shown) in before.iter().enumerate() { (turn(index, shown)) }
                @if !between.is_empty() {
                    li.gap {
                        (number_of(between.len(), "turn", "turns")) " between, with " (format::tokens(sum(between))) " tokens"
                    }
                }
                @for (index, shown) in after.iter().enumerate() { (turn(before.len() + between.len() + index, shown)) }
            }
        }
    }
}

fn sum(turns: &[TurnRecord]) -> Tokens {
    turns.iter().flat_map(|turn| turn.input.iter().chain(&turn.output)).map(|event| event.tokens).sum()
}

fn turn(index: usize, turn: &TurnRecord) -> Markup {
    html! {
        li {
            p.turn { "Turn " (index + 1) }
            (side("in", "into the context", &turn.input))
            (side("out", "from the model", &turn.output))
        }
    }
}

fn side(class: &str, label: &str, events: &[EventRecord]) -> Markup {
    let (before, between, after) = ends(events, EVENTS);
    html! {
        @if !events.is_empty() {
            div.side.(class) {
                p.label { (label) }
                @for shown in before { (event(shown)) }
                @if !between.is_empty() {
                    @let tokens: Tokens = between.iter().map(|event| event.tokens).sum();
                    p.gap { "and " (between.len()) " more, with " (format::tokens(tokens)) " tokens" }
                }
                @for shown in after { (event(shown)) }
            }
        }
    }
}

fn event(event: &EventRecord) -> Markup {
    let (shown, hidden) = beginning(&event.text, EVENT_BYTES);
    let left_out = event.bytes_left_out + hidden;
    html! {
        div.event {
            p.part {
                span.key.(part_class(event.part)) {} (event.part.name())
                span.tokens { (format::tokens(event.tokens)) " tokens" }
            }
            @if event.text.is_empty() {
                p.text.absent { "assumed, without a text" }
            } @else {
                p.text {
                    (foreign(&shown))
                    @if left_out > 0 { " " small { "… " (format::grouped(left_out as u64)) " bytes more" } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_keep_their_ends_and_nothing_is_lost() {
        let items: Vec<u32> = (0..10).collect();
        for limits in [(4, 2), (3, 1), (9, 1)] {
            let (before, between, after) = ends(&items, limits);
            assert_eq!([before, between, after].concat(), items);
        }
        // One item takes no more room than the word for it.
        assert_eq!(ends(&items[..7], (4, 2)), (&items[..7], &[][..], &[][..]));
        assert_eq!(ends(&items[..8], (4, 2)), (&items[..4], &items[4..6], &items[6..8]));
    }
}
