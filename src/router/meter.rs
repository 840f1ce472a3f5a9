//! What requests save: [`Meter`] counts, on a thread of its own, the tokens that a request has passed through the model and
//! those that the same calls would have on the direct route.
//!
//! A lower bound, because three things are left out: the definitions of the tools, which a client sends once a conversation
//! and not with a request; that everything in a conversation is sent again with each later turn; and what a model reasons
//! between the calls that it makes one by one. A program that failed counts with its tokens and saves nothing.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    host::ToolError,
    journal::{CallOutcome, Journal},
    metrics::{self, ModelTokens},
    tokens::{TokenCounter, Tokens},
    tool::{ToolCall, ToolOutput},
};

/// Texts that wait to be counted hold at most this much; requests beyond are not counted, and that is.
const MAX_WAITING_KIB: u32 = 64 * 1024;

/// What a million tokens cost, in whatever currency the user counts in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    pub input_per_million: f64,
    pub output_per_million: f64,
}

/// A request that has ended, as it is counted.
pub(super) struct Metered {
    /// What passed through the model; `None` for a request on the direct route, where it is what the calls are.
    pub(super) passed: Option<Passed>,
    /// What a model on the direct route would have written and read.
    pub(super) calls: Calls,
}

/// What a model wrote, and what it was answered.
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

impl Metered {
    /// The length of what there is to count, in bytes, without what inputs take.
    fn len(&self) -> usize {
        let passed = self.passed.as_ref();
        let passed =
            passed.map_or(0, |passed| passed.read.len() + passed.written.iter().map(String::len).sum::<usize>());
        let results: usize = match &self.calls {
            Calls::Journal(journal) => journal.entries().map(|entry| output_len(&entry.outcome)).sum(),
            Calls::Carried(calls) => {
                calls.iter().filter_map(|made| made.result.as_ref().ok()).map(|o| o.text().len()).sum()
            }
        };
        passed + results
    }

    fn count(&self, counter: &dyn TokenCounter) -> (TokensByDirection, TokensByDirection) {
        let mut direct = TokensByDirection::default();
        let mut call = |call: &ToolCall, result: &str| {
            let name = counter.count(&call.id.qualified_name());
            direct.output += name + counter.count(&Value::from(call.input.clone()).to_string());
            direct.input += counter.count(result);
        };
        match &self.calls {
            Calls::Journal(journal) => journal.entries().for_each(|entry| match &entry.outcome {
                CallOutcome::Output(output) => call(&entry.call, output.text()),
                CallOutcome::Error(error) => call(&entry.call, &error.to_string()),
                CallOutcome::Unknown {} => call(&entry.call, ""),
            }),
            Calls::Carried(calls) => calls.iter().for_each(|made| match &made.result {
                Ok(output) => call(&made.call, output.text()),
                Err(error) => call(&made.call, &error.to_string()),
            }),
        }
        let passed = self.passed.as_ref().map_or(direct, |passed| TokensByDirection {
            input: counter.count(&passed.read),
            output: passed.written.iter().map(|text| counter.count(text)).sum(),
        });
        (passed, direct)
    }
}

fn output_len(outcome: &CallOutcome) -> usize {
    match outcome {
        CallOutcome::Output(output) => output.text().len(),
        CallOutcome::Error(_) | CallOutcome::Unknown {} => 0,
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
    /// What the difference costs; negative where the code route cost more.
    pub money: f64,
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

    fn add(&mut self, passed: TokensByDirection, direct: TokensByDirection, price: Price) {
        self.requests += 1;
        self.passed.add(passed);
        self.direct.add(direct);
        let money = direct.cost(price) - passed.cost(price);
        self.money += money;
        let tokens = |counted: TokensByDirection| ModelTokens { input: counted.input.0, output: counted.output.0 };
        metrics::tokens_metered(tokens(passed), tokens(direct));
        metrics::money_saved(money);
    }
}

/// Counts requests, one after the other, on a thread that ends with this.
pub(super) struct Meter {
    queue: mpsc::Sender<Waiting>,
    room: Arc<Semaphore>,
    savings: Arc<Mutex<Savings>>,
}

struct Waiting {
    request: Metered,
    _room: OwnedSemaphorePermit,
}

impl Meter {
    pub(super) fn start(counter: Arc<dyn TokenCounter>, price: Price) -> io::Result<Self> {
        let (queue, waiting) = mpsc::channel::<Waiting>();
        let savings = Arc::new(Mutex::new(Savings::default()));
        let own = savings.clone();
        thread::Builder::new().name("meter".into()).spawn(move || {
            for Waiting { request, _room } in waiting {
                let (passed, direct) = request.count(&*counter);
                own.lock().unwrap_or_else(PoisonError::into_inner).add(passed, direct, price);
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
            .is_ok_and(|room| self.queue.send(Waiting { request, _room: room }).is_ok());
        if !is_taken {
            metrics::metering_skipped();
            self.savings.lock().unwrap_or_else(PoisonError::into_inner).skipped += 1;
        }
    }

    /// What has been saved, once all requests up to now have been counted.
    pub(super) async fn settled(&self) -> Savings {
        // All the room is free when nothing waits. It is never closed, so there is no error.
        let _all = self.room.acquire_many(MAX_WAITING_KIB).await;
        self.savings()
    }

    pub(super) fn savings(&self) -> Savings {
        *self.savings.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
