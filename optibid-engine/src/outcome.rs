//! What becomes of an offer at given prices.

mod books;
mod case;
mod clearing;
mod delivery;
mod grid;
mod paths;

use case::Case;
use delivery::Step;
use grid::Grid;
use optibid_core::outcome::{
    BidOutcome, OutcomeDelivery, OutcomePeriod, OutcomeRequest, OutcomeShortfall,
};
use optibid_core::ports::{BidEvaluator, EngineError};
use optibid_core::unit::{Money, Price};
use paths::Paths;

/// Tells what becomes of an offer that is too small to move a price; the definitions are at [`BidOutcome`].
///
/// # The method
/// Each period's curve is read at its price, block orders are accepted at all prices of the day together, as the simulated venue and
/// the [backtest](crate::GateBacktester) clear them. The battery is run through what cleared as a backtest runs it: in whole kW s, what
/// is stored rounded down and what is taken rounded up. The same is done on every path. Money is summed exactly and rounded once a sum.
///
/// Nothing is optimised: what a battery does here is what its awards ask of it, as far as it can.
///
/// # Cost
/// A path costs its periods: a look-up in a curve that was drawn before, a step of the store, a product.
///
/// # Example
/// ```
/// use optibid_core::asset::Battery;
/// use optibid_core::bid::{BidOffer, BidPeriod, CurvePoint, CurveShape, OfferCurve};
/// use optibid_core::market::{MarketZone, Resolution};
/// use optibid_core::outcome::{OutcomeRequest, ShortfallCause};
/// use optibid_core::ports::BidEvaluator;
/// use optibid_core::schedule::PeriodPrice;
/// use optibid_core::unit::{Currency, Energy, Power, Price, Ratio};
/// use optibid_engine::PriceTakingEvaluator;
///
/// let day = MarketZone::new("Europe/Berlin", 0)?.day("2026-01-19".parse()?)?;
/// let sell = |mw, price| {
///     let point = CurvePoint::new(Power::from_megawatts(mw), Price::from_units(price));
///     OfferCurve::sell(CurveShape::Step, vec![point])
/// };
/// let prices: Vec<_> = day
///     .periods(Resolution::Hour)
///     .zip([20, 60, 80])
///     .map(|(period, price)| PeriodPrice { period, price: Price::from_units(price) })
///     .collect();
/// let offer = prices.iter().map(|p| Ok(BidPeriod { period: p.period, curve: sell(10, 50)? }));
/// let offer = BidOffer::Curve(offer.collect::<Result<_, Box<dyn std::error::Error>>>()?);
/// let battery = Battery {
///     initial_soc: Energy::from_mwh(15),
///     ..Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::ONE)
/// };
/// let outcome = PriceTakingEvaluator::new().evaluate(&OutcomeRequest {
///     battery: Some(battery),
///     ..OutcomeRequest::new(offer, prices, Currency::Eur)
/// })?;
/// // 20 does not clear; 10 MWh go at 60, and of the next 10 only 5 are left, at 80.
/// assert_eq!(outcome.totals.net.to_string(), "1000.00");
/// let short = outcome.periods[2].delivery.as_ref().and_then(|done| done.shortfall);
/// let short = short.ok_or("5 MWh are short")?;
/// assert_eq!((short.energy, short.cause), (Energy::from_mwh(5), ShortfallCause::Empty));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct PriceTakingEvaluator(());

impl PriceTakingEvaluator {
    /// An evaluator; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl BidEvaluator for PriceTakingEvaluator {
    /// # Errors
    /// [`EngineError::Invalid`] with
    /// - `kind_not_evaluated` for an offer that is neither of curves nor of blocks: its award is no energy at one price,
    /// - `no_periods`, `mixed_resolutions`, `periods_not_consecutive` for the prices,
    /// - `period_not_priced`, `duplicate_period` for a period of the offer,
    /// - `paths_do_not_fit` for a path that has not one price for each period,
    /// - the battery's own rules under `battery.`, `availability_length`, `availability_out_of_range` for its shares.
    ///
    /// [`EngineError::OutOfRange`] when an amount is past what the domain holds.
    fn evaluate(&self, request: &OutcomeRequest) -> Result<BidOutcome, EngineError> {
        let case = Case::new(request)?;
        let paths = Paths::of(&case)?;
        let prices: Vec<Price> = request.prices.iter().map(|p| p.price).collect();
        let mut periods = Vec::with_capacity(prices.len());
        let mut before = Money::zero(request.currency);
        let totals = case.run(&prices, &mut Vec::new(), |passed| {
            let out = || EngineError::OutOfRange("the revenue");
            let at = request.prices.get(passed.t).ok_or_else(out)?;
            // Each period gets the rounded running sum less the one before it: no cent is lost or made.
            let sum = passed.books.revenue.total()?;
            let revenue = sum.checked_sub(before).ok_or_else(out)?;
            before = sum;
            periods.push(OutcomePeriod {
                period: at.period,
                price: at.price,
                cleared: passed.cleared,
                revenue,
                delivery: passed.step.map(|step| delivery(case.grid, step)),
                paths: paths.as_ref().and_then(|paths| paths.period(passed.t)),
            });
            Ok(())
        })?;
        Ok(BidOutcome {
            periods,
            totals,
            risk: paths.map(Paths::into_risk).transpose()?,
        })
    }
}

fn delivery(grid: Grid, step: Step) -> OutcomeDelivery {
    OutcomeDelivery {
        power: grid.power(step.energy),
        energy: step.energy,
        state_of_charge: step.soc,
        shortfall: step
            .short
            .map(|(energy, cause)| OutcomeShortfall { energy, cause }),
    }
}
