//! The bus inside one process.

use async_trait::async_trait;
use futures::stream;
use optibid_core::event::{Event, Topic};
use optibid_core::ports::{BusError, BusMessage, EventBus, EventStream, Topics};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// Most messages handed to a subscriber at once.
const BATCH: usize = 64;

/// An event bus in memory.
///
/// It keeps the last `capacity` events. A subscriber reads them at its own pace from its own
/// position; when it falls so far behind that its next event is no longer kept, it is told with a
/// [`BusMessage::Gap`] how many it missed, and goes on with the oldest that is. Publishing never waits
/// for anybody: memory is bounded by the capacity, whatever subscribers do.
#[derive(Clone)]
pub struct InProcessBus {
    shared: Arc<Shared>,
}

struct Shared {
    ring: Mutex<Ring>,
    /// The last sequence published; subscribers wait for it to grow.
    head: watch::Sender<u64>,
}

struct Ring {
    kept: VecDeque<(u64, Arc<Event>)>,
    capacity: usize,
    last: u64,
    closed: bool,
}

impl InProcessBus {
    /// A bus that keeps the last `capacity` events (at least one).
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self::after(capacity, 0)
    }

    /// A bus whose first event has the sequence after `last`.
    ///
    /// Sequences of one run must lie above those of the runs before, or a subscriber that comes back
    /// after a restart could not be told that it missed something. The time of the start in
    /// microseconds does: no bus publishes more than one event a microsecond. The count of a gap over a
    /// restart is then a distance and no number of messages.
    #[must_use]
    pub fn after(capacity: usize, last: u64) -> Self {
        let capacity = capacity.max(1);
        let ring = Ring {
            kept: VecDeque::with_capacity(capacity),
            capacity,
            last,
            closed: false,
        };
        let (head, _) = watch::channel(last);
        Self {
            shared: Arc::new(Shared {
                ring: Mutex::new(ring),
                head,
            }),
        }
    }

    /// Ends all subscriptions once they have read what is kept; publishing fails from now on.
    pub fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.head.send_modify(|_| {});
    }

    /// Number of live subscriptions.
    #[must_use]
    pub fn subscribers(&self) -> usize {
        self.shared.head.receiver_count()
    }

    /// The last sequence published; zero before the first.
    #[must_use]
    pub fn last_sequence(&self) -> u64 {
        self.shared.lock().last
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Ring> {
        // Every critical section leaves the ring whole, so a panic elsewhere does not spoil it.
        self.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Ring {
    fn push(&mut self, event: Event) -> u64 {
        if self.kept.len() == self.capacity {
            self.kept.pop_front();
        }
        self.last += 1;
        self.kept.push_back((self.last, Arc::new(event)));
        self.last
    }

    /// First sequence that is kept, or the next to come.
    fn first(&self) -> u64 {
        self.kept
            .front()
            .map_or(self.last + 1, |(sequence, _)| *sequence)
    }

    /// Messages after `position`, a gap first where some are gone, and the position after them.
    fn read(&self, position: u64, topics: &[Topic]) -> (Vec<BusMessage>, u64) {
        let mut messages = Vec::new();
        let first = self.first();
        let mut at = position;
        if position + 1 < first {
            messages.push(BusMessage::Gap {
                missed: first - position - 1,
                next: first,
            });
            at = first - 1;
        }
        let skip = usize::try_from(at + 1 - first).unwrap_or(usize::MAX);
        for (sequence, event) in self.kept.iter().skip(skip).take(BATCH) {
            at = *sequence;
            if topics.is_empty() || topics.contains(&event.topic()) {
                messages.push(BusMessage::Event {
                    sequence: *sequence,
                    event: event.clone(),
                });
            }
        }
        (messages, at)
    }
}

/// One subscriber's place.
struct Cursor {
    shared: Arc<Shared>,
    head: watch::Receiver<u64>,
    topics: Topics,
    position: u64,
    ready: VecDeque<BusMessage>,
}

impl Cursor {
    async fn next(mut self) -> Option<(BusMessage, Self)> {
        loop {
            if let Some(message) = self.ready.pop_front() {
                return Some((message, self));
            }
            // Marked as seen before reading, so that what is published meanwhile wakes us again.
            self.head.mark_unchanged();
            let (messages, position, closed, last) = {
                let ring = self.shared.lock();
                let (messages, position) = ring.read(self.position, &self.topics);
                (messages, position, ring.closed, ring.last)
            };
            self.position = position;
            self.ready.extend(messages);
            if !self.ready.is_empty() || position < last {
                continue;
            }
            if closed || self.head.changed().await.is_err() {
                return None;
            }
        }
    }
}

#[async_trait]
impl EventBus for InProcessBus {
    async fn publish(&self, event: Event) -> Result<(), BusError> {
        let sequence = {
            let mut ring = self.shared.lock();
            if ring.closed {
                return Err(BusError::Closed);
            }
            ring.push(event)
        };
        self.shared.head.send_replace(sequence);
        Ok(())
    }

    async fn subscribe(&self, topics: Topics, after: Option<u64>) -> Result<EventStream, BusError> {
        let head = self.shared.head.subscribe();
        let (first, last, closed) = {
            let ring = self.shared.lock();
            (ring.first(), ring.last, ring.closed)
        };
        if closed {
            return Err(BusError::Closed);
        }
        // A sequence that was never given out is of another run, with a clock ahead of ours: the
        // subscriber is sent on from the first message with a gap in front.
        let ahead = after.filter(|position| *position > last);
        let position = if ahead.is_some() {
            first - 1
        } else {
            after.unwrap_or(last)
        };
        let mut ready = VecDeque::new();
        if let Some(position) = ahead {
            ready.push_back(BusMessage::Gap {
                missed: position - last,
                next: first,
            });
        }
        let cursor = Cursor {
            shared: self.shared.clone(),
            head,
            topics,
            position,
            ready,
        };
        Ok(Box::pin(stream::unfold(cursor, Cursor::next)))
    }
}
