//! Battery optimisation, price forecasts, offer curves and backtests for OptiBid.
//!
//! Pure computation: no I/O, no clock, no randomness of its own; the same input gives the same answer. It computes in `f64`
//! and speaks the exact types of [`optibid_core`], whose ports it implements: energies come out in whole kW s within every
//! limit, money is summed exactly and rounded once. The optimum is an optimum: where a limit keeps the fast method from it, a programme
//! is solved instead, and what is not proven says so.
//!
//! # Where it stands
//!
//! ```text
//!                           optibid-core
//!                                 ▲
//!       ┌────────────┬────────────┼────────────┬────────────┐
//!   [engine]      storage     streaming     venues       client
//!       └────────────┴────────────┼────────────┘            ┆
//!                          optibid-server ◄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┄┘
//! ```
//!
//! It knows `optibid-core` alone. A program may use it without the rest, as below.
//!
//! # Example
//!
//! From prices to a schedule:
//!
//! ```
//! use optibid_core::ports::Optimizer;
//! use optibid_core::{asset::Battery, market::{MarketZone, Resolution}};
//! use optibid_core::schedule::{PeriodPrice, ScheduleRequest};
//! use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
//!
//! let battery = Battery {
//!     degradation_cost: Price::from_units(5),
//!     ..Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::from_ppm(950_000))
//! };
//! let zone = MarketZone::new("America/Chicago", 0)?;
//! let day = zone.day("2024-08-20".parse()?)?;
//! let prices = day.periods(Resolution::Hour).enumerate().map(|(hour, period)| {
//!     let price = if (17..21).contains(&hour) { 150 } else { 25 };
//!     PeriodPrice { period, price: Price::from_units(price) }
//! });
//! let request = ScheduleRequest::new(battery, zone, prices.collect(), Currency::Usd);
//! let schedule = optibid_engine::BatteryOptimizer::new().optimise(&request)?;
//! println!("{} {}, {} cycles", schedule.value, Currency::Usd, schedule.cycles);
//! assert_eq!(schedule.value.to_string(), "2228.68");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Items
//!
//! | item | port | what it answers |
//! | --- | --- | --- |
//! | [`BatteryOptimizer`] | [`Optimizer`](optibid_core::ports::Optimizer) | which schedule earns most at given prices |
//! | [`SimilarDayForecaster`] | [`Forecaster`](optibid_core::ports::Forecaster) | what prices a day will bring, with a band |
//! | [`GateAssessor`] | [`ForecastAssessor`](optibid_core::ports::ForecastAssessor) | how good such forecasts were, from what was known at each gate |
//! | [`OpportunityCostOffers`] | [`OfferBuilder`](optibid_core::ports::OfferBuilder) | which curves to offer for it |
//! | [`BatteryOffers`] | the same | the same, by the method that the request names: also [`ScenarioOffers`], [`PolicyOffers`], [`BlockOffers`] |
//! | [`PriceTakingEvaluator`] | [`BidEvaluator`](optibid_core::ports::BidEvaluator) | what becomes of a bid at given prices and on price paths |
//! | [`GateBacktester`] | [`Backtester`](optibid_core::ports::Backtester) | what that would have earned, gate by gate |
//! | [`battery`] | | the same optimum in plain `f64`, and what a stored MWh is worth |
//! | [`curve`] | | the best offer curve with few points for an opportunity cost with many |
//! | [`awards`] | | whether every pattern of awards can be delivered, and the least costly cut if not |
//! | [`policy`] | | bids that earn most on average when prices are uncertain |
//! | [`program`] | | linear and mixed-integer programmes: ramps, wear by cycle depth, discharge budgets |
//! | [`scenario`] | | price paths from forecast errors, and bid curves that are best over all of them |
//!
//! # Features
//!
//! | feature | by default | adds |
//! | --- | --- | --- |
//! | `highs` | no | HiGHS as a second solver of linear programmes. Builds it from source: needs cmake and libclang, five minutes of CPU |

pub mod awards;
mod backtest;
pub mod battery;
pub mod blocks;
pub mod curve;
mod door;
mod forecast;
mod methods;
mod offer;
mod optimizer;
mod outcome;
pub mod policy;
pub mod program;
pub mod scenario;
mod series;

pub use backtest::{
    BidStrategy, Gate, GateBacktester, GateBid, HeldAward, IdealEnergy, IntendedStep, KnownPrices,
    PolicyGates, Rolling, ScheduleOffers, Strategy, TopBottomOffers,
};
pub use forecast::{BlendedForecaster, GateAssessor, SimilarDayForecaster};
pub use methods::{BatteryOffers, BlockOffers, PolicyOffers, ScenarioOffers};
pub use offer::OpportunityCostOffers;
pub use optimizer::BatteryOptimizer;
pub use outcome::PriceTakingEvaluator;
