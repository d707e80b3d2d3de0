//! The bid cycle replayed over past prices.

mod ask;
mod bids;
mod book;
mod digest;
mod fill;
mod gate;
mod many;
mod prices;
mod replay;
mod rerun;
mod strategy;
mod sums;
mod value;

pub use gate::{BidStrategy, Gate, GateBid, HeldAward, IdealEnergy, IntendedStep};
pub use prices::KnownPrices;
pub use strategy::{PolicyGates, Rolling, ScheduleOffers, Strategy, TopBottomOffers};

use crate::door;
use crate::optimizer::BatteryOptimizer;
use ask::Desk;
use optibid_core::backtest::{
    BacktestDay, BacktestInput, BacktestReport, BacktestRequest, GateRecord, SkippedDay, Waterfall,
};
use optibid_core::error::Violation;
use optibid_core::market::rules::ProductRules;
use optibid_core::portfolio::{ProductRevenue, capture_ratio};
use optibid_core::ports::{Backtester, EngineError, Progress};
use optibid_core::unit::{Currency, Energy, Money};
use prices::Prices;
use replay::Replay;
use std::sync::Arc;

/// Replays the bid cycle gate by gate: bid, award, fill, delivery, settlement.
///
/// # A gate
/// Gates and deliveries are lived through in order of time. Where a gate closes, the [`BidStrategy`] is asked with the prices
/// whose `known_at` lies at or before it, the state of charge that is expected for the start of what closes (from what was
/// delivered so far, and what was awarded or meant to be run from then on) and the awards that are known by then. Its bid and
/// all of that go into a SHA-256: [`rerun`](GateBacktester::rerun) bids again and must come to the same one.
///
/// # A day
/// 1. Each curve is awarded what it offers at the price that came
///    ([`OfferCurve::cleared_at`](optibid_core::bid::OfferCurve::cleared_at)): the battery is taken to be too small to move it.
///    Where the settlement period is shorter than the bid's, the curve is read once in each.
/// 2. Of the award the request's `fill` is filled, drawn by seed, product and period.
/// 3. With a balancing product its curves say what is to be delivered instead; where it has none, the award is.
/// 4. The battery delivers in order of time, from the state of charge and the power that the day before left, within its power,
///    ramp, store and cycle budget. What it cannot deliver is reported as undelivered.
/// 5. Awards settle at the product's price, the difference to what was delivered at the balancing product's. Without one
///    all that was delivered settles at the product's price.
/// 6. Perfect foresight is the best schedule of the same day at the prices that came, from the same state of charge, with the
///    same target for its end (free, unless the battery has one): what the day held, not what a run of days held. With a
///    balancing product it is the best that the two settlements allow: the best delivery at the balancing price, and awards
///    at full power on the better side of each bid period's difference between the prices. Nothing ties the two together, so
///    that the bound is far above what a schedule alone could earn.
///
/// Prices are what was known last; restatements after the gate do not reach the bid, but they settle. Ledgers are exact and
/// rounded once a day and amount; every sum adds up to the minor unit, the [`Waterfall`] included.
///
/// # Capture
/// `(revenue - wear - fees - shortfall) / perfect foresight`, of a day and of all days together
/// ([`capture_ratio`]); none where perfect foresight does not earn anything. A target is kept by the schedule, not by the
/// dispatch: where awards that were meant to reach it do not come, the day ends below it and may even earn more
/// than perfect foresight, which had to reach it. What is missing from a target with a price costs that price at the end of each day.
///
/// # Ramps and wear by depth
/// A ramp limit bounds every delivery, early enough to come to rest before the store is full or empty; perfect foresight then is a
/// mixed-integer programme a day. Wear by cycle depth counts depth from where the day began. Schedules are planned with both; the curves
/// of most strategies do not know the ramp, which then shows as undelivered, and `scenarios` and `policy` answer with a reason instead.
///
/// # Days left out
/// A day is skipped, with the reason, when the strategy has no answer at one of its gates (too little history), when a price of
/// the day is missing, when no gate exists. The battery then keeps its energy. Prices imported later than the gates, with the
/// import as their time of knowledge, leave every day without history: they are not taken for known earlier.
///
/// # Cost
/// A gate costs what the strategy takes, a look-up a price, and the hash of what became known since the gate before.
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
    /// product and in one currency (the same for the balancing product's), `fill_out_of_range`, `hours_out_of_range` for a
    /// top-bottom strategy, `balancing_is_product`.
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
        many::run(
            &|input, told| self.run(input, told),
            inputs,
            threads,
            progress,
        )
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
    let missing = days.iter().filter_map(|day| Some(day.shortfall?.cost));
    let missing = Money::sum(missing, currency).ok_or(out.clone())?;
    let mut costs = [wear, fees, missing].into_iter();
    let net = costs.try_fold(revenue, |net, cost| net.checked_sub(cost));
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
        shortfall: (missing != Money::zero(currency)).then_some(missing),
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
    let mut found = request.violations("request.");
    let days = request
        .from
        .until(request.to)
        .map_or(-1, |span| i64::from(span.get_days()))
        + 1;
    if days < 1 {
        let rule = format!("not before request.from, which is {}", request.from);
        let (code, field) = ("span_reversed", "request.to");
        found.push(Violation::new(code, field, request.to, rule));
    } else {
        check_count(&mut found, "rules", (input.rules.len(), days));
        let balances = request.settings.balancing.is_some();
        let wanted = if balances { days } else { 0 };
        check_count(&mut found, "balancing", (input.balancing.len(), wanted));
    }
    let currency = input.rules.first().map(|rules| rules.currency.value);
    check_rules(&mut found, ("rules", &input.rules), (request, currency));
    let both = ("balancing", input.balancing.as_slice());
    check_rules(&mut found, both, (request, currency));
    match currency {
        Some(currency) if found.is_empty() => Ok(currency),
        _ => Err(EngineError::Invalid(found)),
    }
}

fn check_count(found: &mut Vec<Violation>, field: &'static str, (count, wanted): (usize, i64)) {
    if i64::try_from(count) != Ok(wanted) {
        let rule = match wanted {
            0 => "none without a balancing product".to_owned(),
            days => format!("one for each of the {days} days"),
        };
        found.push(Violation::new("rules_do_not_fit", field, count, rule));
    }
}

/// Whether rules are those of the request's market and of their product, in one currency.
fn check_rules(
    found: &mut Vec<Violation>,
    (field, days): (&str, &[ProductRules]),
    (request, currency): (&BacktestRequest, Option<Currency>),
) {
    let balancing = request.settings.balancing.as_ref();
    let product = match balancing {
        Some(product) if field == "balancing" => product,
        _ => &request.product,
    };
    for (i, rules) in days.iter().enumerate() {
        let (currency_of, market) = (rules.currency.value, &rules.market);
        let same = *market == request.market && rules.product == *product;
        if !same || Some(currency_of) != currency {
            let value = format!("{market} {} in {currency_of}", rules.product);
            let rule = format!("{} {product} in one currency", request.market);
            let field = format!("{field}[{i}]");
            found.push(Violation::new("rules_do_not_fit", field, value, rule));
        }
    }
}
