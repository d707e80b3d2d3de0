//! Battery schedules and offers: what the engine is asked and what it answers.

mod method;
mod reason;
mod safety;

pub use method::OfferMethod;
pub use reason::{MoneyPart, MoveReasons, NextBest, PricePart, ReasonKind, StepReasons};
pub use safety::{AwardBreach, AwardSafety, PeriodAward};

use crate::asset::Battery;
#[cfg(feature = "api")]
use crate::bid::BidDraft;
use crate::bid::{BidContent, BidOffer, BidPeriod};
use crate::forecast::{Forecast, PricePaths};
use crate::id::AssetId;
use crate::market::rules::ProductRules;
use crate::market::{DeliveryPeriod, MarketZone};
use crate::unit::{Currency, Energy, Money, Power, Price, Ratio};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The price of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PeriodPrice {
    /// The period.
    pub period: DeliveryPeriod,
    /// Its price per MWh.
    pub price: Price,
}

/// Limits of the stored energy at the end of one period, within those of the battery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SocLimits {
    /// Least stored energy.
    pub min: Energy,
    /// Most stored energy.
    pub max: Energy,
}

/// A battery's arbitrage problem: maximise revenue less wear and fees over the periods, as a price taker.
///
/// ```
/// use optibid_core::asset::Battery;
/// use optibid_core::market::{MarketZone, Resolution};
/// use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
/// use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
/// let zone = MarketZone::new("America/Chicago", 0)?;
/// let day = zone.day("2024-11-03".parse()?)?;
/// let battery = Battery::symmetric(Power::from_megawatts(1), Energy::from_mwh(2), Ratio::ONE);
/// let price = |period| PeriodPrice { period, price: Price::from_units(30) };
/// let prices: Vec<_> = day.periods(Resolution::Hour).map(price).collect();
/// assert_eq!(prices.len(), 25); // the clock goes back on that day
/// let request = ScheduleRequest::new(battery, zone, prices, Currency::Usd);
/// assert!(request.availability.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct ScheduleRequest {
    /// The battery.
    pub battery: Battery,
    /// The market's zone: it says where a delivery day, and with it a daily cycle budget, ends.
    pub zone: MarketZone,
    /// Prices of consecutive periods of one length.
    pub prices: Vec<PeriodPrice>,
    /// Share of the power limits available in each period; empty means all of it always.
    pub availability: Vec<Ratio>,
    /// Limits of the stored energy at the end of each period; empty means the battery's own.
    pub soc_limits: Vec<SocLimits>,
    /// Power at the grid connection before the first period, positive is injection: where a ramp limit
    /// starts from. None leaves the first period free.
    pub initial_power: Option<Power>,
    /// Currency of the prices.
    pub currency: Currency,
}

impl ScheduleRequest {
    /// A battery that is fully available, within its own limits.
    #[must_use]
    pub const fn new(
        battery: Battery,
        zone: MarketZone,
        prices: Vec<PeriodPrice>,
        currency: Currency,
    ) -> Self {
        Self {
            battery,
            zone,
            prices,
            availability: Vec::new(),
            soc_limits: Vec::new(),
            initial_power: None,
            currency,
        }
    }
}

/// What the battery does in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct SchedulePoint {
    /// The period.
    pub period: DeliveryPeriod,
    /// Mean power at the grid connection: positive discharges, negative charges; never both at once.
    pub power: Power,
    /// Energy at the grid connection, exact: positive discharged, negative charged.
    pub energy: Energy,
    /// Stored energy at the end of the period.
    pub state_of_charge: Energy,
    /// What one more stored MWh would be worth at the end of the period.
    pub stored_value: Price,
}

/// How a schedule was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScheduleMethod {
    /// Dynamic programming on the value of stored energy: the optimum.
    DynamicProgram,
    /// A mixed-integer program, for what couples periods otherwise: a ramp limit, wear by cycle depth.
    MixedIntegerProgram,
}

/// A cycle budget over the periods it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BudgetUse {
    /// The delivery day of a daily budget; absent for the share of the yearly one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Date>,
    /// Most energy that may be discharged at the grid connection.
    pub limit: Energy,
    /// Energy discharged.
    pub discharged: Energy,
    /// What one more MWh of budget would earn; zero where the budget does not bind.
    pub shadow_price: Price,
}

/// The energy missing from a target that has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Shortfall {
    /// Energy missing from the target at the end.
    pub energy: Energy,
    /// What it costs.
    pub cost: Money,
}

/// The optimal schedule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Schedule {
    /// One point a period, in order of time.
    pub points: Vec<SchedulePoint>,
    /// Energy sold less energy bought, at the given prices.
    pub revenue: Money,
    /// Cost of degradation, that of cycle depth included.
    pub wear: Money,
    /// Grid fees for energy drawn and fed in; absent when the battery pays none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fees: Option<Money>,
    /// What is missing from a target that has a price; absent when nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shortfall: Option<Shortfall>,
    /// Revenue less wear, fees and the cost of a shortfall: what was maximised.
    pub value: Money,
    /// Energy discharged over usable capacity.
    pub cycles: Ratio,
    /// The cycle budgets, each day's and the year's, with what they cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub budgets: Vec<BudgetUse>,
    /// How it was found.
    #[serde(default = "first_method")]
    pub method: ScheduleMethod,
    /// How far at most the value lies below the optimum; absent where it is the optimum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gap: Option<Money>,
}

/// The method of schedules stored before there was a choice.
const fn first_method() -> ScheduleMethod {
    ScheduleMethod::DynamicProgram
}

/// A schedule with the reasons of its moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct ExplainedSchedule {
    /// The schedule.
    pub schedule: Schedule,
    /// One entry a period in which the battery moves, in order of time.
    pub moves: Vec<MoveReasons>,
}

/// What to turn into offer curves.
#[derive(Debug, Clone)]
pub struct OfferRequest {
    /// The battery.
    pub battery: Battery,
    /// The price forecast of the day.
    pub forecast: Forecast,
    /// The venue's rules of the day.
    pub rules: ProductRules,
    /// Share of the power limits available in each period; empty means all of it always.
    pub availability: Vec<Ratio>,
    /// Whether the offer is made one whose every pattern of awards can be delivered.
    pub safe: bool,
    /// How they are built, for a builder that knows several methods.
    pub method: OfferMethod,
    /// The price paths that the method draws; without any where it draws none.
    pub paths: PricePaths,
}

impl OfferRequest {
    /// A battery that is fully available, offered at the opportunity cost of its stored energy, not cut for safety.
    #[must_use]
    pub fn new(battery: Battery, forecast: Forecast, rules: ProductRules) -> Self {
        Self {
            battery,
            forecast,
            rules,
            availability: Vec::new(),
            safe: false,
            method: OfferMethod::default(),
            paths: PricePaths::default(),
        }
    }
}

/// An offer for a day and the schedule it is built around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What to bid: one curve a bid period, in order of time, or block orders.
    pub bid: BidOffer,
    /// The schedule at the forecast's median.
    pub expected: Schedule,
    /// Why each step has its price, in order of time and, within a period, from zero outwards.
    pub reasons: Vec<StepReasons>,
    /// Whether every pattern of awards can be delivered.
    pub safety: AwardSafety,
}

impl Offer {
    /// The offer as a bid to draft, with what it rests on: the forecast that it was made from and, where it is one's own, the asset.
    #[must_use]
    pub fn built(
        self,
        forecast: Forecast,
        currency: Currency,
        asset: Option<AssetId>,
    ) -> BuiltOffer {
        BuiltOffer {
            content: BidContent {
                market: forecast.market.clone(),
                product: forecast.product.clone(),
                location: forecast.location.clone(),
                delivery_day: forecast.day,
                currency,
                asset,
                offer: self.bid,
                note: None,
            },
            forecast,
            expected: self.expected,
            reasons: self.reasons,
            safety: self.safety,
        }
    }

    /// The curves; none where the offer is made of block orders.
    #[must_use]
    pub fn curves(&self) -> &[BidPeriod] {
        match &self.bid {
            BidOffer::Curve(periods) => periods,
            _ => &[],
        }
    }
}

/// Offer curves ready to be drafted as a bid, with what they rest on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct BuiltOffer {
    /// The content of a bid; posted to `/api/bids` it is drafted.
    #[cfg_attr(feature = "api", schema(value_type = BidDraft))]
    pub content: BidContent,
    /// The forecast.
    pub forecast: Forecast,
    /// The schedule at the forecast's median.
    pub expected: Schedule,
    /// Why each step of a curve has its price: parts that add up to it.
    pub reasons: Vec<StepReasons>,
    /// Whether every pattern of awards can be delivered: a pattern that cannot, where one exists.
    #[serde(default)]
    pub safety: AwardSafety,
}
