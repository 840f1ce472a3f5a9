//! How the arms come from one program, and what a token is.

use maud::{Markup, html};

use crate::{
    harness::summary::{Part, Summary},
    report::{
        html::{notation::foreign, words::part_meaning},
        plot::part_class,
    },
};

pub(super) fn section(summary: &Summary) -> Markup {
    html! {
        p {
            "A scenario has one task, one set of servers, one program and one expected answer. Every arm does the task against the "
            "same servers in a fresh state, and must reach that answer: a trial with any other has a failure and no numbers."
        }
        dl {
            dt { "code" }
            dd {
                "The model sees three tools, finds what it needs, writes the program and reads its result. The program is really "
                "run. All the texts of this are counted, the definitions of the three tools among them."
            }
            dt { "direct" }
            dd {
                "Derived from the journal of the code arm: exactly those calls, those that were in flight together in one turn, with "
                "every definition in the first request, every result in the context, and every argument written out as output. "
                "Where the program is meant to fail, the calls of the scenario’s plan. They are really made again, and its answer is "
                "what the program makes of their results. This agent never errs and never calls too much, where a real one does "
                "both. But it goes the program’s way: where a filter of the server knows a shorter one, a direct agent that takes it "
                "needs fewer tokens than this."
            }
            dt { "search" }
            dd {
                "The direct arm with a tool that finds tools: a definition comes into the context when it is found. The fair modern "
                "baseline for a large catalogue."
            }
            dt { "code+cache" }
            dd {
                "The code arm with a cache of results. A call that may be cached is answered from it; the model sees what it would "
                "see without. Its tokens are those of code, its calls and its times are not."
            }
        }
        p {
            "A token is one of the tokenizer " code { (foreign(&summary.tokenizer)) } ", over the contents of messages and tool "
            "definitions alone; nothing is added for what a provider wraps around them. Each total is the sum of eight parts:"
        }
        dl.parts {
            @for part in Part::ALL {
                dt { span.key.(part_class(part)) {} (part.name()) }
                dd { (part_meaning(part)) }
            }
        }
    }
}
