//! Whether every pattern of awards of an offer can be delivered, and the cut that makes it so.

use crate::awards::{self, Breach, Case, Limit, Offered, Outlook, Verdict};
use crate::door;
use optibid_core::bid::{BidPeriod, OfferCurve};
use optibid_core::error::Violation;
use optibid_core::market::DeliveryPeriod;
use optibid_core::ports::EngineError;
use optibid_core::schedule::{AwardBreach, AwardSafety, OfferRequest, PeriodAward, Schedule};
use optibid_core::unit::{Power, Ratio};

/// The curves of a day, none where nothing is offered.
type Curves = Vec<Option<OfferCurve>>;

/// Checks an offer and, where the request asks for it, cuts it.
///
/// A MWh in store counts as what it is worth at the end of the day: what a sale gives up and a purchase gains. A purchase that a
/// sale lives on has no other worth, since under every pattern of awards the sale may clear without it.
pub(crate) fn secured(
    request: &OfferRequest,
    offered: Vec<BidPeriod>,
    expected: &Schedule,
) -> Result<(Vec<BidPeriod>, AwardSafety), EngineError> {
    let points = request.forecast.points.iter();
    let periods: Vec<_> = points.map(|point| point.period).collect();
    let mut ahead = offered.into_iter().peekable();
    let curve = |period: &DeliveryPeriod| ahead.next_if(|bid| bid.period == *period);
    let curves: Curves = periods
        .iter()
        .map(curve)
        .map(|bid| bid.map(|b| b.curve))
        .collect();
    let (curves, safety) = secure(request, curves, expected)?;
    let pairs = periods.into_iter().zip(curves);
    let kept = pairs.filter_map(|(period, curve)| {
        Some(BidPeriod {
            period,
            curve: curve?,
        })
    });
    Ok((kept.collect(), safety))
}

fn secure(
    request: &OfferRequest,
    curves: Curves,
    expected: &Schedule,
) -> Result<(Curves, AwardSafety), EngineError> {
    let offers: Vec<Offered> = curves
        .iter()
        .enumerate()
        .map(|(t, curve)| Offered {
            curve: curve.clone(),
            available: request.availability.get(t).copied().unwrap_or(Ratio::ONE),
            prices: None,
        })
        .collect();
    let rules = &request.rules;
    let settled = rules.settlement_interval.as_ref();
    let case = Case {
        battery: &request.battery,
        offers: &offers,
        interval: rules.interval.value,
        settlement: settled.map_or(rules.interval.value, |rule| rule.value),
    };
    let breach = match awards::check(&case)? {
        Verdict::Safe(_) => None,
        Verdict::Unsafe(breach) => Some(breach),
    };
    let Some(breach) = breach else {
        return Ok((curves, AwardSafety::default()));
    };
    if !request.safe {
        let breach = Some(told(request, &case, &breach)?);
        return Ok((curves, AwardSafety { breach, cost: None }));
    }
    let scenarios = scenarios(request);
    let last = expected.points.last();
    let stored_value = last.map_or(0.0, |point| door::price(point.stored_value));
    let outlook = Outlook {
        scenarios: &scenarios,
        stored_value,
    };
    let repaired = awards::repair(&case, &outlook, rules)?;
    let cost = door::to_money(repaired.safety_cost(), rules.currency.value)?;
    let safety = AwardSafety {
        breach: None,
        cost: Some(cost),
    };
    Ok((repaired.curves, safety))
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
