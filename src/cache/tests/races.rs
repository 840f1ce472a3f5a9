//! However calls overlap, nobody who asks after a write has ended is told what was true before it.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Begin {
        principal: usize,
        tool: &'static str,
        input: u64,
        late: bool,
    },
    /// Lets one of the calls through that wait at the server.
    Open(prop::sample::Index),
    /// Gives up one of the calls that were begun.
    GiveUp(prop::sample::Index),
}

fn step() -> impl Strategy<Value = Step> {
    let tool = prop::sample::select(vec!["read", "read", "other_read", "create", "write", "fail"]);
    prop_oneof![
        4 => (0..2_usize, tool, 0..2_u64, any::<bool>())
            .prop_map(|(principal, tool, input, late)| Step::Begin { principal, tool, input, late }),
        4 => any::<prop::sample::Index>().prop_map(Step::Open),
        2 => any::<prop::sample::Index>().prop_map(Step::GiveUp),
    ]
}

type Asked = (usize, &'static str, u64, bool);

struct Begun {
    asked: Asked,
    /// What was acknowledged when it began.
    floor: u64,
    /// The call that was made for it, by this caller or another.
    made: Option<usize>,
    task: JoinHandle<Answer>,
}

#[derive(Default)]
struct Observer {
    begun: Vec<Begun>,
    waiting: Vec<usize>,
    /// The latest call that was really made for what was asked.
    made: BTreeMap<Asked, usize>,
    /// The version that a call wrote.
    wrote: BTreeMap<usize, u64>,
    /// The last version that a write has made that has ended, one way or another.
    floor: u64,
}

impl Observer {
    async fn open(&mut self, made: usize, world: &World) {
        let before = world.version();
        world.open(made);
        settle().await;
        self.note_write(made, before, world);
    }

    fn note_write(&mut self, made: usize, before: u64, world: &World) {
        if world.version() > before {
            self.wrote.insert(made, world.version());
        }
    }

    /// Looks at all answers that are there.
    async fn look(&mut self) -> Result<(), TestCaseError> {
        let (done, begun) = std::mem::take(&mut self.begun).into_iter().partition(|call| call.task.is_finished());
        self.begun = begun;
        let mut floor = self.floor;
        for Begun { asked, floor: expected, made, task } in Vec::from_iter::<Vec<_>>(done) {
            match task.await.expect("no panic") {
                Ok(answer) => {
                    let (version, origin) = version(Ok(answer));
                    prop_assert!(version >= expected, "{:?} was told {} after {}", asked, version, expected);
                    if origin == Origin::Server && !asked.1.ends_with("read") {
                        floor = floor.max(version);
                    }
                }
                Err(_) => floor = floor.max(self.wrote[&made.expect("a call")]),
            }
        }
        self.floor = floor;
        Ok(())
    }
}

async fn nobody_is_told_what_was(steps: Vec<Step>) -> Result<(), TestCaseError> {
    let (world, cache, alice) = with_world(World::gated());
    let hosts = [alice, host(&world, &cache, "bob")];
    let mut observer = Observer::default();
    for step in steps {
        let (calls, dropped, before) = (world.calls() as usize, world.dropped(), world.version());
        match step {
            Step::Begin { principal, tool, input, late } => {
                let mut call = call(tool, input);
                if late {
                    call.input.insert("late".into(), true.into());
                }
                let asked = (principal, tool, input, late);
                let (floor, task) = (observer.floor, start(&hosts[principal], call));
                settle().await;
                if world.calls() as usize > calls {
                    observer.waiting.push(calls);
                    observer.made.insert(asked, calls);
                    observer.note_write(calls, before, &world);
                }
                let made = observer.made.get(&asked).copied();
                observer.begun.push(Begun { asked, floor, made, task });
            }
            Step::Open(index) if !observer.waiting.is_empty() => {
                let opened = observer.waiting.swap_remove(index.index(observer.waiting.len()));
                observer.open(opened, &world).await;
            }
            Step::GiveUp(index) if !observer.begun.is_empty() => {
                let call = observer.begun.swap_remove(index.index(observer.begun.len()));
                call.task.abort();
                settle().await;
                let made = call.made.and_then(|made| observer.wrote.get(&made));
                if world.dropped() > dropped
                    && let Some(version) = made
                {
                    observer.floor = observer.floor.max(*version);
                }
            }
            Step::Open(_) | Step::GiveUp(_) => {}
        }
        observer.look().await?;
    }
    for index in std::mem::take(&mut observer.waiting) {
        observer.open(index, &world).await;
        observer.look().await?;
    }
    prop_assert!(observer.begun.is_empty(), "every call has an answer");
    Ok(())
}

proptest! {
    #[test]
    fn nobody_is_told_what_was_true_before_a_write_that_has_ended(steps in prop::collection::vec(step(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?;
        runtime.block_on(nobody_is_told_what_was(steps))?;
    }
}
