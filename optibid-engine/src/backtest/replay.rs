//! The replay: gates and deliveries in order of time.

use super::ask::{Asked, Desk};
use super::book::{Book, Delivered, Run};
use super::digest::{KnowledgeHash, hex};
use super::fill::Fills;
use super::gate::HeldAward;
use super::prices::Prices;
use super::value;
use crate::door::Store;
use jiff::Timestamp;
use optibid_core::backtest::{BacktestDay, BacktestInput, GateRecord, SkippedDay};
use optibid_core::market::DeliveryDay;
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::{EngineError, Flow, Optimizer, Progress};
use optibid_core::unit::{Energy, Power};
use std::ops::Range;

/// What happens at an instant, in the order of variants where instants are the same: what was delivered up to it is settled
/// before the gate that closes then.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    /// A settlement period ends: day, slot.
    Settle(usize, usize),
    /// A day ends.
    Close(usize),
    /// A gate closes.
    Gate(Closing),
}

/// A gate: day, whether of the balancing product, the bid periods that close.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Closing {
    day: usize,
    balancing: bool,
    from: usize,
    until: usize,
}

impl Closing {
    const fn range(&self) -> Range<usize> {
        self.from..self.until
    }
}

/// The replay under way.
pub(super) struct Replay<'a> {
    desk: Desk<'a>,
    optimizer: &'a dyn Optimizer,
    prices: &'a Prices<'a>,
    knowledge: KnowledgeHash<'a>,
    fills: Fills,
    books: Vec<Book<'a>>,
    /// The first day that has not ended.
    open: usize,
    /// State of charge after the last day that ended, and power in its last period: none before the first.
    soc: Energy,
    power: Option<Power>,
    days: Vec<BacktestDay>,
    skipped: Vec<SkippedDay>,
}

impl<'a> Replay<'a> {
    /// Opens the books of all days.
    ///
    /// # Errors
    /// When a day lies past the calendar.
    pub(super) fn new(
        desk: Desk<'a>,
        optimizer: &'a dyn Optimizer,
        prices: &'a Prices<'a>,
    ) -> Result<Self, EngineError> {
        let BacktestInput {
            request,
            rules,
            balancing,
            ..
        } = desk.input;
        let dates = request.from.series(jiff::ToSpan::day(1));
        let mut books = Vec::with_capacity(rules.len());
        for (i, (date, rules)) in dates.zip(rules).enumerate() {
            let day = rules
                .delivery_day(date)
                .map_err(|_| EngineError::OutOfRange("a delivery day"))?;
            let both = (rules, balancing.get(i));
            books.push(Book::open(day, both, &request.battery, prices));
        }
        Ok(Self {
            optimizer,
            prices,
            knowledge: KnowledgeHash::new(prices),
            fills: Fills {
                seed: request.settings.seed,
                mean: request.settings.fill,
            },
            books,
            open: 0,
            soc: request.battery.initial_soc,
            power: None,
            days: Vec::new(),
            skipped: Vec::new(),
            desk,
        })
    }

    /// Lives through all events.
    pub(super) fn run(
        mut self,
        progress: &mut Progress<'_>,
    ) -> Result<(Vec<BacktestDay>, Vec<SkippedDay>), EngineError> {
        let total = u64::try_from(self.books.len()).unwrap_or(u64::MAX);
        let mut done = 0;
        for (instant, event) in self.events() {
            match event {
                Event::Settle(day, slot) => self.settle(day, slot)?,
                Event::Gate(closing) => {
                    if let Err(error) = self.gate(instant, &closing) {
                        let reason = self.reason(instant, &closing, &error);
                        self.fail(closing.day, reason);
                    }
                }
                Event::Close(day) => {
                    self.close(day)?;
                    done += 1;
                    if progress(done, total) == Flow::Stop {
                        return Err(EngineError::Cancelled);
                    }
                }
            }
        }
        Ok((self.days, self.skipped))
    }

    /// All events in order of time. A day whose gates cannot be told is failed.
    fn events(&mut self) -> Vec<(Timestamp, Event)> {
        let mut events = Vec::new();
        for (i, book) in self.books.iter_mut().enumerate() {
            events.push((book.day.end(), Event::Close(i)));
            if book.failed.is_some() {
                continue;
            }
            let both = [Some(book.rules), book.balancing];
            let mut gates = Vec::new();
            for (balancing, rules) in both.into_iter().enumerate() {
                let Some(rules) = rules else { continue };
                match closings(rules, &book.day) {
                    Ok(found) => gates.extend(found.into_iter().map(|(at, periods)| {
                        let closing = Closing {
                            day: i,
                            balancing: balancing == 1,
                            from: periods.start,
                            until: periods.end,
                        };
                        (at, Event::Gate(closing))
                    })),
                    Err(reason) => book.failed = Some(reason),
                }
            }
            if book.failed.is_none() {
                events.extend(gates);
                let slots = book.slots.iter().enumerate();
                events.extend(slots.map(|(t, slot)| (slot.period.end(), Event::Settle(i, t))));
            }
        }
        events.sort_unstable();
        events
    }

    /// Bids at a gate.
    fn gate(&mut self, instant: Timestamp, closing: &Closing) -> Result<(), EngineError> {
        let known = self.knowledge.advance(instant);
        let Some(book) = self.books.get(closing.day).filter(|b| b.failed.is_none()) else {
            return Ok(());
        };
        let product = usize::from(closing.balancing);
        let rules = match book.balancing {
            Some(rules) if closing.balancing => rules,
            _ => book.rules,
        };
        let periods = book.bids[product].periods.get(closing.range());
        let periods = periods.unwrap_or_default();
        let start = periods.first().map_or(book.day.start(), |p| p.start());
        let soc = self.expected(closing.day, start, instant);
        let held = if closing.balancing {
            self.held(book, instant)
        } else {
            Vec::new()
        };
        let asked = Asked {
            rules,
            day: &book.day,
            closing: periods,
            closes_at: instant,
            soc,
            held: &held,
            day_ahead: closing.balancing.then_some(&book.rules.product),
        };
        let (bid, hash) = self.desk.ask(&asked, self.prices, &self.knowledge)?;
        let record = GateRecord {
            product: rules.product.clone(),
            closes_at: instant,
            state_of_charge: soc,
            known: u64::try_from(known).unwrap_or(u64::MAX),
            hash: hex(&hash),
        };
        let Some(book) = self.books.get_mut(closing.day) else {
            return Ok(());
        };
        book.hashes.push(hash);
        if self.desk.input.request.settings.detail {
            book.gates.push(record);
        }
        book.take(product, bid, closing.range())?;
        if !closing.balancing && closing.until == book.bids[0].periods.len() {
            let filled = |slot| book.position(slot, self.fills).map(|[.., filled]| filled);
            book.awards = book.slots.iter().map(filled).collect::<Result<_, _>>()?;
        }
        Ok(())
    }

    /// The awards of the day that are known: those whose price is.
    fn held(&self, book: &Book<'_>, instant: Timestamp) -> Vec<HeldAward> {
        let known = self.prices.at(instant);
        let awards = book.slots.iter().zip(&book.awards);
        let awards = awards.filter(|(slot, _)| known.is_known(&book.rules.product, &slot.period));
        let held = awards.map(|(slot, &energy)| HeldAward {
            period: slot.period,
            energy,
        });
        held.collect()
    }

    /// The state of charge that is expected for `start` on the day, from what was delivered up to now and what was awarded or,
    /// where that is not known, meant to be run from now on.
    fn expected(&self, day: usize, start: Timestamp, now: Timestamp) -> Energy {
        let known = self.prices.at(now);
        let mut state = (self.soc, self.power);
        let books = self.books.get(self.open..=day).unwrap_or_default();
        for book in books.iter().filter(|book| book.failed.is_none()) {
            let (mut store, done) = match &book.run {
                Some(run) => (run.store.clone(), run.done.len()),
                None => (self.desk.store(book, state), 0),
            };
            let ahead = book.slots.iter().zip(&book.limits).enumerate().skip(done);
            for (t, (slot, limit)) in ahead.take_while(|(_, (slot, _))| slot.period.start() < start)
            {
                let award = book.awards.get(t).copied();
                let held = award.filter(|_| known.is_known(&book.rules.product, &slot.period));
                let meant = book.bids[1].ideal(&slot.period).or(held);
                let meant = meant.or_else(|| book.bids[0].ideal(&slot.period));
                store.run(meant.unwrap_or_default(), limit, self.desk.retention(book));
            }
            state = (store.soc(), power(book, &store));
        }
        state.0
    }

    /// Awards, fills and delivers one settlement period.
    fn settle(&mut self, day: usize, slot: usize) -> Result<(), EngineError> {
        let state = (self.soc, self.power);
        let Some(book) = self.books.get_mut(day).filter(|b| b.failed.is_none()) else {
            return Ok(());
        };
        let (Some(at), Some(limit)) = (book.slots.get(slot), book.limits.get(slot)) else {
            return Ok(());
        };
        let position = book.position(at, self.fills)?;
        let dispatch = book.dispatch(at, position, self.fills)?;
        let retention = self.desk.retention(book);
        if book.run.is_none() {
            book.run = Some(Run {
                soc_at_start: state.0,
                power_at_start: state.1,
                store: self.desk.store(book, state),
                done: Vec::with_capacity(book.slots.len()),
            });
        }
        let Some(run) = &mut book.run else {
            return Ok(());
        };
        let [.., wanted] = dispatch;
        let delivered = run.store.run(wanted, limit, retention);
        run.done.push(Delivered {
            position,
            dispatch,
            delivered,
            soc: run.store.soc(),
        });
        Ok(())
    }

    /// Writes the day's row, or why there is none.
    fn close(&mut self, day: usize) -> Result<(), EngineError> {
        self.open = day + 1;
        let Some(book) = self.books.get_mut(day) else {
            return Ok(());
        };
        let request = &self.desk.input.request;
        let row = match book.failed.take() {
            Some(reason) => Err(reason),
            None => value::day(
                book,
                &request.battery,
                self.optimizer,
                request.settings.detail,
            )
            .map_err(|error| error.to_string()),
        };
        match row {
            Ok(row) => {
                self.soc = row.state_of_charge;
                self.power = book.run.as_ref().and_then(|run| power(book, &run.store));
                self.days.push(row);
            }
            Err(reason) => {
                // The battery rests on a day that is left out.
                self.power = Some(Power::ZERO);
                self.skipped.push(SkippedDay {
                    day: book.day.date(),
                    reason,
                });
            }
        }
        // What a closed day held is in its row.
        book.slots = Vec::new();
        book.bids = Default::default();
        book.run = None;
        Ok(())
    }

    fn fail(&mut self, day: usize, reason: String) {
        if let Some(book) = self.books.get_mut(day) {
            book.failed.get_or_insert(reason);
        }
    }

    /// Why a gate was not bid at; that no price was known yet is told apart from there being none.
    fn reason(&self, instant: Timestamp, closing: &Closing, error: &EngineError) -> String {
        let Some(book) = self.books.get(closing.day) else {
            return error.to_string();
        };
        let known = self.prices.at(instant);
        let zone = book.day.zone();
        match known.first_known_later(&book.rules.product, book.day.start()) {
            Some((count, first)) if matches!(error, EngineError::NotEnoughHistory { .. }) => {
                format!(
                    "none of the {count} prices of the days before was known at the gate ({}): the first became known at {}",
                    zone.local(instant),
                    zone.local(first)
                )
            }
            _ => error.to_string(),
        }
    }
}

/// Mean power of a store's last period, cut to whole kW.
fn power(book: &Book<'_>, store: &Store) -> Option<Power> {
    let seconds = book.resolution.seconds();
    let energy = store.last()?.kilowatt_seconds();
    Some(Power::from_kilowatts(energy / seconds))
}

/// The gates of a product's day: when they close and which bid periods close then.
pub(super) fn closings(
    rules: &ProductRules,
    day: &DeliveryDay,
) -> Result<Vec<(Timestamp, Range<usize>)>, String> {
    let mut found: Vec<(Timestamp, Range<usize>)> = Vec::new();
    let daily = rules.gate.value.is_daily();
    for (i, period) in rules.periods(day).enumerate() {
        let last = found.last_mut();
        if daily && let Some((_, range)) = last {
            range.end = i + 1;
            continue;
        }
        let at = rules.gate_closure(day, &period);
        let at = at.map_err(|error| error.to_string())?;
        match found.last_mut() {
            Some((before, range)) if *before == at => range.end = i + 1,
            _ => found.push((at, i..i + 1)),
        }
    }
    Ok(found)
}
