//! Driving a future on the current thread, with waits of one's own: [`drive`].

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use tokio::runtime::Runtime;

/// Polls a future to its end, and what it spawns on the runtime. Whenever nothing can go on by itself, `wait` is called in
/// place of the runtime's own waiting, and says whether to go on; if not, there is no result.
pub fn drive<T>(runtime: &Runtime, future: impl Future<Output = T>, mut wait: impl FnMut() -> bool) -> Option<T> {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    let mut future = pin!(future);
    let mut turns_left = 0;
    let mut is_due = true;
    runtime.block_on(std::future::poll_fn(|cx| {
        loop {
            if std::mem::take(&mut is_due) {
                if let Poll::Ready(result) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Poll::Ready(Some(result));
                }
                turns_left = TURNS;
            }
            if turns_left > 0 {
                turns_left -= 1;
                // Asked to come back at once, the runtime first runs the tasks that the future may have set going.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            if !woken.0.swap(false, Ordering::Relaxed) && !wait() {
                return Poll::Ready(None);
            }
            is_due = true;
        }
    }))
}

/// Turns that tasks are given before something outside is waited for: one, and one more for a task that has yielded.
const TURNS: u32 = 2;

/// Whether something has happened that the future waits for.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;

    use super::*;

    fn runtime() -> Runtime {
        tokio::runtime::Builder::new_current_thread().build().unwrap()
    }

    #[test]
    fn a_future_that_wakes_itself_is_polled_without_waiting() {
        let mut polls = 0;
        let future = std::future::poll_fn(|cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            if polls == 5 { Poll::Ready(polls) } else { Poll::Pending }
        });
        assert_eq!(drive(&runtime(), future, || panic!("nothing to wait for")), Some(5));
    }

    #[test]
    fn what_is_spawned_runs_before_anything_is_waited_for() {
        let future = async {
            let task = tokio::spawn(async {
                tokio::task::yield_now().await;
                7
            });
            task.await
        };
        assert_eq!(drive(&runtime(), future, || panic!("nothing to wait for")).and_then(Result::ok), Some(7));
    }

    #[test]
    fn a_future_that_waits_is_polled_as_long_as_it_is_worth_it() {
        let mut waits = 0;
        let result = drive(&runtime(), pending::<()>(), || {
            waits += 1;
            waits < 3
        });
        assert_eq!((result, waits), (None, 3));
    }
}
