//! What a venue accepted of block orders, and whether it could.

use super::block::BlockRelation;
use super::blocks::BlockOrders;
use crate::error::Violation;
use crate::market::BlockName;
use crate::unit::Ratio;
use std::collections::BTreeMap;

/// The share of a block that a venue accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockAward {
    /// The block.
    pub block: BlockName,
    /// The share, 0 to 1.
    pub acceptance: Ratio,
}

impl BlockOrders {
    /// The accepted share of each block; a block that no award names has none.
    #[must_use]
    pub fn shares(&self, awards: &[BlockAward]) -> Vec<Ratio> {
        let named: BTreeMap<&BlockName, Ratio> =
            awards.iter().map(|a| (&a.block, a.acceptance)).collect();
        let share = |name| named.get(name).copied().unwrap_or(Ratio::ZERO);
        self.blocks().iter().map(|b| share(&b.name)).collect()
    }

    /// The conditions of the orders that awards break; none when the venue kept them all.
    ///
    /// Codes: `unknown_block`, `acceptance_out_of_range`, `below_min_acceptance`, `without_parent`,
    /// `exclusive_group_exceeded`, `loop_broken`.
    #[must_use]
    pub fn broken_by(&self, awards: &[BlockAward]) -> Vec<Violation> {
        let shares = self.shares(awards);
        let parents = self.parents();
        let mut broken: Vec<Violation> = awards
            .iter()
            .filter(|award| self.blocks().iter().all(|b| b.name != award.block))
            .map(|a| {
                Violation::new(
                    "unknown_block",
                    a.block.as_str(),
                    a.acceptance,
                    "not offered",
                )
            })
            .collect();
        for ((block, share), parent) in self.blocks().iter().zip(&shares).zip(parents) {
            let mut note = |code: &str, rule: String| {
                broken.push(Violation::new(code, block.name.as_str(), share, rule));
            };
            if !share.is_share() {
                note("acceptance_out_of_range", "from 0 to 1".to_owned());
            } else if *share > Ratio::ZERO && *share < block.min_acceptance {
                let rule = format!("at least {} or nothing", block.min_acceptance);
                note("below_min_acceptance", rule);
            }
            if let Some(above) = parent.and_then(|parent| shares.get(parent))
                && share > above
            {
                note("without_parent", format!("at most its parent's {above}"));
            }
        }
        broken.extend(self.broken_groups(&shares));
        broken
    }

    fn broken_groups(&self, shares: &[Ratio]) -> Vec<Violation> {
        let share = |i: &usize| shares.get(*i).map_or(0, |share| share.ppm());
        let mut broken = Vec::new();
        for (name, members) in self.exclusive_groups() {
            let sum = members.iter().map(share).fold(0, i64::saturating_add);
            if sum > Ratio::ONE.ppm() {
                let (sum, rule) = (
                    Ratio::from_ppm(sum),
                    "the shares of a group add up to at most 1",
                );
                broken.push(Violation::new(
                    "exclusive_group_exceeded",
                    name.as_str(),
                    sum,
                    rule,
                ));
            }
        }
        for (name, members) in self.loops() {
            let accepted = members.iter().filter(|i| share(i) > 0).count();
            if accepted == 1 {
                let rule = "both blocks of a loop are accepted, or neither";
                broken.push(Violation::new(
                    "loop_broken",
                    name.as_str(),
                    "one of two",
                    rule,
                ));
            }
        }
        broken
    }

    /// Whether awards give all that can be had: every block in full, of an exclusive group one.
    #[must_use]
    pub fn in_full(&self, awards: &[BlockAward]) -> bool {
        let shares = self.shares(awards);
        let one = |i: usize| shares.get(i).is_some_and(|share| *share >= Ratio::ONE);
        let groups = self.exclusive_groups();
        let alone = |i: usize| {
            let block = self.blocks().get(i);
            !block.is_some_and(|b| matches!(b.relation, BlockRelation::Exclusive(_)))
        };
        (0..shares.len()).filter(|i| alone(*i)).all(one)
            && groups
                .values()
                .all(|members| members.iter().any(|i| one(*i)))
    }
}
