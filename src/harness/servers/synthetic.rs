//! `synthetic`: as many tools as are wanted, and one that answers with texts as long as are wanted.
//!
//! It stands for no service. A sweep varies one thing and keeps all else the same: the text of a chunk has a number of tokens that
//! does not depend on the chunk or the seed. Chunks are a chain, for each names the next one.

use futures_util::FutureExt;
use rmcp::{
    handler::server::{router::tool::ToolRoute, tool::ToolCallContext, wrapper::Parameters},
    model::{CallToolResult, ContentBlock},
    tool, tool_router,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{
    ServerOptions, catalogue,
    draw::{Draw, Stream},
    recorded::{Recorded, Reply, refuse, reply},
};

/// Words that are one token each after a space.
const WORDS: [&str; 32] = [
    "about", "after", "again", "before", "between", "board", "change", "country", "early", "example", "family",
    "field", "force", "group", "house", "large", "letter", "level", "light", "market", "money", "night", "order",
    "paper", "people", "place", "point", "power", "river", "small", "story", "water",
];

/// The tokens of a chunk with a text of one word. They are the same for every chunk, since numbers below 1,000 are one token each.
const FRAME_TOKENS: usize = 17;

/// How many there are unless it is told otherwise.
const CHUNKS: usize = 3;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ReadChunk {
    /// Number of the chunk. The first is 1
    number: u64,
}

pub(super) struct Synthetic {
    seed: u64,
    result_tokens: usize,
    chunks: u64,
}

#[tool_router]
impl Synthetic {
    pub(super) fn server(options: &ServerOptions) -> Recorded<Self> {
        let server = Self {
            seed: options.seed,
            result_tokens: options.result_tokens.unwrap_or(1_000),
            chunks: options.chunks.unwrap_or(CHUNKS) as u64,
        };
        let mut router = Self::tool_router();
        for tool in catalogue::fillers().take(options.tools.unwrap_or(20).saturating_sub(1)) {
            router.add_route(ToolRoute::new_dyn(tool, |context: ToolCallContext<'_, Self>| {
                let text = json!({ "tool": context.name, "status": "done" }).to_string();
                std::future::ready(Ok(CallToolResult::success(vec![ContentBlock::text(text)]).into())).boxed()
            }));
        }
        Recorded::new("synthetic", server, router)
    }

    /// Read one chunk of the record. Returns number, amount, text, and `next`: the number of the next chunk, or null after the last.
    #[tool(annotations(title = "Read chunk", read_only_hint = true))]
    fn read_chunk(&self, Parameters(input): Parameters<ReadChunk>) -> Reply {
        if !(1..=self.chunks).contains(&input.number) {
            return refuse(format_args!("not found: there are chunks 1 to {}", self.chunks));
        }
        let mut draw = Draw::new(self.seed, Stream::Chunk, input.number);
        let amount = amount(&mut draw);
        let mut text = "The".to_owned();
        for _ in FRAME_TOKENS..self.result_tokens {
            text.push(' ');
            text.push_str(draw.pick(&WORDS));
        }
        let next = (input.number < self.chunks).then_some(input.number + 1);
        reply(&json!({ "number": input.number, "next": next, "amount": amount, "text": text }))
    }
}

fn amount(draw: &mut Draw) -> usize {
    draw.between(100, 999)
}

/// What the amounts of all chunks add up to.
pub(in crate::harness) fn sum_of_chunks(options: &ServerOptions) -> u64 {
    let chunks = 1..=options.chunks.unwrap_or(CHUNKS) as u64;
    chunks.map(|number| amount(&mut Draw::new(options.seed, Stream::Chunk, number)) as u64).sum()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::tokens::{O200k, TokenCounter};

    fn chunk(options: &ServerOptions, number: u64) -> Reply {
        Synthetic {
            seed: options.seed,
            result_tokens: options.result_tokens.unwrap(),
            chunks: options.chunks.unwrap() as u64,
        }
        .read_chunk(Parameters(ReadChunk { number }))
    }

    #[test]
    fn every_chunk_has_the_tokens_that_are_asked_for() {
        for (result_tokens, chunks) in [(100, 100), (1_000, 3), (10_000, 1)] {
            for seed in [1, 2] {
                let options = ServerOptions {
                    result_tokens: Some(result_tokens),
                    chunks: Some(chunks),
                    ..ServerOptions::new(seed)
                };
                for number in 1..=chunks as u64 {
                    let text = chunk(&options, number).unwrap();
                    assert_eq!(O200k.count(&text).0, result_tokens as u64, "{number} of {chunks}, {:.80}", text);
                }
            }
        }
    }

    #[test]
    fn chunks_are_a_chain_and_differ_with_the_seed() {
        let options = ServerOptions { result_tokens: Some(200), chunks: Some(3), ..ServerOptions::new(5) };
        let (mut next, mut numbers) = (Some(1), Vec::new());
        while let Some(number) = next {
            let record: Value = serde_json::from_str(&chunk(&options, number).unwrap()).unwrap();
            numbers.push(record["number"].as_u64().unwrap());
            next = record["next"].as_u64();
        }
        assert_eq!(numbers, [1, 2, 3]);
        assert_eq!(chunk(&options, 2), chunk(&options, 2));
        assert_ne!(chunk(&options, 2), chunk(&options.seeded(6), 2));
        for number in [0, 4] {
            assert_eq!(chunk(&options, number), Err("not found: there are chunks 1 to 3".to_owned()));
        }
    }

    #[tokio::test]
    async fn it_lists_as_many_tools_as_are_asked_for_and_more_of_them_have_the_same_first() {
        let mut listed = Vec::new();
        for tools in [5, 50] {
            let (ours, theirs) = tokio::io::duplex(1 << 20);
            let options = ServerOptions { tools: Some(tools), ..ServerOptions::new(1) };
            super::super::serve("synthetic", &options, theirs).unwrap();
            let client = rmcp::ServiceExt::serve((), ours).await.unwrap();
            let names: Vec<_> = client.list_all_tools().await.unwrap().into_iter().map(|tool| tool.name).collect();
            assert_eq!(names.len(), tools);
            assert!(names.iter().any(|name| name == "read_chunk"));
            listed.push(names);
        }
        assert!(listed[0].iter().all(|name| listed[1].contains(name)));
    }
}
