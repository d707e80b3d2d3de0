//! What an offer accepts at the prices of a day.

use super::grid::Grid;
use crate::door;
use optibid_core::bid::{BidOffer, BidPeriod, BlockOrders, CurveOutline};
use optibid_core::error::Violation;
use optibid_core::market::DeliveryPeriod;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price};

/// An offer made ready to be read at many prices.
pub(super) enum Clearing<'a> {
    /// The curve of each period, where one is bid.
    Curves(Vec<Option<CurveOutline>>),
    /// Block orders.
    Blocks(&'a BlockOrders, Grid),
}

impl<'a> Clearing<'a> {
    /// Finds the offer's periods among those of the grid.
    pub(super) fn new(offer: &'a BidOffer, grid: Grid) -> Result<Self, EngineError> {
        match offer {
            BidOffer::Curve(periods) => curves(periods, grid).map(Self::Curves),
            BidOffer::Block(orders) => {
                let blocks = orders.blocks().iter().enumerate();
                let volumes = blocks.flat_map(|(i, block)| {
                    let path = move |j| format!("offer.blocks[{i}].profile[{j}].period");
                    let volumes = block.profile.iter().enumerate();
                    volumes.map(move |(j, volume)| (path(j), volume.period))
                });
                let priced = |(path, period): &(String, _)| match grid.index(period) {
                    Some(_) => None,
                    None => Some(not_priced(path.clone(), period)),
                };
                let found: Vec<_> = volumes.filter_map(|volume| priced(&volume)).collect();
                match found.is_empty() {
                    true => Ok(Self::Blocks(orders, grid)),
                    false => Err(EngineError::Invalid(found)),
                }
            }
            other => {
                let rule = "curve or block: the award of another kind is no energy at one price";
                let code = "kind_not_evaluated";
                Err(door::invalid(code, "offer.kind", other.kind(), rule))
            }
        }
    }

    /// What clears in each period at the prices, written into `cleared`.
    pub(super) fn powers(
        &self,
        prices: &[Price],
        cleared: &mut Vec<Power>,
    ) -> Result<(), EngineError> {
        cleared.clear();
        match self {
            Self::Curves(curves) => {
                let read = |(curve, price): (&Option<CurveOutline>, &Price)| {
                    curve.as_ref().map_or(Power::ZERO, |c| c.cleared_at(*price))
                };
                cleared.extend(curves.iter().zip(prices).map(read));
                Ok(())
            }
            Self::Blocks(orders, grid) => {
                cleared.resize(prices.len(), Power::ZERO);
                let out = || EngineError::OutOfRange("an award");
                let price = |period: DeliveryPeriod| prices.get(grid.index(&period)?).copied();
                let taken = orders.accepted_at(price).ok_or_else(out)?;
                let blocks = orders.blocks().iter().zip(taken);
                let accepted = blocks.filter(|(_, taken)| *taken);
                for volume in accepted.flat_map(|(block, _)| &block.profile) {
                    let place = grid.index(&volume.period);
                    if let Some(sum) = place.and_then(|at| cleared.get_mut(at)) {
                        *sum = sum.checked_add(volume.quantity).ok_or_else(out)?;
                    }
                }
                Ok(())
            }
        }
    }
}

fn curves(periods: &[BidPeriod], grid: Grid) -> Result<Vec<Option<CurveOutline>>, EngineError> {
    let mut curves = vec![None; grid.len];
    let mut found = Vec::new();
    for (i, BidPeriod { period, curve }) in periods.iter().enumerate() {
        let path = || format!("offer.periods[{i}].period");
        match grid.index(period).and_then(|at| curves.get_mut(at)) {
            Some(empty @ None) => *empty = Some(curve.outline()),
            Some(Some(_)) => {
                let rule = "one curve a period";
                found.push(Violation::new("duplicate_period", path(), period, rule));
            }
            None => found.push(not_priced(path(), period)),
        }
    }
    match found.is_empty() {
        true => Ok(curves),
        false => Err(EngineError::Invalid(found)),
    }
}

fn not_priced(path: String, period: &DeliveryPeriod) -> Violation {
    let rule = "a bid period of the delivery day";
    Violation::new("period_not_priced", path, period, rule)
}
