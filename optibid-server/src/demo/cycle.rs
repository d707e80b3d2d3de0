//! The bid cycle, day by day, on a clock that stands where a trader would have stood.

use super::clock::SetClock;
use super::data::Fixture;
use super::delivery::delivered;
use super::summary::{CycleDay, Summary};
use super::world::World;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use optibid_core::app::{
    App, AwardFilter, DraftMode, OfferInput, ProfitFilter, RequestKey, SettleInput,
};
use optibid_core::bid::{Bid, BidState};
use optibid_core::error::{Error, Result};
use optibid_core::market::DeliveryDay;
use optibid_core::market::rules::ProductRules;
use optibid_core::portfolio::ProfitAndLoss;
use optibid_core::ports::{BidQuery, PageRequest};
use optibid_core::schedule::OfferMethod;
use optibid_venues::venue::SimulatedVenue;
use std::sync::Arc;

/// How long before the gate the bid goes out.
const BEFORE_GATE: SignedDuration = SignedDuration::from_mins(30);
/// How long after the gate the awards are asked for; ERCOT publishes at 13:30, the gate closes at 10:00.
const AWARDS_AFTER_GATE: SignedDuration = SignedDuration::from_hours(4);
/// How long after the day its last real-time price is known for certain.
const SETTLED_AFTER_DAY: SignedDuration = SignedDuration::from_hours(1);
/// Most moves of one bid; more would mean that it turns in circles.
const MOST_MOVES: u32 = 12;
/// Most awards of one day.
const AWARD_LIMIT: u32 = 1_000;

/// Replays the bid cycle for `days` delivery days from `first` on. Days that are settled already are not
/// traded again; one that was interrupted goes on where it stood.
///
/// `progress` hears the number of days that are done.
///
/// # Errors
/// When the store fails, or a step of the cycle is refused.
pub async fn replay(
    app: &App,
    (fixture, world): (&Fixture, &World),
    (first, days): (Date, u32),
    progress: &mut (dyn FnMut(u32) + Send),
) -> Result<Summary> {
    let last = last_day(first, days);
    let clock = Arc::new(SetClock::new(Timestamp::UNIX_EPOCH));
    let trader = Trader {
        app: at(app, fixture, &clock),
        clock,
        fixture,
        world,
    };
    let settled = trader.earned(first, last).await?;
    let dates = first.series(1.day()).take_while(|day| *day <= last);
    let mut idle = Vec::new();
    for (day, done) in dates.zip(1..) {
        if !settled.iter().any(|p| p.day == day)
            && let Some(reason) = trader.trade(day).await?
        {
            idle.push(CycleDay {
                day,
                outcome: Err(reason),
            });
        }
        progress(done);
    }
    let earned = trader.earned(first, last).await?.into_iter();
    let mut days: Vec<_> = earned
        .map(|p| CycleDay {
            day: p.day,
            outcome: Ok(p),
        })
        .collect();
    days.extend(idle);
    days.sort_by_key(|day| day.day);
    Summary::of(days)
}

/// The last of `days` delivery days.
#[must_use]
pub fn last_day(first: Date, days: u32) -> Date {
    first.saturating_add(i64::from(days.max(1) - 1).days())
}

/// When the last of the days is settled.
///
/// # Errors
/// When the calendar ends before it.
pub fn end_of(app: &App, fixture: &Fixture, last: Date) -> Result<Timestamp> {
    let rules = app.rules.at(&fixture.market, &fixture.day_ahead, last)?;
    let day = rules.delivery_day(last).map_err(no_such_time)?;
    later(day.end(), SETTLED_AFTER_DAY)
}

/// The same use cases on another clock, with a venue on that clock.
fn at(app: &App, fixture: &Fixture, clock: &Arc<SetClock>) -> App {
    let mut app = app.clone();
    app.environment.clock = clock.clone();
    let markets = vec![fixture.market.clone()];
    let venue = SimulatedVenue::new(markets, app.stores.prices.clone(), clock.clone());
    app.venues = vec![Arc::new(venue)];
    app
}

struct Trader<'a> {
    app: App,
    clock: Arc<SetClock>,
    fixture: &'a Fixture,
    world: &'a World,
}

impl Trader<'_> {
    /// Takes one day from forecast to settlement; answers why nothing was awarded where nothing was.
    async fn trade(&self, date: Date) -> Result<Option<String>> {
        let rules = self
            .app
            .rules
            .at(&self.fixture.market, &self.fixture.day_ahead, date)?;
        let day = rules.delivery_day(date).map_err(no_such_time)?;
        let first = day.period(0, rules.interval.value).map_err(no_such_time)?;
        let gate = rules.gate_closure(&day, &first).map_err(no_such_time)?;
        self.clock.set(later(gate, -BEFORE_GATE)?);
        let mut bid = match self.standing(date).await? {
            Some(bid) => bid,
            None => self.offer(date).await?,
        };
        for _ in 0..MOST_MOVES {
            bid = match bid.state() {
                BidState::Draft => self.app.validate_bid(&self.world.who, bid.id()).await?.bid,
                BidState::Validated => {
                    let version = (bid.id(), Some(bid.version()));
                    self.app.submit_bid(&self.world.who, version, None).await?
                }
                BidState::Submitted | BidState::Unknown | BidState::Acknowledged => {
                    self.clock.set(later(gate, AWARDS_AFTER_GATE)?);
                    self.app.refresh_bid(&self.world.who, bid.id()).await?
                }
                BidState::Cleared | BidState::PartlyCleared => {
                    self.clock.set(later(day.end(), SETTLED_AFTER_DAY)?);
                    self.settle(&bid, (&rules, &day)).await?;
                    return Ok(None);
                }
                BidState::Settled => return Ok(None),
                state => return Ok(Some(format!("the bid is {state}"))),
            };
        }
        Ok(Some(format!("the bid is still {}", bid.state())))
    }

    /// The bid of the day, where an earlier run has left one.
    async fn standing(&self, day: Date) -> Result<Option<Bid>> {
        let query = BidQuery {
            market: Some(self.fixture.market.clone()),
            product: Some(self.fixture.day_ahead.clone()),
            delivery_day: Some(day),
            states: Vec::new(),
            page: PageRequest {
                limit: 50,
                after: None,
            },
        };
        let bids = self.app.bids(&self.world.who, &query).await?.items;
        let over = [BidState::Expired, BidState::Withdrawn, BidState::Rejected];
        let asset = Some(self.world.asset);
        let ours = |bid: &Bid| bid.content().asset == asset && !over.contains(&bid.state());
        Ok(bids.into_iter().find(ours))
    }

    /// Forecasts, builds the offer and drafts it.
    async fn offer(&self, day: Date) -> Result<Bid> {
        let input = OfferInput {
            asset: self.world.asset,
            product: self.fixture.day_ahead.clone(),
            day,
            made_at: None,
            safe: false,
            method: OfferMethod::default(),
        };
        let offer = self.app.build_offer(&self.world.who, input).await?;
        let key = RequestKey::new(&format!("demo-{}-{day}", self.world.asset), &offer.content)?;
        let drafted = self
            .app
            .draft_bid(&self.world.who, offer.content, DraftMode::Strict, &key)
            .await?;
        Ok(drafted.bid)
    }

    /// Follows the awards with the battery and settles the day.
    async fn settle(&self, bid: &Bid, (rules, day): (&ProductRules, &DeliveryDay)) -> Result<()> {
        let filter = AwardFilter {
            bid: Some(bid.id()),
            market: None,
            product: None,
            from: day.start(),
            until: day.end(),
            limit: AWARD_LIMIT,
        };
        let awards = self.app.awards(&self.world.who, &filter).await?;
        let real_time = &self.fixture.real_time;
        let meter = self
            .app
            .rules
            .at(&self.fixture.market, real_time, day.date())?;
        let resolution = meter
            .settlement_interval
            .as_ref()
            .unwrap_or(&meter.interval)
            .value;
        let delivered = delivered(&self.world.battery, &awards, (day, resolution))?;
        let asset = self.world.asset;
        let samples: Vec<_> = delivered.iter().map(|d| d.sample(asset)).collect();
        let who = &self.world.who;
        self.app.record_telemetry(who, asset, &samples).await?;
        let input = SettleInput {
            market: rules.market.clone(),
            location: self.fixture.location.clone(),
            day: day.date(),
            day_ahead: rules.product.clone(),
            real_time: Some(real_time.clone()),
            metered: Some(delivered.iter().map(|d| d.metered).collect()),
        };
        self.app.settle_day(&self.world.who, input).await?;
        Ok(())
    }

    async fn earned(&self, from: Date, to: Date) -> Result<Vec<ProfitAndLoss>> {
        let market = Some(self.fixture.market.clone());
        let filter = ProfitFilter { market, from, to };
        self.app.profit_and_loss(&self.world.who, filter).await
    }
}

fn later(instant: Timestamp, by: SignedDuration) -> Result<Timestamp> {
    instant.checked_add(by).map_err(no_such_time)
}

fn no_such_time(error: impl std::fmt::Display) -> Error {
    Error::field("no_such_time", "day", "", error.to_string())
}
