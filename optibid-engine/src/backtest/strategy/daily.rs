//! Strategies that bid once a day.

use super::oracle::Oracle;
use super::schedule::ScheduleOffers;
use super::top_bottom::TopBottomOffers;
use crate::backtest::gate::{BidStrategy, Gate, GateBid, IdealEnergy, IntendedStep};
use crate::door;
use crate::forecast::{BlendedForecaster, SimilarDayForecaster};
use crate::methods::BatteryOffers;
use crate::offer::OpportunityCostOffers;
use crate::optimizer::BatteryOptimizer;
use jiff::{SignedDuration, Timestamp};
use optibid_core::backtest::BacktestInput;
use optibid_core::bid::BidOffer;
use optibid_core::forecast::{Forecast, ForecastRequest};
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::{EngineError, Forecaster, OfferBuilder, Optimizer};
use optibid_core::schedule::{
    Offer, OfferMethod, OfferRequest, PeriodPrice, ReasonKind, ScheduleRequest,
};
use optibid_core::unit::{Power, Price};
use std::sync::Arc;

/// How far back a forecast may look, hours.
const HOURS_BACK: i64 = 24 * 100;

/// Bids once a day, at the first gate of the product, what an offer builder makes of a forecast.
///
/// Where gates close through the day the bid stands for all of them, which knows less than a strategy that bids at each. At the
/// gates of a balancing product it does not bid: deviations from the awards are then only what cannot be delivered.
#[derive(Clone)]
pub struct Strategy {
    /// In words, for the report.
    pub name: String,
    /// What it expects prices to be.
    pub forecaster: Arc<dyn Forecaster>,
    /// What it offers then.
    pub offers: Arc<dyn OfferBuilder>,
    /// How the offer is built, for a builder that knows several methods; says what paths are drawn.
    pub method: OfferMethod,
}

impl Default for Strategy {
    /// [`SimilarDayForecaster`] and [`OpportunityCostOffers`].
    fn default() -> Self {
        Self {
            name: format!(
                "offers at the opportunity cost of stored energy around the schedule at the forecast's median; forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            forecaster: Arc::new(SimilarDayForecaster::new()),
            offers: Arc::new(OpportunityCostOffers::new()),
            method: OfferMethod::default(),
        }
    }
}

impl Strategy {
    /// As [`self_schedule`](Self::self_schedule) with the forecast of [`BlendedForecaster`]: of all here the one that
    /// captures most of ERCOT's day-ahead prices, in the months it was chosen on and in those held out.
    #[must_use]
    pub fn blended() -> Self {
        Self {
            name: format!(
                "the schedule at the forecast's median at any price; forecast: {}",
                BlendedForecaster::METHOD
            ),
            forecaster: Arc::new(BlendedForecaster::new()),
            offers: Arc::new(ScheduleOffers::new()),
            ..Self::default()
        }
    }

    /// The schedule at the forecast's medians, at any price.
    #[must_use]
    pub fn self_schedule() -> Self {
        Self {
            name: format!(
                "the schedule at the forecast's median at any price; forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            offers: Arc::new(ScheduleOffers::new()),
            ..Self::default()
        }
    }

    /// The cheapest and the dearest hours of the forecast, at any price.
    #[must_use]
    pub fn top_bottom(hours: u8) -> Self {
        Self {
            name: format!(
                "buys the {hours} cheapest hours of the forecast and sells the {hours} dearest at any price; forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            offers: Arc::new(TopBottomOffers::new(hours)),
            ..Self::default()
        }
    }

    /// Curves that are best on average over price paths drawn from past forecast errors ([`BatteryOffers`]).
    #[must_use]
    pub fn scenarios(seed: u64) -> Self {
        let count = OfferMethod::PATHS;
        Self {
            name: format!(
                "offers that are best on average over {count} price paths, the forecast with past days' errors, seed {seed}; \
                 forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            offers: Arc::new(BatteryOffers::new()),
            method: OfferMethod::scenarios(count, seed),
            ..Self::default()
        }
    }

    /// The curves of a policy whose price states are estimated from price paths ([`PolicyOffers`](crate::PolicyOffers)).
    #[must_use]
    pub fn policy(seed: u64) -> Self {
        let (count, states) = (OfferMethod::PATHS, OfferMethod::STATES);
        Self {
            name: format!(
                "the bids of a policy over stored energy and {states} price states, estimated from {count} price paths, the \
                 forecast with past days' errors, seed {seed}; forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            offers: Arc::new(BatteryOffers::new()),
            method: OfferMethod::policy(count, seed),
            ..Self::default()
        }
    }

    /// The schedule at the forecast's medians as loops or linked blocks ([`BlockOffers`](crate::BlockOffers)).
    #[must_use]
    pub fn blocks() -> Self {
        Self {
            name: format!(
                "the schedule at the forecast's median as block orders; forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            offers: Arc::new(BatteryOffers::new()),
            method: OfferMethod::Blocks,
            ..Self::default()
        }
    }

    /// The best schedule at the prices that come: it reads them from the input, which no gate would give it.
    #[must_use]
    pub fn perfect_foresight(input: &BacktestInput) -> Self {
        Self {
            name: "the best schedule at the prices that came, at any price".to_owned(),
            forecaster: Arc::new(Oracle::new(input)),
            offers: Arc::new(ScheduleOffers::new()),
            ..Self::default()
        }
    }
}

impl BidStrategy for Strategy {
    fn name(&self) -> String {
        self.name.clone()
    }

    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        if gate.is_balancing() || !gate.is_first() {
            return Ok(GateBid::default());
        }
        let rules = gate.rules;
        let back = SignedDuration::from_hours(HOURS_BACK);
        let start = gate.day.start();
        let from = start.checked_sub(back).unwrap_or(Timestamp::MIN);
        let known = gate.known.observations(&rules.product, from, start);
        let asked = ForecastRequest {
            market: rules.market.clone(),
            product: rules.product.clone(),
            location: gate.location.clone(),
            day: gate.day.clone(),
            resolution: rules.interval.value,
            made_at: gate.closes_at,
            history: known.cloned().collect(),
        };
        let forecast = self.forecaster.forecast(&asked)?;
        let draws = self.method.draws();
        let paths = draws.map(|(count, seed)| self.forecaster.paths(&asked, count, seed));
        let ideal = ideal(gate, &forecast)?;
        let offer = self.offers.build(&OfferRequest {
            method: self.method,
            paths: paths.transpose()?.unwrap_or_default(),
            ..OfferRequest::new(gate.battery.clone(), forecast, rules.clone())
        })?;
        let intended = intended(&offer, rules);
        let (periods, blocks) = match offer.bid {
            BidOffer::Curve(periods) => (periods, None),
            BidOffer::Block(orders) => (Vec::new(), Some(orders)),
            other => {
                let (code, rule) = ("kind_not_replayed", "curves or blocks");
                return Err(door::invalid(code, "offer", other.kind(), rule));
            }
        };
        Ok(GateBid {
            intended,
            periods,
            blocks,
            ideal,
        })
    }
}

/// The best schedule at the forecast's medians.
fn ideal(gate: &Gate<'_>, forecast: &Forecast) -> Result<Vec<IdealEnergy>, EngineError> {
    let prices = forecast.points.iter().map(|point| PeriodPrice {
        period: point.period,
        price: point.median,
    });
    let (zone, currency) = (gate.rules.zone.value.clone(), gate.rules.currency.value);
    let request = ScheduleRequest::new(gate.battery.clone(), zone, prices.collect(), currency);
    let best = BatteryOptimizer::new().optimise(&request)?;
    let points = best.points.iter().map(|point| IdealEnergy {
        period: point.period,
        energy: point.energy,
    });
    Ok(points.collect())
}

/// The steps of an offer at the prices asked before the venue's ticks, or its schedule at any price where it gives no
/// reasons. A step that is the scheduled power cut to the quantity tick is meant to be the scheduled power.
fn intended(offer: &Offer, rules: &ProductRules) -> Vec<IntendedStep> {
    let points = &offer.expected.points;
    if offer.reasons.is_empty() {
        let moves = points.iter().filter(|point| point.power != Power::ZERO);
        let steps = moves.map(|point| IntendedStep {
            period: point.period,
            from: Power::ZERO,
            to: point.power,
            limit: None,
        });
        return steps.collect();
    }
    let tick = rules
        .quantity_tick
        .as_ref()
        .map_or(0, |tick| tick.value.kilowatts());
    let exact = |period, power: Power| {
        let point = points.iter().find(|point| point.period == period);
        let cut = point.filter(|point| {
            let lost = point.power.kilowatts() - power.kilowatts();
            lost.signum() * power.kilowatts().signum() > 0 && lost.abs() < tick
        });
        cut.map_or(power, |point| point.power)
    };
    let steps = offer.reasons.iter().map(|step| {
        let ticks = step.parts.iter();
        let ticks = ticks.filter(|part| part.kind == ReasonKind::VenueTick);
        let tick: i64 = ticks.map(|part| part.amount.micros()).sum();
        let asked = step.price.micros().saturating_sub(tick);
        IntendedStep {
            period: step.period,
            from: exact(step.period, step.from),
            to: exact(step.period, step.to),
            limit: Some(Price::from_micros(asked)),
        }
    });
    steps.collect()
}
