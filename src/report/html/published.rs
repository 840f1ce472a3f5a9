//! What others published, and how each of them counted: facts with their sources, none of them measured here.

use maud::{Markup, html};

use super::{head, table};

/// Who and where, what, and how it was counted.
const CLAIMS: [(&str, &str, &str, &str); 7] = [
    (
        "Anthropic, “Code execution with MCP”, November 2025",
        "anthropic.com/engineering/code-execution-with-mcp",
        "150k → 2k tokens (98.7 %)",
        "one illustrative workflow, no data set",
    ),
    (
        "Anthropic, programmatic tool calling, November 2025",
        "anthropic.com/engineering/advanced-tool-use",
        "43,588 → 27,297 tokens (37 %)",
        "average over research tasks",
    ),
    (
        "Cloudflare, “Code Mode: give agents an entire API in 1,000 tokens”, February 2026",
        "blog.cloudflare.com",
        "1.17M → about 1k tokens (99.9 %)",
        "static tool definitions only",
    ),
    (
        "Bifrost",
        "dev.to/kuldeep_paul, “Bifrost MCP Gateway: Cutting Token Costs … by 92%”",
        "58 % with 96 tools, 84.5 % with 251, 92.8 % with 508",
        "cumulative input over 64 to 65 queries",
    ),
    (
        "AIMultiple, GPT-4.1",
        "research.aimultiple.com/code-execution-with-mcp",
        "input −78.5 %, output +120 %, latency +7 %",
        "about 50 runs of short tasks",
    ),
    (
        "imran31415 / UTCP",
        "github.com/imran31415/codemode_python_benchmark",
        "−68 % tokens, 60 % faster; −73 % tokens when reckoned anew over paired successes",
        "eight tasks, one run each, of which six and seven succeeded",
    ),
    (
        "Shevchenko",
        "gregshevchenko.com/research/mcp-stack-token-economy-N100",
        "saves 40 to 55 % above tasks of 5k tokens, a loss below 2k",
        "sessions with MCP servers against sessions without, so not code against calls; the saving is of two large tasks",
    ),
];

pub(super) fn section() -> Markup {
    let rows = html! {
        (head(&["Who", "Claim", "How it was counted"]))
        tbody {
            @for (who, place, claim, counted) in CLAIMS {
                tr {
                    th.prose scope="row" { (who) " " small { (place) } }
                    td.prose { (claim) }
                    td.prose { (counted) }
                }
            }
        }
    };
    html! {
        p {
            "Published figures run from 37 % to 99.9 % because each counts something else. Those that count definitions alone are "
            "comparable with our " em { "definitions" } " by source, those that count what is billed with our cumulative input, and an "
            "illustration with no class of ours."
        }
        (table("published-table", &html! { "Figures of others, as they published them." }, &rows))
    }
}
