//! Whether a battery can deliver whatever a set of offer curves may win, and the least costly cut if not.
//!
//! # The problem
//! The periods of an auction clear independently: a battery that offers a curve in each of them may win any combination. With
//! the award `x_t` of a period (MW, positive discharged), efficiencies `e_c`, `e_d`, retention `r` and `h` hours, the stored
//! energy follows
//!
//! ```text
//! s_t = max(r * s_(t-1), s_min) + h * u(x_t),   u(x) = -x / e_d for x > 0, -x * e_c for x < 0          MWh
//! ```
//!
//! (a standing loss ends at the lowest state of charge, as in operation). A set of curves is safe when `s_min <= s_t <= s_max`,
//! the power limits and the cycle budget hold under **every** pattern of awards: each `x_t` anywhere between the ends of its
//! range on its own, partial fills included. The range is all that the curve offers, from the whole purchase to the whole sale
//! ([`Offered::prices`] none), or what it accepts at some price of a given band, which makes part of an award
//! certain: a purchase far above the band is then relied on, a sale far above it is not expected.
//!
//! # The check
//! `s_t` rises with `s_(t-1)` and falls with `x_t`, and both are continuous, so what can be reached after each period is the whole
//! interval between two paths: the lowest wins every sale in full and nothing else, the highest every purchase. The interval
//! recursion over the two ends is therefore exact in both directions: [`Verdict::Safe`] proves that no pattern breaks a limit,
//! [`Verdict::Unsafe`] names a pattern that does, award by award. It costs `O(T)`. Energies count as equal
//! within 1e-9 of the store's size; awards are whole kW, as the venue settles them. Where settlement periods are shorter
//! than the periods bid for, the award may differ in each, and the recursion runs over the shorter ones.
//!
//! # The repair
//! [`repair`] makes a set safe by narrowing pieces of curves: each piece (a step, or a line between two points) keeps its prices and
//! loses MW, be it an outer or an inner one. Expected profit at given scenarios of prices is linear in these widths,
//! so are both paths, and the least costly cut is a linear programme (solved with the simplex method; where one limit alone binds
//! it is the continuous knapsack of Dantzig 1957, Operations Research 5(2), 266-288). Widths are then cut to quantity ticks, and ticks
//! that still fit are given back in the order of their profit. The result carries its proof and the value of the linear
//! programme as a bound: no narrowing earns more than [`Repaired::bound`].
//!
//! The programme is exact without a standing loss or with a `min_soc` of 0; else it lets the loss stop at `min_soc` a little
//! sooner than it does, which keeps the bound valid and costs the result at most what bound and profit say.
//!
//! # Example
//! ```
//! use optibid_core::asset::Battery;
//! use optibid_core::bid::{CurvePoint, CurveShape, OfferCurve};
//! use optibid_core::market::Resolution;
//! use optibid_core::market::rules::RuleBook;
//! use optibid_core::unit::{Energy, Power, Price, Ratio};
//! use optibid_engine::awards::{self, Case, Limit, Offered, Outlook, Verdict};
//!
//! let battery = Battery {
//!     initial_soc: Energy::from_mwh(12),
//!     ..Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::ONE)
//! };
//! let sale = |price| {
//!     let point = CurvePoint::new(Power::from_megawatts(10), Price::from_units(price));
//!     OfferCurve::sell(CurveShape::Step, vec![point])
//! };
//! let offers = [Offered::of(sale(60)?), Offered::of(sale(90)?)];
//! let hour = Resolution::Hour;
//! let case = Case { battery: &battery, offers: &offers, interval: hour, settlement: hour };
//! let Verdict::Unsafe(breach) = awards::check(&case)? else { return Err("12 MWh are sold twice".into()) };
//! assert_eq!((breach.limit, breach.period), (Limit::MinSoc, 1));
//! assert!((breach.by - 8.0).abs() < 1e-9);
//!
//! // At 80 and 100 with equal chances the second hour earns 50 on the mean: 8 of the 10 MW of the first are given up.
//! let rules = RuleBook::builtin().at(&"CAISO".parse()?, &"DAM".parse()?, "2026-06-01".parse()?)?;
//! let scenarios = [vec![(50.0, 1.0), (70.0, 1.0)], vec![(80.0, 1.0), (100.0, 1.0)]];
//! let outlook = Outlook { scenarios: &scenarios, stored_value: 0.0 };
//! let repaired = awards::repair(&case, &outlook, &rules)?;
//! assert_eq!(repaired.curves[0].as_ref().map(ToString::to_string).as_deref(), Some("2 MW @ 60.00"));
//! // Profit is counted at the clearing price: 10 MW x 35 + 10 MW x 50 before, 2 MW x 35 + 10 MW x 50 after.
//! assert_eq!((repaired.profit_before, repaired.profit_after), (850.0, 570.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod case;
mod cut;
mod narrow;
mod programme;
mod reach;

pub use case::{Case, Offered};
pub use cut::{Outlook, Repaired, repair};
pub use reach::{Breach, Limit, Proof, Verdict};

use crate::door;
use optibid_core::ports::EngineError;

/// Proves that no pattern of awards breaks a limit of the battery, or finds one that does.
///
/// # Errors
/// [`EngineError::Invalid`] with the codes of [`Battery::violations`](optibid_core::asset::Battery::violations), `no_periods`, `availability_out_of_range`,
/// `wrong_resolution` when settlement periods do not divide the interval, `band_crossed` for prices from high to low, and
/// `battery_out_of_range` for figures past what a sum stands.
pub fn check(case: &Case<'_>) -> Result<Verdict, EngineError> {
    case.check()?;
    let model = door::model(case.battery, case.settlement, 0.0)?;
    Ok(reach::verdict(case, &model))
}
