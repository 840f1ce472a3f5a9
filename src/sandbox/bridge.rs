//! The guest's end of the boundary: turns the ops of a program into messages, and answers into settled promises.
//!
//! It also decides *when* a program sees an answer ([`Delivery`]) and counts the waves of calls, which is what the
//! journal's waves are made of.

use std::{cell::RefCell, collections::BTreeMap, mem::take, rc::Rc};

use bytesize::ByteSize;
use tokio::sync::oneshot;

use super::{
    Delivery,
    wire::{Answer, ConsoleLevel, GuestMessage, HostMessage, Job},
};

/// Shared by the ops, the module loader and the driver of one isolate.
pub(super) type SharedBridge = Rc<RefCell<Bridge>>;

/// Where a guest's messages go. A host that has gone away no longer listens; it has ended this execution, so there is
/// nobody to tell.
pub(super) type Outbox = Box<dyn Fn(GuestMessage)>;

pub(super) struct Bridge {
    outbox: Outbox,
    program: Module,
    result_limit: ByteSize,
    delivery: Delivery,
    max_calls: u32,
    console_left: u64,
    next_id: u32,
    loads: BTreeMap<u32, oneshot::Sender<Result<String, String>>>,
    calls: BTreeMap<u32, PendingCall>,
    /// The latest wave of which the program has seen an answer.
    wave_seen: u32,
    calls_made: u32,
}

struct PendingCall {
    wave: u32,
    /// An answer that has come but is not to be seen yet.
    answer: Option<Answer>,
    reply: oneshot::Sender<Answer>,
}

/// The program that the loader hands to the engine.
#[derive(Default)]
struct Module {
    url: String,
    code: String,
    source_map: String,
}

/// The bridge of an isolate that has no program yet.
impl Default for Bridge {
    fn default() -> Self {
        Self {
            outbox: Box::new(|_| {}),
            program: Module::default(),
            result_limit: ByteSize(0),
            delivery: Delivery::default(),
            max_calls: 0,
            console_left: 0,
            next_id: 0,
            loads: BTreeMap::new(),
            calls: BTreeMap::new(),
            wave_seen: 0,
            calls_made: 0,
        }
    }
}

impl Bridge {
    /// `url` is the program's.
    pub fn new(url: &str, job: &mut Job, outbox: Outbox) -> Self {
        let (code, source_map) = (take(&mut job.code), take(&mut job.source_map));
        Self {
            outbox,
            program: Module { url: url.to_owned(), code, source_map },
            result_limit: job.limits.result,
            delivery: job.delivery,
            max_calls: job.limits.calls,
            console_left: job.limits.console.as_u64(),
            ..Self::default()
        }
    }

    fn send(&self, message: GuestMessage) {
        (self.outbox)(message);
    }

    /// The program's URL.
    pub fn entry(&self) -> &str {
        &self.program.url
    }

    pub fn code(&self) -> String {
        self.program.code.clone()
    }

    pub fn source_map(&self) -> Vec<u8> {
        self.program.source_map.clone().into_bytes()
    }

    pub fn result_limit(&self) -> ByteSize {
        self.result_limit
    }

    fn next_id(&mut self) -> u32 {
        self.next_id += 1;
        self.next_id
    }

    pub fn load(&mut self, path: String) -> oneshot::Receiver<Result<String, String>> {
        let id = self.next_id();
        let (reply, answer) = oneshot::channel();
        self.loads.insert(id, reply);
        self.send(GuestMessage::Load { id, path });
        answer
    }

    /// The answer never comes for calls beyond the limit: the host ends the execution at the first of them.
    pub fn call(&mut self, server: String, tool: String, input: String) -> oneshot::Receiver<Answer> {
        let (reply, receiver) = oneshot::channel();
        let id = self.next_id();
        let wave = self.wave_seen + 1;
        if self.calls_made <= self.max_calls {
            self.calls_made += 1;
            self.send(GuestMessage::Call { id, wave, server, tool, input });
        }
        self.calls.insert(id, PendingCall { wave, answer: None, reply });
        receiver
    }

    pub fn console(&mut self, level: ConsoleLevel, text: &str) {
        let length = text.len() as u64 + 1;
        if length <= self.console_left {
            self.console_left -= length;
            self.send(GuestMessage::Console { level, text: text.to_owned() });
        } else if self.console_left > 0 {
            self.console_left = 0;
            self.send(GuestMessage::ConsoleFull);
        }
    }

    pub fn has_calls_in_flight(&self) -> bool {
        !self.calls.is_empty()
    }

    pub fn accept(&mut self, message: HostMessage) {
        match message {
            // Only before there is a program, and then it does not come here.
            HostMessage::Start(_) => {}
            HostMessage::Module { id, source } => {
                if let Some(reply) = self.loads.remove(&id) {
                    let _ = reply.send(source);
                }
            }
            HostMessage::Answer { id, answer } => {
                if let Some(call) = self.calls.get_mut(&id) {
                    call.answer = Some(answer);
                }
                if self.delivery == Delivery::AsTheyCome {
                    self.deliver();
                }
            }
        }
    }

    /// To be called whenever the program can do nothing more by itself. Whether it now can again.
    pub fn program_is_idle(&mut self) -> bool {
        let wave_is_complete =
            self.loads.is_empty() && !self.calls.is_empty() && self.calls.values().all(|call| call.answer.is_some());
        if self.delivery == Delivery::WaveByWave && wave_is_complete {
            self.deliver();
            return true;
        }
        false
    }

    /// Shows the program every answer that has come, in the order of the calls.
    fn deliver(&mut self) {
        let answered: Vec<u32> =
            self.calls.iter().filter(|(_, call)| call.answer.is_some()).map(|(id, _)| *id).collect();
        for id in answered {
            if let Some(PendingCall { wave, answer: Some(answer), reply }) = self.calls.remove(&id) {
                self.wave_seen = self.wave_seen.max(wave);
                // The receiver is gone when the program has ended.
                let _ = reply.send(answer);
            }
        }
    }
}
