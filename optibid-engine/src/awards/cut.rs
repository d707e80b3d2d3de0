//! The least costly cut that makes a set of curves safe.

use super::narrow::narrowed;
use super::programme::{Margins, Part, widths};
use super::reach::{self, Breach, Limit, Proof, Verdict};
use super::{Case, Offered};
use crate::battery::Model;
use crate::curve::pieces;
use crate::door;
use optibid_core::bid::OfferCurve;
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price, Rounding};

/// What awards are expected to earn.
#[derive(Clone, Copy, Debug)]
pub struct Outlook<'a> {
    /// For each period the clearing prices that are thought of, currency per MWh, each with a positive weight.
    pub scenarios: &'a [Vec<(f64, f64)>],
    /// What a MWh in store is worth, currency: a sale gives up `stored_value / discharge_efficiency`, wear and fee for each MWh, a
    /// purchase gains `stored_value x charge_efficiency` less its fee.
    pub stored_value: f64,
}

/// Curves that are safe, and what that costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Repaired {
    /// One for each period; none where nothing is left.
    pub curves: Vec<Option<OfferCurve>>,
    /// Expected profit of the curves as they were, were every award delivered, currency.
    pub profit_before: f64,
    /// Expected profit of the curves as they are now, currency.
    pub profit_after: f64,
    /// No set of narrower curves that is safe has a higher expected profit than this, currency.
    pub bound: f64,
    /// Why they are safe.
    pub proof: Proof,
}

impl Repaired {
    /// What safety costs, currency: expected profit before less after. Negative where a piece was cut that was expected to
    /// lose.
    #[must_use]
    pub fn safety_cost(&self) -> f64 {
        self.profit_before - self.profit_after
    }
}

/// Narrows curves until no pattern of awards breaks a limit, at the least expected cost.
///
/// Curves that are safe stay as they are. Of the rules it uses quantity tick, smallest quantity, price tick and the number of
/// points.
///
/// # Errors
/// As [`check`](super::check), and [`EngineError::Invalid`] with `outlook_does_not_fit` when there is not one list of scenarios for
/// each period, `density_out_of_range` for what is no price or weight, `curve_does_not_fit` when a narrowed curve has a number of
/// points that the venue does not take, and `not_repairable` when the linear programme has no solution, which only numbers past
/// what it stands can cause: offering nothing is always safe.
pub fn repair(
    case: &Case<'_>,
    outlook: &Outlook<'_>,
    rules: &ProductRules,
) -> Result<Repaired, EngineError> {
    case.check()?;
    let model = door::model(case.battery, case.settlement, 0.0)?;
    check_outlook(case, outlook)?;
    let cutter = Cutter {
        case,
        model: &model,
        rules,
    };
    let mut parts = cutter.parts(outlook)?;
    let hours = case.interval.seconds() as f64 / 3_600.0;
    let profit = |parts: &[Part], width: &dyn Fn(&Part) -> f64| -> f64 {
        parts
            .iter()
            .map(|part| part.profit * width(part) * hours)
            .sum()
    };
    let profit_before = profit(&parts, &|part| door::power(part.full));
    if let Verdict::Safe(proof) = reach::verdict(case, &model) {
        let curves = case
            .offers
            .iter()
            .map(|offered| offered.curve.clone())
            .collect();
        let gains = parts
            .iter()
            .map(|part| part.profit.max(0.0) * door::power(part.full));
        let (profit_after, bound) = (profit_before, gains.sum::<f64>() * hours);
        return Ok(Repaired {
            curves,
            profit_before,
            profit_after,
            bound,
            proof,
        });
    }
    let wanted = widths(case, &model, &parts, &Margins::none(case.offers.len()))?;
    let bound = parts
        .iter()
        .zip(&wanted)
        .map(|(part, mw)| part.profit * mw * hours)
        .sum();
    let (curves, proof) = cutter.cut(&mut parts)?;
    let profit_after = profit(&parts, &|part| door::power(part.kept));
    Ok(Repaired {
        curves,
        profit_before,
        profit_after,
        bound,
        proof,
    })
}

fn check_outlook(case: &Case<'_>, outlook: &Outlook<'_>) -> Result<(), EngineError> {
    let (have, need) = (outlook.scenarios.len(), case.offers.len());
    if have != need {
        let (field, rule) = (
            "outlook.scenarios",
            format!("one list for each of {need} periods"),
        );
        return Err(door::invalid("outlook_does_not_fit", field, have, rule));
    }
    let fits = |&(price, weight): &(f64, f64)| price.abs() <= 1e9 && weight > 0.0 && weight <= 1e9;
    for (i, scenarios) in outlook.scenarios.iter().enumerate() {
        if scenarios.is_empty() || !scenarios.iter().all(fits) {
            let rule = "at least one finite price, each with a positive weight";
            let field = format!("outlook.scenarios[{i}]");
            return Err(door::invalid(
                "density_out_of_range",
                field,
                format!("{scenarios:?}"),
                rule,
            ));
        }
    }
    if outlook.stored_value.abs() <= 1e9 {
        return Ok(());
    }
    let (field, value) = ("outlook.stored_value", outlook.stored_value);
    Err(door::invalid(
        "price_out_of_range",
        field,
        value,
        "between -1e9 and 1e9",
    ))
}

/// A case that is being cut.
struct Cutter<'a> {
    case: &'a Case<'a>,
    model: &'a Model,
    rules: &'a ProductRules,
}

/// Attempts to cut to ticks, each of which keeps back more than the one before. Where certain awards of both directions lean
/// on each other, whole sides of curves are given up after that.
const ATTEMPTS: usize = 40;

impl Cutter<'_> {
    /// The pieces of all curves, cut at zero.
    fn parts(&self, outlook: &Outlook<'_>) -> Result<Vec<Part>, EngineError> {
        let mut parts = Vec::new();
        for (period, (offered, scenarios)) in
            self.case.offers.iter().zip(outlook.scenarios).enumerate()
        {
            for piece in offered.curve.iter().flat_map(pieces) {
                let [low, high] = piece.prices;
                if piece.from < Power::ZERO && piece.to > Power::ZERO {
                    let at = self.price_at_zero(piece)?;
                    parts.push((period, [piece.from, Power::ZERO], [low, at[0]], scenarios));
                    parts.push((period, [Power::ZERO, piece.to], [at[1], high], scenarios));
                } else {
                    parts.push((period, [piece.from, piece.to], [low, high], scenarios));
                }
            }
        }
        let p = self.model.parameters();
        let sold = outlook.stored_value / p.discharge_efficiency
            + p.degradation_per_mwh
            + p.discharge_fee_per_mwh;
        let bought = outlook.stored_value * p.charge_efficiency - p.charge_fee_per_mwh;
        let part = |(period, ends, prices, scenarios): (usize, [Power; 2], [Price; 2], &Vec<_>)| {
            let sells = ends[0] >= Power::ZERO;
            let width = ends[1].kilowatts() - ends[0].kilowatts();
            let full = Power::from_kilowatts(width);
            let mut part = Part {
                period,
                sells,
                full,
                kept: full,
                prices,
                ..Part::default()
            };
            part.weigh(scenarios, if sells { sold } else { bought });
            let band = self
                .case
                .offers
                .get(period)
                .and_then(|offered| offered.prices);
            part.bound_by(band.map(|band| band.map(door::price)));
            part
        };
        Ok(parts.into_iter().map(part).collect())
    }

    /// The price ticks below and above a line where it crosses zero.
    fn price_at_zero(&self, piece: crate::curve::Piece) -> Result<[Price; 2], EngineError> {
        let [from, to] = [piece.from, piece.to].map(door::power);
        let [low, high] = piece.prices.map(door::price);
        let exact = door::to_price(low + (high - low) * -from / (to - from))?;
        let tick = self
            .rules
            .price_tick
            .as_ref()
            .map_or(Price::ZERO, |rule| rule.value);
        let on = |rounding| {
            door::on_tick(exact, tick, rounding).ok_or(EngineError::OutOfRange("a price"))
        };
        Ok([on(Rounding::Floor)?, on(Rounding::Ceiling)?])
    }

    /// Cuts to ticks until the check passes, and gives back what still fits.
    fn cut(&self, parts: &mut [Part]) -> Result<(Vec<Option<OfferCurve>>, Proof), EngineError> {
        let power = |rule: &Option<optibid_core::market::rules::Sourced<Power>>| {
            rule.as_ref()
                .map_or(1, |rule| rule.value.kilowatts().max(1))
        };
        let tick = power(&self.rules.quantity_tick);
        let mut margins = Margins::none(self.case.offers.len());
        let mut last = String::new();
        let mut step = 1.01;
        for attempt in 0..ATTEMPTS + 2 * self.case.offers.len() {
            let wanted = widths(self.case, self.model, parts, &margins)?;
            for (part, mw) in parts.iter_mut().zip(wanted) {
                let kept = door::to_power(mw + 1e-9)
                    .kilowatts()
                    .min(part.full.kilowatts());
                // A piece that is kept whole stays as it was, even one that is off the tick.
                let kept = if kept == part.full.kilowatts() {
                    kept
                } else {
                    kept / tick * tick
                };
                part.kept = Power::from_kilowatts(kept.max(0));
            }
            if self.drop_small(parts) {
                continue;
            }
            match self.verdict(parts)? {
                (curves, Verdict::Safe(proof)) => {
                    return self.give_back(parts, Power::from_kilowatts(tick), (curves, proof));
                }
                (_, Verdict::Unsafe(breach)) => {
                    if attempt >= ATTEMPTS {
                        give_up(parts, &breach);
                        continue;
                    }
                    last = format!("{} by {}", breach.limit.code(), breach.by);
                    // A tick may have to go for much less than a tick: ever larger steps get there.
                    let by = breach.by * step;
                    step = f64::min(step * 1.5, 1e6);
                    let at = |margins: &mut Vec<f64>| {
                        margins
                            .get_mut(breach.period)
                            .into_iter()
                            .for_each(|mwh| *mwh += by);
                    };
                    match breach.limit {
                        Limit::MinSoc => at(&mut margins.low_mwh),
                        Limit::MaxSoc => at(&mut margins.high_mwh),
                        Limit::Cycles => margins.cycles_mwh += by,
                        Limit::ChargePower | Limit::DischargePower => margins.power_mw += by,
                    }
                }
            }
        }
        let rule = "offering nothing must be safe";
        Err(door::invalid("not_repairable", "offers", last, rule))
    }

    /// Forbids the sides of curves that fell below the smallest quantity; says whether there was one.
    fn drop_small(&self, parts: &mut [Part]) -> bool {
        let Some(least) = &self.rules.min_quantity else {
            return false;
        };
        let mut dropped = false;
        for period in 0..self.case.offers.len() {
            for sells in [false, true] {
                let mine = |part: &&mut Part| part.period == period && part.sells == sells;
                let total: i64 = parts
                    .iter_mut()
                    .filter(mine)
                    .map(|part| part.kept.kilowatts())
                    .sum();
                if total > 0 && total < least.value.kilowatts() {
                    for part in parts.iter_mut().filter(mine) {
                        part.forbidden = true;
                    }
                    dropped = true;
                }
            }
        }
        dropped
    }

    /// Tries one tick more of every piece that was cut, the most profitable first.
    fn give_back(
        &self,
        parts: &mut [Part],
        tick: Power,
        mut safe: (Vec<Option<OfferCurve>>, Proof),
    ) -> Result<(Vec<Option<OfferCurve>>, Proof), EngineError> {
        let mut order: Vec<usize> = (0..parts.len()).collect();
        let profit = |i: &usize| parts.get(*i).map_or(0.0, |part| part.profit);
        order.sort_by(|a, b| profit(b).total_cmp(&profit(a)));
        for i in order {
            let Some(part) = parts.get_mut(i) else {
                continue;
            };
            let before = part.kept;
            let Some(more) = before.checked_add(tick) else {
                continue;
            };
            let starts = before == Power::ZERO && self.rules.min_quantity.is_some();
            if part.profit <= 0.0 || part.forbidden || starts || more > part.full {
                continue;
            }
            part.kept = more;
            if let (curves, Verdict::Safe(proof)) = self.verdict(parts)? {
                safe = (curves, proof);
            } else if let Some(part) = parts.get_mut(i) {
                part.kept = before;
            }
        }
        Ok(safe)
    }

    /// The curves that the kept widths make, and whether they are safe.
    fn verdict(&self, parts: &[Part]) -> Result<(Vec<Option<OfferCurve>>, Verdict), EngineError> {
        let mut offers = Vec::with_capacity(self.case.offers.len());
        for (period, offered) in self.case.offers.iter().enumerate() {
            let mine: Vec<Part> = parts
                .iter()
                .filter(|p| p.period == period)
                .copied()
                .collect();
            let curve = match &offered.curve {
                Some(curve) if mine.iter().any(|part| part.kept < part.full) => {
                    narrowed(self.rules, (period, curve), &mine)?
                }
                curve => curve.clone(),
            };
            offers.push(Offered {
                curve,
                ..offered.clone()
            });
        }
        let case = Case {
            offers: &offers,
            ..*self.case
        };
        let verdict = reach::verdict(&case, self.model);
        Ok((
            offers.into_iter().map(|offered| offered.curve).collect(),
            verdict,
        ))
    }
}

/// Forbids the last side of a curve that leads to a breach. There is one: without sales the store does not fall below its limit,
/// without purchases it does not rise above it.
fn give_up(parts: &mut [Part], breach: &Breach) {
    let sells = !matches!(breach.limit, Limit::MaxSoc | Limit::ChargePower);
    let leads = |part: &Part| {
        part.sells == sells && part.period <= breach.period && part.kept > Power::ZERO
    };
    let last = parts
        .iter()
        .filter(|part| leads(part))
        .map(|part| part.period)
        .max();
    for part in parts {
        part.forbidden |= part.sells == sells && Some(part.period) == last;
    }
}
