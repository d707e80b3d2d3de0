//! What a bid offers, in numbers: lots by period, sums, prices.

use crate::format::{grouped, money};
use crate::widgets::stack::StackStep;
use optibid_core::api::BidView;
use optibid_core::bid::{BidOffer, CurvePoint, CurveShape, OfferCurve};
use optibid_core::market::DeliveryPeriod;
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Rounding};

/// A quantity at a price in a period; positive is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) period: DeliveryPeriod,
    pub(crate) quantity: Power,
    /// At the beginning of the piece, next to zero: the highest price that is paid, the lowest that is taken.
    pub(crate) from: Price,
    /// At the end of the piece; of a step the same.
    pub(crate) price: Price,
}

/// The lots of an offer.
pub(crate) fn lots(offer: &BidOffer) -> Vec<Lot> {
    match offer {
        BidOffer::Block(orders) => {
            let of = |block: &optibid_core::bid::BlockOrder| {
                let price = block.price;
                let lot = |v: &optibid_core::bid::BlockVolume| Lot {
                    period: v.period,
                    quantity: v.quantity,
                    from: price,
                    price,
                };
                block.profile.iter().map(lot).collect::<Vec<_>>()
            };
            orders.blocks().iter().flat_map(of).collect()
        }
        BidOffer::Spread(bid) => bid
            .periods()
            .iter()
            .map(|spread| Lot {
                period: spread.period,
                quantity: spread.quantity.reversed(),
                from: spread.max_price,
                price: spread.max_price,
            })
            .collect(),
        _ => {
            let curves = offer.curves().iter();
            curves
                .flat_map(|held| of_curve(held.period, &held.curve))
                .collect()
        }
    }
}

/// The lots of a curve, from the dearest purchase to the dearest sale: one a step, one a piece of a line.
fn of_curve(period: DeliveryPeriod, curve: &OfferCurve) -> Vec<Lot> {
    let points = curve.injection_points();
    let neighbour = |i: usize, point: &CurvePoint| {
        let beside = if point.quantity < Power::ZERO {
            points.get(i + 1)
        } else {
            points.get(i.wrapping_sub(1))
        };
        let line = curve.shape() == CurveShape::Linear;
        let from = beside.filter(|_| line).map_or(point.price, |p| p.price);
        let quantity = beside.map_or(Power::ZERO, |p| p.quantity);
        // A step ends at zero where its neighbour lies on the other side.
        if (quantity < Power::ZERO) == (point.quantity < Power::ZERO) {
            (quantity, from)
        } else {
            (Power::ZERO, crossing(beside, point, from))
        }
    };
    let lot = |(i, point): (usize, &CurvePoint)| {
        let (beside, from) = neighbour(i, point);
        let quantity = point.quantity.checked_sub(beside)?;
        (quantity != Power::ZERO).then_some(Lot {
            period,
            quantity,
            from,
            price: point.price,
        })
    };
    points.iter().enumerate().filter_map(lot).collect()
}

/// The price of a line where it crosses zero, from the point beside to this one; `from` where there is nothing to cross.
fn crossing(beside: Option<&CurvePoint>, point: &CurvePoint, from: Price) -> Price {
    let Some(beside) = beside else { return from };
    let (a, b) = (beside.quantity.kilowatts(), point.quantity.kilowatts());
    if from == point.price || a == b {
        return from;
    }
    let (p, q) = (
        i128::from(beside.price.micros()),
        i128::from(point.price.micros()),
    );
    let at = p + (q - p) * i128::from(-a) / i128::from(b - a);
    i64::try_from(at).map_or(from, Price::from_micros)
}

/// One side of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Side {
    /// Energy in all, as a magnitude.
    pub(crate) energy: Energy,
    /// The largest power of a period, as a magnitude.
    pub(crate) power: Power,
    /// Lowest price.
    pub(crate) low: Price,
    /// Highest price.
    pub(crate) high: Price,
    /// What all of a sale brings at least; what a purchase, in part or in all, costs at most, then negative. None where it is out of
    /// range.
    pub(crate) worth: Option<Money>,
}

/// What an offer sells (`true`) or buys in all; none where it does neither.
pub(crate) fn side(lots: &[Lot], sells: bool, currency: Currency) -> Option<Side> {
    let of: Vec<&Lot> = lots
        .iter()
        .filter(|lot| (lot.quantity > Power::ZERO) == sells)
        .collect();
    let first = of.first()?;
    let mut side = Side {
        energy: Energy::ZERO,
        power: Power::ZERO,
        low: first.price.min(first.from),
        high: first.price.max(first.from),
        worth: Some(Money::zero(currency)),
    };
    let mut period = None;
    let mut power = Power::ZERO;
    for lot in of {
        if period != Some(lot.period) {
            (period, power) = (Some(lot.period), Power::ZERO);
        }
        power = power.checked_add(lot.quantity.magnitude()).unwrap_or(power);
        side.power = side.power.max(power);
        side.low = side.low.min(lot.price).min(lot.from);
        side.high = side.high.max(lot.price).max(lot.from);
        let energy = lot.quantity.over(lot.period.resolution().duration())?;
        side.energy = side.energy.checked_add(energy.magnitude())?;
        // All of a sale clears at its last price or above. A purchase pays one price for what it gets, which is never more than
        // the area below its curve where prices are positive.
        let price = if sells { lot.price } else { middle(lot) };
        let worth = price.times(energy, currency, Rounding::HalfAwayFromZero);
        side.worth = side
            .worth
            .zip(worth)
            .and_then(|(sum, worth)| sum.checked_add(worth));
    }
    Some(side)
}

/// The mean price of the part of a purchase that is paid for, seen over all of it.
fn middle(lot: &Lot) -> Price {
    let (from, to) = (lot.from.micros(), lot.price.micros());
    Price::from_micros(if to >= 0 {
        i64::midpoint(from, to)
    } else if from <= 0 {
        0
    } else {
        from / 2
    })
}

/// A side in words: `up to 240 MWh at 25.00 to 60.00 USD/MWh`.
pub(crate) fn told(side: &Side, currency: Currency) -> String {
    let prices = if side.low == side.high {
        side.low.to_string()
    } else {
        format!("{} to {}", side.low, side.high)
    };
    format!(
        "up to {} MWh ({} MW) at {prices} {currency}/MWh",
        grouped(&side.energy.to_string()),
        grouped(&side.power.to_string())
    )
}

/// What all of a side brings or costs in the worst case, which is at the own prices.
pub(crate) fn worth(side: &Side, currency: Currency) -> String {
    match side.worth {
        None => "is worth more than can be told".to_owned(),
        Some(worth) if worth.minor() < 0 => {
            let cost = money(worth);
            format!("costs at most {} {currency}", cost.trim_start_matches('-'))
        }
        Some(worth) => format!(
            "brings at least {} {currency}",
            money(worth).trim_start_matches('+')
        ),
    }
}

/// The steps of the stack that bids make in a period, the dearest first.
pub(crate) fn stack(bids: &[&BidView], at: DeliveryPeriod) -> Vec<StackStep> {
    let all = bids.iter().flat_map(|bid| lots(&bid.content.offer));
    let here = all.filter(|lot| lot.period.covers(&at));
    let here: Vec<Lot> = here.flat_map(|lot| slices(&lot)).collect();
    let (mut sales, mut buys): (Vec<Lot>, Vec<Lot>) =
        here.into_iter().partition(|lot| lot.quantity > Power::ZERO);
    sales.sort_by_key(|lot| lot.price);
    buys.sort_by_key(|lot| std::cmp::Reverse(lot.price));
    let mut steps = summed(&sales);
    steps.reverse();
    steps.extend(summed(&buys));
    steps.sort_by_key(|step| std::cmp::Reverse(step.micros));
    steps
}

/// A step as it is; a piece of a line as stairs of its slope.
fn slices(lot: &Lot) -> Vec<Lot> {
    const STAIRS: i64 = 5;
    if lot.from == lot.price {
        return vec![*lot];
    }
    let (from, to, all) = (
        lot.from.micros(),
        lot.price.micros(),
        lot.quantity.kilowatts(),
    );
    let part = |number: i64| all * number / STAIRS;
    let stair = |number: i64| {
        let price = Price::from_micros(from + (to - from) / STAIRS * number);
        let quantity = Power::from_kilowatts(part(number) - part(number - 1));
        Lot {
            quantity,
            from: price,
            price,
            ..*lot
        }
    };
    (1..=STAIRS)
        .map(stair)
        .filter(|l| l.quantity != Power::ZERO)
        .collect()
}

fn summed(lots: &[Lot]) -> Vec<StackStep> {
    let mut sum = Power::ZERO;
    let mut steps = Vec::new();
    for lot in lots {
        let near = sum;
        sum = sum.checked_add(lot.quantity).unwrap_or(sum);
        steps.push(StackStep {
            micros: lot.price.micros(),
            price: lot.price.to_string(),
            near: near.kilowatts(),
            far: sum.kilowatts(),
            texts: (
                crate::format::signed(&lot.quantity.to_string()),
                crate::format::signed(&sum.to_string()),
            ),
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period() -> DeliveryPeriod {
        let start = "2026-06-01T05:00:00Z".parse().unwrap();
        DeliveryPeriod::new(start, optibid_core::market::Resolution::Hour).unwrap()
    }

    fn line(points: &[(i32, i32)], shape: CurveShape) -> Vec<Lot> {
        let point = |(megawatts, price): &(i32, i32)| {
            CurvePoint::new(Power::from_megawatts(*megawatts), Price::from_units(*price))
        };
        let points = points.iter().map(point).collect();
        let curve = OfferCurve::storage(shape, points).unwrap();
        of_curve(period(), &curve)
    }

    fn bounds(lots: &[Lot], sells: bool) -> (String, String) {
        let side = side(lots, sells, Currency::Usd).unwrap();
        (told(&side, Currency::Usd), worth(&side, Currency::Usd))
    }

    /// Buys down to nothing between 20 and 500, sells from 500 on up to 900: what is shown holds for parts of it too.
    #[test]
    fn a_line_is_shown_with_both_its_ends() {
        let lots = line(&[(-10, 20), (0, 500), (10, 900)], CurveShape::Linear);
        let text = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            bounds(&lots, false),
            text(
                "up to 10 MWh (10 MW) at 20.00 to 500.00 USD/MWh",
                "costs at most 2,600.00 USD"
            )
        );
        assert_eq!(
            bounds(&lots, true),
            text(
                "up to 10 MWh (10 MW) at 500.00 to 900.00 USD/MWh",
                "brings at least 9,000.00 USD"
            )
        );
        // The dearest that a part can cost: 5.2 MWh at 250 are 1,302.
        let worst = (0..=100)
            .map(|n| f64::from(n) / 10.0)
            .map(|q| q * (500.0 - 48.0 * q));
        assert!(worst.fold(0.0, f64::max) <= 2_600.0);
        // A line through zero has its price there.
        let lots = line(&[(-10, 20), (10, 60)], CurveShape::Linear);
        let from: Vec<_> = lots.iter().map(|lot| lot.from.to_string()).collect();
        assert_eq!(from, ["40.00", "40.00"]);
        assert_eq!(slices(&lots[0]).len(), 5);
    }

    #[test]
    fn what_is_bought_below_zero_takes_nothing_off_the_worst_cost() {
        let lots = line(&[(-20, -50), (-10, 100)], CurveShape::Step);
        assert_eq!(bounds(&lots, false).1, "costs at most 1,000.00 USD");
    }
}
