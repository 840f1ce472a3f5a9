//! [`LearningHost`] sees the results of calls pass by; a [`Learner`] makes observations of them, on a thread of its
//! own.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc,
    },
    thread,
};

use futures_util::future::BoxFuture;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    echo,
    fingerprint::Fingerprint,
    shape::{Kind, Shape},
    store::Observations,
};
use crate::{
    host::{Origin, ToolAnswer, ToolError, ToolHost},
    tool::{Effect, ToolCall, ToolDef, ToolId, ToolOutput},
};

/// Results that wait to be read hold at most this much; further ones are passed over.
pub(super) const MAX_WAITING_KIB: u32 = 32 * 1024;

/// Learns from the successful calls that are made through it. An answer out of a cache does not count again.
pub struct LearningHost<H> {
    inner: H,
    learner: Arc<Learner>,
}

impl<H> LearningHost<H> {
    pub fn new(inner: H, learner: Arc<Learner>) -> Self {
        Self { inner, learner }
    }
}

impl<H: ToolHost> ToolHost for LearningHost<H> {
    fn call_tool(&self, call: ToolCall) -> BoxFuture<'_, Result<ToolAnswer, ToolError>> {
        let Some(observed) = self.learner.observe(&call) else { return self.inner.call_tool(call) };
        Box::pin(async move {
            let result = self.inner.call_tool(call).await;
            if let Ok(ToolAnswer { output, origin: Origin::Server }) = &result {
                self.learner.learn(observed, output.clone());
            }
            result
        })
    }

    fn effect(&self, tool: &ToolId) -> Effect {
        self.inner.effect(tool)
    }
}

/// Makes observations of results, one after the other, on a thread that ends with this.
pub struct Learner {
    /// The tools to learn: those that do not declare their output.
    tools: BTreeMap<ToolId, KnownTool>,
    queue: mpsc::Sender<Waiting>,
    /// Room for waiting results, in KiB.
    pub(super) room: Arc<Semaphore>,
    learned: Arc<Learned>,
}

struct KnownTool {
    definition: Fingerprint,
    vocabulary: BTreeSet<String>,
}

/// What is known of a call before its result.
struct ObservedCall {
    id: ToolId,
    definition: Fingerprint,
    forbidden_keys: BTreeSet<String>,
}

struct Waiting {
    call: ObservedCall,
    output: ToolOutput,
    _room: OwnedSemaphorePermit,
}

#[derive(Default)]
struct Learned {
    observations: Mutex<Observations>,
    skipped: AtomicU64,
}

impl Learner {
    /// Learns those of these tools that declare no output. Fails when no thread can be had.
    pub fn start<S: AsRef<str>, T: AsRef<[ToolDef]>>(servers: &[(S, T)]) -> io::Result<Arc<Self>> {
        let mut tools = BTreeMap::new();
        for (server, defs) in servers {
            for def in defs.as_ref().iter().filter(|def| def.output_schema.is_none()) {
                let vocabulary = echo::vocabulary(&def.input_schema);
                let tool = KnownTool { definition: Fingerprint::of(def), vocabulary };
                tools.insert(ToolId::new(server.as_ref(), def.name.clone()), tool);
            }
        }
        let (queue, waiting) = mpsc::channel::<Waiting>();
        let learned = Arc::new(Learned::default());
        let own = learned.clone();
        thread::Builder::new().name("learner".into()).spawn(move || {
            for Waiting { call, output, _room } in waiting {
                own.read(call, &output);
            }
        })?;
        Ok(Arc::new(Self { tools, queue, room: Arc::new(Semaphore::new(MAX_WAITING_KIB as usize)), learned }))
    }

    /// What has been learned, once all results up to now have been read.
    pub async fn observations(&self) -> Observations {
        // All the room is free when nothing waits. It is never closed, so there is no error.
        let _all = self.room.acquire_many(MAX_WAITING_KIB).await;
        self.learned.observations().clone()
    }

    /// How many results were passed over: too many were waiting, or one could not be read, or had for a key a text of
    /// its input.
    pub fn skipped(&self) -> u64 {
        self.learned.skipped.load(Ordering::Relaxed)
    }

    fn observe(&self, call: &ToolCall) -> Option<ObservedCall> {
        let tool = self.tools.get(&call.id)?;
        let forbidden_keys = echo::texts(&call.input, &tool.vocabulary);
        Some(ObservedCall { id: call.id.clone(), definition: tool.definition, forbidden_keys })
    }

    fn learn(&self, call: ObservedCall, output: ToolOutput) {
        let kib = u32::try_from(output.text().len() / 1024 + 1).unwrap_or(u32::MAX).min(MAX_WAITING_KIB);
        let is_taken = self
            .room
            .clone()
            .try_acquire_many_owned(kib)
            .is_ok_and(|room| self.queue.send(Waiting { call, output, _room: room }).is_ok());
        if !is_taken {
            self.learned.skip();
        }
    }
}

impl Learned {
    fn read(&self, call: ObservedCall, output: &ToolOutput) {
        let shape = if output.is_json() {
            Shape::of_answer(output.text(), &call.forbidden_keys)
        } else {
            Ok(Shape::of_kind(Kind::String))
        };
        match shape {
            Ok(shape) => self.observations().record(call.id, call.definition, shape),
            Err(error) => {
                // The message holds no part of the text.
                tracing::debug!(tool = %call.id, %error, "nothing was learned from a result");
                self.skip();
            }
        }
    }

    fn skip(&self) {
        self.skipped.fetch_add(1, Ordering::Relaxed);
    }

    fn observations(&self) -> MutexGuard<'_, Observations> {
        self.observations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
