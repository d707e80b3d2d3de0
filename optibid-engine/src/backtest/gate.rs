//! What a strategy is asked at a gate, and what it answers.

use super::prices::KnownPrices;
use jiff::Timestamp;
use optibid_core::asset::Battery;
use optibid_core::bid::{BidPeriod, BlockOrders};
use optibid_core::market::rules::ProductRules;
use optibid_core::market::{DeliveryDay, DeliveryPeriod, LocationCode, ProductId};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Price};

/// A gate that closes, with what was known then and nothing else.
///
/// Every price comes through [`known`](Self::known), which holds back what was published later.
pub struct Gate<'a> {
    /// The rules of the product on the delivery day.
    pub rules: &'a ProductRules,
    /// The location.
    pub location: &'a LocationCode,
    /// The delivery day.
    pub day: &'a DeliveryDay,
    /// The bid periods that close now, in order of time. A bid may hold later periods of the day too; it stands for them
    /// until a later gate's bid replaces it.
    pub closing: &'a [DeliveryPeriod],
    /// When the gate closes.
    pub closes_at: Timestamp,
    /// The battery; `initial_soc` is the state of charge expected for the start of the first closing period.
    pub battery: &'a Battery,
    /// Day-ahead awards of the delivery day that were known, when this is the gate of the balancing product.
    pub held: &'a [HeldAward],
    /// The product that awards are held in, when this is the gate of the balancing product.
    pub day_ahead: Option<&'a ProductId>,
    /// Prices known.
    pub known: KnownPrices<'a>,
    /// The seed of the backtest.
    pub seed: u64,
}

impl Gate<'_> {
    /// Whether no gate of the product closed for the day before.
    #[must_use]
    pub fn is_first(&self) -> bool {
        let first = self.rules.periods(self.day).next();
        first.as_ref() == self.closing.first()
    }

    /// Whether it is the gate of the product that deviations settle at.
    #[must_use]
    pub const fn is_balancing(&self) -> bool {
        self.day_ahead.is_some()
    }

    /// The day's periods from the first that closes now on.
    #[must_use]
    pub fn open_periods(&self) -> Vec<DeliveryPeriod> {
        let from = self.closing.first().map(DeliveryPeriod::start);
        let periods = self.rules.periods(self.day);
        periods.filter(|p| Some(p.start()) >= from).collect()
    }
}

/// An award that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeldAward {
    /// The settlement period.
    pub period: DeliveryPeriod,
    /// The energy, positive is sold.
    pub energy: Energy,
}

/// What a strategy bids, and why as far as it says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GateBid {
    /// The curves. A period without one is not bid for.
    pub periods: Vec<BidPeriod>,
    /// Block orders, beside the curves; taken at the first gate of a product's day, which must close for the whole day.
    pub blocks: Option<BlockOrders>,
    /// The best schedule at the strategy's own point forecast, by bid period; may be empty.
    pub ideal: Vec<IdealEnergy>,
    /// What the strategy means to run at which prices, before ticks and segments; may be empty.
    pub intended: Vec<IntendedStep>,
}

impl From<Vec<BidPeriod>> for GateBid {
    fn from(periods: Vec<BidPeriod>) -> Self {
        Self {
            periods,
            ..Self::default()
        }
    }
}

/// Energy of the best schedule at a point forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdealEnergy {
    /// The bid period.
    pub period: DeliveryPeriod,
    /// Energy at the grid connection over the whole period; positive discharges.
    pub energy: Energy,
}

/// A step that a strategy means to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IntendedStep {
    /// The bid period.
    pub period: DeliveryPeriod,
    /// Power at which the step begins, nearer to zero; positive discharges.
    pub from: Power,
    /// Power at which it ends.
    pub to: Power,
    /// Least price at which it discharges, highest at which it charges; none runs it at any price.
    pub limit: Option<Price>,
}

impl IntendedStep {
    /// The power that the step adds at a price.
    pub(super) fn at(&self, price: Price) -> i64 {
        let sells = self.to > self.from;
        let runs = self.limit.is_none_or(|limit| {
            if sells {
                price >= limit
            } else {
                price <= limit
            }
        });
        if runs {
            self.to.kilowatts().saturating_sub(self.from.kilowatts())
        } else {
            0
        }
    }
}

/// How a backtest bids. The same gate must give the same bid, bit for bit: a strategy draws from
/// [`Gate::seed`] if it draws, and keeps nothing from gate to gate.
///
/// # Example
/// Buys 5 MW in the hours of the night, whatever they cost, and sells 5 MW in the evening:
/// ```
/// use optibid_core::bid::{BidPeriod, CurvePoint, CurveShape, OfferCurve};
/// use optibid_core::ports::EngineError;
/// use optibid_core::unit::{Power, Price};
/// use optibid_engine::{BidStrategy, Gate, GateBacktester, GateBid};
///
/// struct NightAndEvening;
///
/// impl BidStrategy for NightAndEvening {
///     fn name(&self) -> String {
///         "5 MW from the night to the evening".to_owned()
///     }
///
///     fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
///         let at = |price| vec![CurvePoint::new(Power::from_megawatts(5), Price::from_units(price))];
///         let curve = |hour| match hour {
///             2..=3 => OfferCurve::buy(CurveShape::Linear, at(5_000)).ok(),
///             19..=20 => OfferCurve::sell(CurveShape::Linear, at(-250)).ok(),
///             _ => None,
///         };
///         let bids = gate.closing.iter().filter_map(|&period| {
///             let hour = gate.day.zone().local(period.start()).hour();
///             Some(BidPeriod { period, curve: curve(hour)? })
///         });
///         Ok(bids.collect::<Vec<_>>().into())
///     }
/// }
///
/// let backtester = GateBacktester::of(NightAndEvening);
/// ```
pub trait BidStrategy: Send + Sync + 'static {
    /// In words, for the report.
    fn name(&self) -> String;

    /// The bid for a gate. At a gate that it does not bid at it returns an empty one.
    ///
    /// # Errors
    /// When the strategy has no answer: the day is then left out with that reason.
    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError>;
}
