//! The bid cycle replayed over past prices.

mod ask;
mod book;
mod digest;
mod fill;
mod gate;
mod many;
mod prices;
mod replay;
mod rerun;
mod strategy;
mod value;

pub use gate::{BidStrategy, Gate, GateBid, HeldAward, IdealEnergy, IntendedStep};
pub use prices::KnownPrices;
pub use strategy::{Rolling, ScheduleOffers, Strategy, TopBottomOffers};

use crate::door;
use crate::optimizer::BatteryOptimizer;
use ask::Desk;
use optibid_core::backtest::{
    BacktestDay, BacktestInput, BacktestReport, GateRecord, SkippedDay, Waterfall,
};
use optibid_core::error::Violation;
use optibid_core::portfolio::{ProductRevenue, capture_ratio};
use optibid_core::ports::{Backtester, EngineError, Progress};
use optibid_core::unit::{Currency, Energy, Money};
use prices::Prices;
use replay::Replay;
use std::sync::Arc;

/// Replays the bid cycle day by day: forecast, offer, award, dispatch.
///
/// # A day
/// 1. At the gate closure of the day's first period, the prices with `known_at` at or before it are what is known. Products
///    whose gates close through the day are bid once too, at the first of them, which knows less than a trader would.
/// 2. The strategy forecasts the day and offers.
/// 3. Each curve is awarded what it offers at the price that came
///    ([`OfferCurve::cleared_at`](optibid_core::bid::OfferCurve::cleared_at)): the battery is taken to be too small to move it.
///    Where the settlement period is shorter than the bid's, the curve is read once in each.
/// 4. The battery delivers the awards in order of time, from the state of charge that the day before left, within its power,
///    store and cycle budget. What it cannot deliver is settled as imbalance at the same price, which leaves the price of what
///    was delivered, and is reported as undelivered.
/// 5. Perfect foresight is the best schedule of the same day at the prices that came, from the same state of charge, with the
///    same target for its end (free, unless the battery has one): what the day held, not what a run of days held. Its
///    periods are those of settlement.
///
/// Prices are what was known last; restatements after the gate do not reach the forecast, but they settle.
///
/// # Capture
/// `(revenue - wear) / perfect foresight`, of a day and of all days together; none where perfect foresight does not earn
/// anything. A target is kept by the schedule, not by the dispatch: where awards that were meant to reach it do not come, the
/// day ends below it and may even earn more than perfect foresight, which had to reach it.
///
/// # Days left out
/// A day is skipped, with the reason, when the forecast has too little history at the gate, when a price of the day is missing,
/// when no gate or offer exists. The battery then keeps its energy. Prices imported later than the gates, with the
/// import as their time of knowledge, leave every day without history: they are not taken for known earlier.
///
/// # Example
/// ```
/// use optibid_core::backtest::BacktestInput;
/// use optibid_core::ports::{Backtester, EngineError, Flow};
/// use optibid_engine::GateBacktester;
///
/// fn show(input: &BacktestInput) -> Result<(), EngineError> {
///     let report = GateBacktester::new().run(input, &mut |_done, _total| Flow::Continue)?;
///     for day in &report.days {
///         println!("{} {} of {}", day.day, day.revenue, day.perfect_foresight);
///     }
///     Ok(())
/// }
/// ```
#[derive(Clone, Default)]
pub struct GateBacktester {
    /// None takes the one that the request names.
    strategy: Option<Arc<dyn BidStrategy>>,
    optimizer: BatteryOptimizer,
}

impl GateBacktester {
    /// A backtest of the strategy that the request names.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A backtest of that strategy, whatever the request names.
    #[must_use]
    pub fn of(strategy: impl BidStrategy) -> Self {
        Self {
            strategy: Some(Arc::new(strategy)),
            ..Self::default()
        }
    }

    /// Bids at every gate of a day again, from the input and from the state of charge and the awards that the row of the day
    /// tells (a report with detail): the same hashes mean the same knowledge and the same bids, bit for bit.
    ///
    /// # Errors
    /// Those of [`run`](Backtester::run); `no_detail` when the row lists no gates; what the strategy says.
    pub fn rerun(
        &self,
        input: &BacktestInput,
        day: &BacktestDay,
    ) -> Result<Vec<GateRecord>, EngineError> {
        check(input)?;
        let strategy = self.strategy(input);
        rerun::day(&Desk::new(input, strategy.as_ref()), day)
    }

    fn strategy(&self, input: &BacktestInput) -> Arc<dyn BidStrategy> {
        let named = || strategy::named(input.request.settings.strategy, input);
        self.strategy.clone().unwrap_or_else(named)
    }
}

impl Backtester for GateBacktester {
    /// # Errors
    /// [`EngineError::Invalid`] with the codes of the battery's own rules under `request.battery`, `span_reversed` when `to`
    /// lies before `from`, `rules_do_not_fit` when there is not one set of rules for each day, of the request's market and
    /// product and in one currency (the same for the balancing product's), `fill_out_of_range`, `balancing_is_product`.
    /// [`EngineError::Cancelled`] when told to stop. [`EngineError::OutOfRange`] when a sum is past what the domain holds.
    fn run(
        &self,
        input: &BacktestInput,
        progress: &mut Progress<'_>,
    ) -> Result<BacktestReport, EngineError> {
        let currency = check(input)?;
        let strategy = self.strategy(input);
        let prices = Prices::new(input);
        let desk = Desk::new(input, strategy.as_ref());
        let rows = Replay::new(desk, &self.optimizer, &prices)?.run(progress)?;
        report((input, strategy.name()), currency, rows)
    }

    fn run_many(
        &self,
        inputs: &[BacktestInput],
        threads: usize,
        progress: &mut Progress<'_>,
    ) -> Result<Vec<BacktestReport>, EngineError> {
        many::run(self, inputs, threads, progress)
    }
}

fn report(
    (input, strategy): (&BacktestInput, String),
    currency: Currency,
    (days, skipped): (Vec<BacktestDay>, Vec<SkippedDay>),
) -> Result<BacktestReport, EngineError> {
    let out = EngineError::OutOfRange("a sum");
    let sum = |amount: fn(&BacktestDay) -> Money| {
        Money::sum(days.iter().map(amount), currency).ok_or(out.clone())
    };
    let (revenue, wear) = (sum(|day| day.revenue)?, sum(|day| day.wear)?);
    let perfect_foresight = sum(|day| day.perfect_foresight)?;
    let fees = Money::sum(days.iter().filter_map(|day| day.fees), currency);
    let fees = fees.ok_or(out.clone())?;
    let net = revenue
        .checked_sub(wear)
        .and_then(|net| net.checked_sub(fees));
    let net = net.ok_or(out.clone())?;
    let discharged = days
        .iter()
        .try_fold(Energy::ZERO, |sum, day| sum.checked_add(day.discharged));
    let waterfall = Waterfall::sum(days.iter().filter_map(|d| d.waterfall.as_ref()), currency);
    let usable = input.request.battery.usable_energy();
    let pays = days.iter().any(|day| day.fees.is_some());
    Ok(BacktestReport {
        request: input.request.clone(),
        strategy,
        revenue,
        revenues: by_product(&days, currency).ok_or(out.clone())?,
        fees: pays.then_some(fees),
        wear,
        perfect_foresight,
        capture: capture_ratio(net, perfect_foresight),
        cycles: door::cycles(discharged.ok_or(out.clone())?, usable),
        waterfall: Some(waterfall.ok_or(out)?),
        gate_count: days.iter().map(|day| u64::from(day.gate_count)).sum(),
        days,
        skipped,
    })
}

fn by_product(days: &[BacktestDay], currency: Currency) -> Option<Vec<ProductRevenue>> {
    let products = days.first().map_or(&[][..], |day| &day.revenues);
    let total = |i: usize, product: &ProductRevenue| {
        let amounts = days
            .iter()
            .filter_map(|day| Some(day.revenues.get(i)?.amount));
        Some(ProductRevenue {
            product: product.product.clone(),
            amount: Money::sum(amounts, currency)?,
        })
    };
    let products = products.iter().enumerate();
    products.map(|(i, product)| total(i, product)).collect()
}

/// Names everything that is wrong with the request, or the currency that it is settled in.
fn check(input: &BacktestInput) -> Result<Currency, EngineError> {
    let request = &input.request;
    let mut found = request.battery.violations("request.battery");
    let days = request
        .from
        .until(request.to)
        .map_or(-1, |span| i64::from(span.get_days()))
        + 1;
    if days < 1 {
        let rule = format!("not before request.from, which is {}", request.from);
        found.push(Violation::new(
            "span_reversed",
            "request.to",
            request.to,
            rule,
        ));
    } else if i64::try_from(input.rules.len()) != Ok(days) {
        let rule = format!("one for each of the {days} days");
        found.push(Violation::new(
            "rules_do_not_fit",
            "rules",
            input.rules.len(),
            rule,
        ));
    }
    let currency = input.rules.first().map(|rules| rules.currency.value);
    for (i, rules) in input.rules.iter().enumerate() {
        let same = rules.market == request.market && rules.product == request.product;
        if !same || Some(rules.currency.value) != currency {
            let value = format!(
                "{} {} in {}",
                rules.market, rules.product, rules.currency.value
            );
            let rule = format!("{} {} in one currency", request.market, request.product);
            found.push(Violation::new(
                "rules_do_not_fit",
                format!("rules[{i}]"),
                value,
                rule,
            ));
        }
    }
    match currency {
        Some(currency) if found.is_empty() => Ok(currency),
        _ => Err(EngineError::Invalid(found)),
    }
}
