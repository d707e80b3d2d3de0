//! Whether every pattern of awards of an offer can be delivered, and what makes it so.

use super::rungs::Bounds;
use super::taking::price_taking;
use crate::awards::{self, Breach, Case, Limit, Offered, Outlook, Verdict};
use crate::door;
use optibid_core::bid::{BidPeriod, OfferCurve};
use optibid_core::error::Violation;
use optibid_core::market::DeliveryPeriod;
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::EngineError;
use optibid_core::schedule::{AwardBreach, AwardSafety, OfferRequest, PeriodAward, Schedule};
use optibid_core::unit::{Power, Price, Ratio};

/// The curves of a day, none where nothing is offered.
type Curves = Vec<Option<OfferCurve>>;

/// Curves with what is known of their awards.
pub(crate) struct Secured {
    /// One curve a period that is bid for.
    pub(crate) periods: Vec<BidPeriod>,
    /// Whether every pattern of awards can be delivered.
    pub(crate) safety: AwardSafety,
    /// Whether the curves are no longer those given but the schedule at any price.
    pub(crate) takes_any_price: bool,
}

/// Checks an offer and, where the request asks for it, makes it safe: by the least costly cut, or by bidding the expected
/// schedule at any price in its place, whichever is expected to earn more. Which is often the latter: from an empty store no
/// sale is safe as long as no purchase is certain.
///
/// A pattern is any award at prices between the venue's floor and cap, those two themselves left out: a bid at the cap is then
/// certain. Where floor or cap are not known, nothing is. A MWh in store counts as what it is worth at the end of the day: what a
/// sale gives up and a purchase gains.
pub(crate) fn secured(
    request: &OfferRequest,
    offered: Vec<BidPeriod>,
    expected: &Schedule,
) -> Result<Secured, EngineError> {
    let points = request.forecast.points.iter();
    let periods: Vec<_> = points.map(|point| point.period).collect();
    let (curves, safety, takes_any_price) =
        secure(request, by_period(&periods, offered), expected)?;
    let pairs = periods.into_iter().zip(curves);
    let kept = pairs.filter_map(|(period, curve)| {
        Some(BidPeriod {
            period,
            curve: curve?,
        })
    });
    Ok(Secured {
        periods: kept.collect(),
        safety,
        takes_any_price,
    })
}

/// A curve, or none, for each of the periods.
fn by_period(periods: &[DeliveryPeriod], offered: Vec<BidPeriod>) -> Curves {
    let mut ahead = offered.into_iter().peekable();
    let curve = |period: &DeliveryPeriod| ahead.next_if(|bid| bid.period == *period);
    let bids = periods.iter().map(curve);
    bids.map(|bid| bid.map(|bid| bid.curve)).collect()
}

fn secure(
    request: &OfferRequest,
    curves: Curves,
    expected: &Schedule,
) -> Result<(Curves, AwardSafety, bool), EngineError> {
    let rules = &request.rules;
    let settled = rules.settlement_interval.as_ref();
    let prices = inside(rules);
    let offers = |curves: &Curves| -> Vec<Offered> {
        let offer = |(t, curve): (usize, &Option<OfferCurve>)| Offered {
            curve: curve.clone(),
            available: request.availability.get(t).copied().unwrap_or(Ratio::ONE),
            prices,
        };
        curves.iter().enumerate().map(offer).collect()
    };
    let own = offers(&curves);
    let case = |offers| Case {
        battery: &request.battery,
        offers,
        interval: rules.interval.value,
        settlement: settled.map_or(rules.interval.value, |rule| rule.value),
    };
    let breach = match awards::check(&case(&own))? {
        Verdict::Safe(_) => return Ok((curves, AwardSafety::default(), false)),
        Verdict::Unsafe(breach) => breach,
    };
    if !request.safe {
        let breach = Some(told(request, &case(&own), &breach)?);
        return Ok((curves, AwardSafety { breach, cost: None }, false));
    }
    let scenarios = scenarios(request);
    let last = expected.points.last();
    let stored_value = last.map_or(0.0, |point| door::price(point.stored_value));
    let outlook = Outlook {
        scenarios: &scenarios,
        stored_value,
    };
    let cut = awards::repair(&case(&own), &outlook, rules)?;
    let periods: Vec<_> = expected.points.iter().map(|point| point.period).collect();
    let taking = by_period(&periods, price_taking(rules, expected)?);
    let any_price = offers(&taking);
    // Cut to ticks the schedule may miss a limit by a tick, which is cut as well.
    let taken = awards::repair(&case(&any_price), &outlook, rules)?;
    let takes_any_price = taken.profit_after > cut.profit_after;
    let before = cut.profit_before;
    let safe = match takes_any_price {
        true => taken,
        false => cut,
    };
    let cost = door::to_money(before - safe.profit_after, rules.currency.value)?;
    let safety = AwardSafety {
        breach: None,
        cost: Some(cost),
    };
    Ok((safe.curves, safety, takes_any_price))
}

/// The prices between floor and cap, those two left out; none where they are not known.
fn inside(rules: &ProductRules) -> Option<[Price; 2]> {
    rules.floor.as_ref().zip(rules.cap.as_ref())?;
    let bounds = Bounds::of(rules);
    let low = bounds.floor.micros().checked_add(bounds.step())?;
    let high = bounds.buy_cap.micros().checked_sub(bounds.step())?;
    (low < high).then_some([low, high].map(Price::from_micros))
}

/// Three prices a period: the ends of the band and the median, so weighted that the band's ends stand for what lies outside it
/// and beyond half way to the median.
fn scenarios(request: &OfferRequest) -> Vec<Vec<(f64, f64)>> {
    let points = request.forecast.points.iter();
    points
        .map(|point| {
            vec![
                (door::price(point.lower), 0.25),
                (door::price(point.median), 0.5),
                (door::price(point.upper), 0.25),
            ]
        })
        .collect()
}

/// A breach in the words of the request.
fn told(
    request: &OfferRequest,
    case: &Case<'_>,
    breach: &Breach,
) -> Result<AwardBreach, EngineError> {
    let out = || EngineError::OutOfRange("a period");
    let first = request.forecast.points.first().ok_or_else(out)?.period;
    let mut start = first.start();
    let mut awards = Vec::with_capacity(breach.awards.len());
    for &quantity in &breach.awards {
        let period = DeliveryPeriod::new(start, case.settlement).map_err(|_| out())?;
        start = period.end();
        awards.push(PeriodAward { period, quantity });
    }
    let battery = &request.battery;
    let (value, unit) = match breach.limit {
        Limit::ChargePower => (battery.charge_limit.to_string(), "MW"),
        Limit::DischargePower => (battery.discharge_limit.to_string(), "MW"),
        Limit::MinSoc => (battery.min_soc.to_string(), "MWh in store"),
        Limit::MaxSoc => (battery.max_soc.to_string(), "MWh in store"),
        Limit::Cycles => {
            let budget = battery.cycle_budget.unwrap_or(Ratio::ZERO);
            (budget.to_string(), "MWh discharged")
        }
    };
    let sum = awards
        .iter()
        .filter(|award| award.quantity != Power::ZERO)
        .count();
    let periods = if sum == 1 { "period" } else { "periods" };
    let rule = format!(
        "awards in {sum} {periods}, which the curves allow, pass this limit by {:.6} {unit} or more",
        breach.by
    );
    let field = format!("battery.{}", field(breach.limit));
    Ok(AwardBreach {
        limit: Violation::new(breach.limit.code(), field, value, rule),
        awards,
    })
}

const fn field(limit: Limit) -> &'static str {
    match limit {
        Limit::ChargePower => "charge_limit",
        Limit::DischargePower => "discharge_limit",
        Limit::MinSoc => "min_soc",
        Limit::MaxSoc => "max_soc",
        Limit::Cycles => "cycle_budget",
    }
}
