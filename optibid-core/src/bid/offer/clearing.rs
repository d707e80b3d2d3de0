//! Which block orders given prices accept.
//!
//! **Problem.** Choose for each block whether it is accepted (0 or 1) so that the sum of the accepted
//! blocks' surpluses is largest. The surplus of a block is the sum over its periods of (price − limit) ×
//! volume × duration, volume being positive when it sells: what it earns beyond its limit. A child is
//! accepted only with its parent, at most one of an exclusive group, and both blocks of a loop or
//! neither. Prices are given (µ/MWh): the bid is a price taker, so the surplus is linear in the accepted
//! share and a part of a block is never better than the whole or nothing; a minimum acceptance ratio is
//! met by either.
//!
//! **Method.** Links form trees, and groups and loops tie together roots only. The value of a block is
//! its own surplus and the positive values of its children (dynamic programming from the leaves): a
//! parent out of the money is accepted when its children make up for it, a child never without its
//! parent, as in the day-ahead coupling (NEMO Committee, EUPHEMIA public description, linked blocks). A
//! root is accepted when its value is not negative, of a group the root with the highest value, the
//! first of equals, a loop when the two values together are not negative. At the limit exactly, the
//! whole volume is taken, as it is on a curve.
//!
//! **Exact** in integers. O(blocks log blocks + volumes).

use super::block::{BlockOrder, BlockRelation};
use super::blocks::BlockOrders;
use crate::market::DeliveryPeriod;
use crate::unit::Price;

impl BlockOrders {
    /// Which blocks the venue accepts at given prices, in their order: those that together earn most beyond their limits, the bid
    /// being too small to move a price. `None` while a price is not known.
    ///
    /// A parent out of the money is accepted when its children make up for it, a child never without its parent; of an exclusive
    /// group the best, the first of equals; a loop when its two blocks together lose nothing. A block exactly at its limit is
    /// accepted.
    #[must_use]
    pub fn accepted_at(
        &self,
        price: impl Fn(DeliveryPeriod) -> Option<Price>,
    ) -> Option<Vec<bool>> {
        accepted(self, price)
    }
}

fn accepted(
    orders: &BlockOrders,
    price: impl Fn(DeliveryPeriod) -> Option<Price>,
) -> Option<Vec<bool>> {
    let blocks = orders.blocks();
    let surplus = blocks.iter().map(|block| surplus(block, &price));
    let mut value: Vec<i128> = surplus.collect::<Option<_>>()?;
    let parents = orders.parents();
    let depths = orders.depths();
    let mut outwards: Vec<usize> = (0..blocks.len()).collect();
    outwards.sort_by_key(|i| depths.get(*i));
    for child in outwards.iter().rev() {
        let gain = value.get(*child).copied().unwrap_or_default().max(0);
        let parent = parents.get(*child).copied().flatten();
        if let Some(above) = parent.and_then(|parent| value.get_mut(parent)) {
            *above = above.saturating_add(gain);
        }
    }
    let worth = |i: usize| value.get(i).copied().unwrap_or_default();
    let mut taken: Vec<bool> = blocks
        .iter()
        .enumerate()
        .map(|(i, block)| block.relation == BlockRelation::Alone && worth(i) >= 0)
        .collect();
    let mut take = |i: usize| {
        if let Some(flag) = taken.get_mut(i) {
            *flag = true;
        }
    };
    for members in orders.exclusive_groups().values() {
        // The first of equals: the last maximum of the list turned round.
        let best = members.iter().rev().copied().max_by_key(|i| worth(*i));
        best.filter(|i| worth(*i) >= 0)
            .into_iter()
            .for_each(&mut take);
    }
    for members in orders.loops().values() {
        let together = members
            .iter()
            .map(|i| worth(*i))
            .fold(0, i128::saturating_add);
        if together >= 0 {
            members.iter().copied().for_each(&mut take);
        }
    }
    for child in outwards {
        if let Some(parent) = parents.get(child).copied().flatten() {
            let with_parent = taken.get(parent).copied().unwrap_or_default();
            if let Some(flag) = taken.get_mut(child) {
                *flag = with_parent && worth(child) >= 0;
            }
        }
    }
    Some(taken)
}

/// What the block earns beyond its limit when it is accepted whole, in 1e-6 currency x kWs / MWh.
fn surplus(block: &BlockOrder, price: &impl Fn(DeliveryPeriod) -> Option<Price>) -> Option<i128> {
    let mut sum = 0_i128;
    for volume in &block.profile {
        let margin = i128::from(price(volume.period)?.micros()) - i128::from(block.price.micros());
        let seconds = i128::from(volume.period.resolution().seconds());
        let earned = margin
            .saturating_mul(i128::from(volume.quantity.kilowatts()))
            .saturating_mul(seconds);
        sum = sum.saturating_add(earned);
    }
    Some(sum)
}
