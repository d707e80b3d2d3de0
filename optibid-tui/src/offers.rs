//! What a bid offers, in numbers: lots by period, sums, prices.

use crate::format::{grouped, money};
use crate::widgets::stack::StackStep;
use optibid_core::api::BidView;
use optibid_core::bid::{BidOffer, CurvePoint, OfferCurve};
use optibid_core::market::DeliveryPeriod;
use optibid_core::unit::{Currency, Energy, Money, Power, Price, Rounding};

/// A quantity at a price in a period; positive is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lot {
    pub(crate) period: DeliveryPeriod,
    pub(crate) quantity: Power,
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

/// The lots of a curve, from the dearest purchase to the dearest sale. A line counts with the price at the end of each piece.
fn of_curve(period: DeliveryPeriod, curve: &OfferCurve) -> Vec<Lot> {
    let points = curve.injection_points();
    let neighbour = |i: usize, point: &CurvePoint| {
        let beside = if point.quantity < Power::ZERO {
            points.get(i + 1)
        } else {
            points.get(i.wrapping_sub(1))
        };
        let quantity = beside.map_or(Power::ZERO, |p| p.quantity);
        // A step ends at zero where its neighbour lies on the other side.
        if (quantity < Power::ZERO) == (point.quantity < Power::ZERO) {
            quantity
        } else {
            Power::ZERO
        }
    };
    let lot = |(i, point): (usize, &CurvePoint)| {
        let quantity = point.quantity.checked_sub(neighbour(i, point))?;
        (quantity != Power::ZERO).then_some(Lot {
            period,
            quantity,
            price: point.price,
        })
    };
    points.iter().enumerate().filter_map(lot).collect()
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
    /// What all of it is worth at the own prices; negative is paid. None where it is out of range.
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
        low: first.price,
        high: first.price,
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
        side.low = side.low.min(lot.price);
        side.high = side.high.max(lot.price);
        let energy = lot.quantity.over(lot.period.resolution().duration())?;
        side.energy = side.energy.checked_add(energy.magnitude())?;
        let worth = lot
            .price
            .times(energy, currency, Rounding::HalfAwayFromZero);
        side.worth = side
            .worth
            .zip(worth)
            .and_then(|(sum, worth)| sum.checked_add(worth));
    }
    Some(side)
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
    let here: Vec<Lot> = all.filter(|lot| lot.period.covers(&at)).collect();
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
