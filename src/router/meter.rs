//! What requests save: [`Meter`] counts, on a thread of its own, the tokens that a request has passed through the model and
//! those that the same calls would have on the direct route.
//!
//! A lower bound, because three things are left out: the definitions of the tools, which a client sends once a conversation
//! and not with a request; that everything in a conversation is sent again with each later turn; and what a model reasons
//! between the calls that it makes one by one. A program that failed counts with its tokens and saves nothing, and so does what a
//! model has written of a request that came to no end.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use super::plan::size;
use crate::{
    host::ToolError,
    journal::{CallOutcome, Journal},
    metrics::{self, ModelTokens},
    tokens::{TokenCounter, Tokens},
    tool::{ToolCall, ToolOutput},
};

/// Texts that wait to be counted hold at most this much, but for one request of any length when nothing waits. Requests beyond
/// are not counted, and that is.
const MAX_WAITING_KIB: u32 = 64 * 1024;

/// What a million tokens cost, in whatever currency the user counts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub input_per_million: f64,
    pub output_per_million: f64,
}

impl Price {
    pub(super) fn is_valid(self) -> bool {
        [self.input_per_million, self.output_per_million].iter().all(|price| price.is_finite() && *price >= 0.0)
    }
}

/// A request that has ended, as it is counted.
pub(super) struct Metered {
    pub(super) passed: Passed,
    /// The calls that a model on the direct route would have made.
    pub(super) calls: Calls,
}

/// What passed through the model: what it wrote, and what it was answered.
pub(super) struct Passed {
    pub(super) written: Vec<String>,
    pub(super) read: String,
}

/// Calls with their results.
pub(super) enum Calls {
    /// Those of a program.
    Journal(Journal),
    /// Those of a plan.
    Carried(Vec<Carried>),
}

/// A planned call as it was made, and what it was answered.
pub(super) struct Carried {
    pub(super) call: ToolCall,
    pub(super) result: Result<ToolOutput, ToolError>,
}

/// What a model writes to make a call: the tool's name and its input.
pub(super) fn written(call: &ToolCall) -> [String; 2] {
    [call.id.qualified_name(), serde_json::to_string(&call.input).unwrap_or_default()]
}

/// What a call was answered with.
enum Reply<'a> {
    Output(&'a ToolOutput),
    Error(&'a ToolError),
    Nothing,
}

impl Metered {
    /// Each call, and what it was answered with.
    fn calls(&self) -> Box<dyn Iterator<Item = (&ToolCall, Reply<'_>)> + '_> {
        match &self.calls {
            Calls::Journal(journal) => Box::new(journal.entries().map(|entry| {
                let reply = match &entry.outcome {
                    CallOutcome::Output(output) => Reply::Output(output),
                    CallOutcome::Error(error) => Reply::Error(error),
                    CallOutcome::Held {} | CallOutcome::Unknown {} => Reply::Nothing,
                };
                (&entry.call, reply)
            })),
            Calls::Carried(calls) => Box::new(calls.iter().map(|Carried { call, result }| match result {
                Ok(output) => (call, Reply::Output(output)),
                Err(error) => (call, Reply::Error(error)),
            })),
        }
    }

    /// About the length of what there is to count, in bytes.
    fn len(&self) -> usize {
        let passed = self.passed.read.len() + self.passed.written.iter().map(String::len).sum::<usize>();
        let calls = self.calls().map(|(call, reply)| {
            let input: usize = call.input.iter().map(|(key, value)| key.len() + size(value)).sum();
            match reply {
                Reply::Output(output) => input + output.text().len(),
                Reply::Error(_) | Reply::Nothing => input,
            }
        });
        passed + calls.sum::<usize>()
    }

    /// What did pass through the model, and what would have on the direct route.
    fn count(&self, counter: &dyn TokenCounter) -> (TokensByDirection, TokensByDirection) {
        let mut direct = TokensByDirection::default();
        for (call, reply) in self.calls() {
            direct.output += written(call).iter().map(|text| counter.count(text)).sum();
            direct.input += match reply {
                Reply::Output(output) => counter.count(output.text()),
                Reply::Error(error) => counter.count(&error.to_string()),
                Reply::Nothing => Tokens(0),
            };
        }
        let passed = TokensByDirection {
            input: counter.count(&self.passed.read),
            output: self.passed.written.iter().map(|text| counter.count(text)).sum(),
        };
        (passed, direct)
    }
}

/// What all requests since the start have saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Savings {
    /// Requests that have been counted.
    pub requests: u64,
    /// Requests that were passed over, because too much was waiting to be counted.
    pub skipped: u64,
    /// Tokens that passed through the model.
    pub passed: TokensByDirection,
    /// Tokens that would have on the direct route.
    pub direct: TokensByDirection,
    /// What the difference costs, if there is a price; negative where the code route cost more.
    pub money: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TokensByDirection {
    pub input: Tokens,
    pub output: Tokens,
}

impl TokensByDirection {
    fn add(&mut self, more: Self) {
        self.input += more.input;
        self.output += more.output;
    }

    fn cost(self, price: Price) -> f64 {
        let cost = |tokens: Tokens, per_million: f64| tokens.0 as f64 * per_million / 1e6;
        cost(self.input, price.input_per_million) + cost(self.output, price.output_per_million)
    }
}

impl Savings {
    /// Tokens saved; negative where the code route took more.
    pub fn tokens(&self) -> i64 {
        let total = |tokens: TokensByDirection| i64::try_from((tokens.input + tokens.output).0).unwrap_or(i64::MAX);
        total(self.direct) - total(self.passed)
    }

    fn add(&mut self, passed: TokensByDirection, direct: TokensByDirection, price: Option<Price>) {
        self.requests += 1;
        self.passed.add(passed);
        self.direct.add(direct);
        let tokens = |counted: TokensByDirection| ModelTokens { input: counted.input.0, output: counted.output.0 };
        metrics::tokens_metered(tokens(passed), tokens(direct));
        if let Some(price) = price {
            let money = direct.cost(price) - passed.cost(price);
            self.money = Some(self.money.unwrap_or_default() + money);
            metrics::money_saved(money);
        }
    }
}

/// Counts requests, one after the other, on a thread that ends with this.
pub(super) struct Meter {
    queue: mpsc::Sender<Item>,
    room: Arc<Semaphore>,
    savings: Arc<Mutex<Savings>>,
}

enum Item {
    Request(Metered, OwnedSemaphorePermit),
    /// Somebody waits until all before it have been counted.
    Settled(oneshot::Sender<()>),
}

impl Meter {
    pub(super) fn start(counter: Arc<dyn TokenCounter>, price: Option<Price>) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel::<Item>();
        let savings = Arc::new(Mutex::new(Savings::default()));
        let own = savings.clone();
        thread::Builder::new().name("meter".into()).spawn(move || {
            for item in waiting {
                match item {
                    Item::Request(request, _room) => {
                        let (passed, direct) = request.count(&*counter);
                        own.lock().unwrap_or_else(PoisonError::into_inner).add(passed, direct, price);
                    }
                    Item::Settled(told) => drop(told.send(())),
                }
            }
        })?;
        Ok(Self { queue, room: Arc::new(Semaphore::new(MAX_WAITING_KIB as usize)), savings })
    }

    /// Takes a request's texts to be counted, without waiting.
    pub(super) fn count(&self, request: Metered) {
        let kib = u32::try_from(request.len() / 1024 + 1).unwrap_or(u32::MAX).min(MAX_WAITING_KIB);
        let is_taken = self
            .room
            .clone()
            .try_acquire_many_owned(kib)
            .is_ok_and(|room| self.queue.send(Item::Request(request, room)).is_ok());
        if !is_taken {
            metrics::metering_skipped();
            self.savings.lock().unwrap_or_else(PoisonError::into_inner).skipped += 1;
        }
    }

    /// What has been saved, once all requests up to now have been counted.
    pub(super) async fn settled(&self) -> Savings {
        let (tell, told) = oneshot::channel();
        if self.queue.send(Item::Settled(tell)).is_ok() {
            // An error is that the thread has ended, and that nothing will be counted any more.
            let _ = told.await;
        }
        self.savings()
    }

    pub(super) fn savings(&self) -> Savings {
        *self.savings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
