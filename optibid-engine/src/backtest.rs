//! The bid cycle replayed over past prices.

mod day;
mod known;
mod strategy;

pub use strategy::Strategy;

use crate::door;
use crate::optimizer::BatteryOptimizer;
use day::Replay;
use known::Known;
use optibid_core::backtest::{BacktestDay, BacktestInput, BacktestReport, SkippedDay};
use optibid_core::error::Violation;
use optibid_core::ports::{Backtester, EngineError, Flow, Optimizer, Progress};
use optibid_core::unit::{Currency, Energy, Money};

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
    strategy: Strategy,
    optimizer: BatteryOptimizer,
}

impl GateBacktester {
    /// A backtest of the [default strategy](Strategy::default).
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A backtest of that strategy.
    #[must_use]
    pub fn of(strategy: Strategy) -> Self {
        Self {
            strategy,
            ..Self::default()
        }
    }
}

impl Backtester for GateBacktester {
    /// # Errors
    /// [`EngineError::Invalid`] with the codes of the battery's own rules under `request.battery`, `span_reversed` when `to`
    /// lies before `from`, `rules_do_not_fit` when there is not one set of rules for each day, of the request's market and
    /// product and in one currency. [`EngineError::Cancelled`] when told to stop. [`EngineError::OutOfRange`] when a sum is
    /// past what the domain holds.
    fn run(
        &self,
        input: &BacktestInput,
        progress: &mut Progress<'_>,
    ) -> Result<BacktestReport, EngineError> {
        let currency = check(input)?;
        let known = Known::new(input);
        let total = u64::try_from(input.rules.len()).unwrap_or(u64::MAX);
        let mut battery = input.request.battery.clone();
        let (mut days, mut skipped) = (Vec::new(), Vec::new());
        let dates = input.request.from.series(jiff::ToSpan::day(1));
        for (done, (date, rules)) in (1..).zip(dates.zip(&input.rules)) {
            let replay = Replay {
                strategy: &self.strategy,
                optimizer: &self.optimizer as &dyn Optimizer,
                request: &input.request,
                rules,
            };
            match replay.day(date, battery.clone(), &known) {
                Ok(day) => {
                    battery.initial_soc = day.state_of_charge;
                    days.push(day);
                }
                Err(reason) => skipped.push(SkippedDay { day: date, reason }),
            }
            if progress(done, total) == Flow::Stop {
                return Err(EngineError::Cancelled);
            }
        }
        self.report(input, currency, (days, skipped))
    }
}

impl GateBacktester {
    fn report(
        &self,
        input: &BacktestInput,
        currency: Currency,
        (days, skipped): (Vec<BacktestDay>, Vec<SkippedDay>),
    ) -> Result<BacktestReport, EngineError> {
        let sum = |amount: fn(&BacktestDay) -> Money| {
            Money::sum(days.iter().map(amount), currency).ok_or(EngineError::OutOfRange("a sum"))
        };
        let (revenue, wear) = (sum(|day| day.revenue)?, sum(|day| day.wear)?);
        let perfect_foresight = sum(|day| day.perfect_foresight)?;
        let net = revenue
            .checked_sub(wear)
            .ok_or(EngineError::OutOfRange("a sum"))?;
        let discharged = days
            .iter()
            .try_fold(Energy::ZERO, |sum, day| sum.checked_add(day.discharged));
        let discharged = discharged.ok_or(EngineError::OutOfRange("a sum"))?;
        Ok(BacktestReport {
            request: input.request.clone(),
            strategy: self.strategy.name.clone(),
            revenue,
            wear,
            perfect_foresight,
            capture: door::share(net, perfect_foresight),
            cycles: door::cycles(discharged, input.request.battery.usable_energy()),
            days,
            skipped,
        })
    }
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
