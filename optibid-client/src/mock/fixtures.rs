//! Days as the server answers them, from the built-in rules: also those on which clocks change.

use jiff::civil::Date;
use optibid_core::api::{DayView, HistoryView, PriceView};
use optibid_core::app::DayGrid;
use optibid_core::market::rules::{ProductRules, RuleBook, RuleError};
use optibid_core::market::{DayError, LocationCode, MarketId, PriceObservation, ProductId};
use optibid_core::unit::Price;

/// The day of 2026 that lacks an hour in the zones of ERCOT, CAISO, NYISO and PJM.
pub const SHORT_DAY: Date = jiff::civil::date(2026, 3, 8);
/// The day of 2026 that has an hour twice in the zones of ERCOT, CAISO, NYISO and PJM.
pub const LONG_DAY: Date = jiff::civil::date(2026, 11, 1);
/// The day of 2026 that lacks an hour in Europe.
pub const SHORT_DAY_IN_EUROPE: Date = jiff::civil::date(2026, 3, 29);
/// The day of 2026 that has an hour twice in Europe.
pub const LONG_DAY_IN_EUROPE: Date = jiff::civil::date(2026, 10, 25);

/// Why there is no such day.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FixtureError {
    /// Market, product or day are not in the rules.
    #[error(transparent)]
    Rules(#[from] RuleError),
    /// The day is out of the calendar.
    #[error(transparent)]
    Day(#[from] DayError),
}

/// What `deliveryDay` answers: the grid of a day with its gates.
///
/// ```
/// use optibid_client::mock::fixtures::{LONG_DAY, SHORT_DAY, delivery_day};
/// let hours = |day| Ok::<_, Box<dyn std::error::Error>>(delivery_day("ERCOT".parse()?, "DAM".parse()?, day)?.periods.len());
/// assert_eq!((hours(SHORT_DAY)?, hours(LONG_DAY)?), (23, 25));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When market or product are not known, or their rules do not reach back to that day.
pub fn delivery_day(
    market: MarketId,
    product: ProductId,
    day: Date,
) -> Result<DayView, FixtureError> {
    let rules = RuleBook::builtin().at(&market, &product, day)?;
    Ok(DayGrid::of(rules, day)?.into())
}

/// What `priceHistory` answers of a day: a price for each of its periods, 10 in the first and 1 more in each that follows, known
/// when the day's first gate closed.
///
/// ```
/// use optibid_client::mock::fixtures::{LONG_DAY, price_history};
/// let prices = price_history("ERCOT".parse()?, "DAM".parse()?, "HB_SOUTH".parse()?, LONG_DAY)?.items;
/// // One o'clock comes twice, and the two are told apart by their offset.
/// assert_eq!(prices[1].market_time, "2026-11-01T01:00:00-05:00[America/Chicago]");
/// assert_eq!(prices[2].market_time, "2026-11-01T01:00:00-06:00[America/Chicago]");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`delivery_day`].
pub fn price_history(
    market: MarketId,
    product: ProductId,
    location: LocationCode,
    day: Date,
) -> Result<HistoryView, FixtureError> {
    let rules: ProductRules = RuleBook::builtin().at(&market, &product, day)?;
    let terms = (rules.zone.value.clone(), rules.currency.value);
    let grid = DayGrid::of(rules, day)?;
    let known_at = grid.periods.first().map(|p| p.closes_at);
    let price = |(units, gated): (i32, &optibid_core::app::GatedPeriod)| {
        let observation = PriceObservation {
            market: market.clone(),
            product: product.clone(),
            location: location.clone(),
            period: gated.period,
            price: Price::from_units(units),
            components: None,
            known_at: known_at.unwrap_or(gated.closes_at),
        };
        PriceView::new(observation, Some(&terms))
    };
    let items = (10..).zip(&grid.periods).map(price).collect();
    Ok(HistoryView {
        items,
        next_from: None,
    })
}
