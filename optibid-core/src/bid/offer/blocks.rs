//! The block orders of one bid, with what ties them together.

use super::block::{BlockOrder, BlockRelation};
use super::entry::{OfferError, none_of};
use crate::error::Violation;
use crate::market::BlockName;
use std::collections::BTreeMap;

/// Block orders whose links, groups and loops are sound.
///
/// - names are unique, and every parent is one of them;
/// - links form trees: no block is its own ancestor;
/// - a loop has exactly two blocks, of which one sells and one buys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockOrders(Vec<BlockOrder>);

impl BlockOrders {
    /// Most blocks of a bid, whatever the market.
    pub const MAX_BLOCKS: usize = 500;

    /// Checks the blocks and what ties them together.
    ///
    /// # Errors
    /// Names every fault: `too_many_blocks` (then alone), `block_empty`, `block_volume_zero`, `block_direction`, `acceptance_ratio`,
    /// `duplicate_block`, `unknown_parent`, `link_cycle`, `loop_not_a_pair`, `loop_direction`.
    pub fn new(blocks: Vec<BlockOrder>) -> Result<Self, OfferError> {
        if blocks.len() > Self::MAX_BLOCKS {
            let rule = format!("at most {} blocks", Self::MAX_BLOCKS);
            let fault = Violation::new("too_many_blocks", "blocks", blocks.len(), rule);
            return Err(OfferError(vec![fault]));
        }
        let mut faults = Vec::new();
        if blocks.is_empty() {
            let rule = "a bid of kind block has at least one block";
            faults.push(Violation::new("block_empty", "blocks", "[]", rule));
        }
        for (i, block) in blocks.iter().enumerate() {
            faults.extend(block.faults(&format!("blocks[{i}]")));
        }
        let index = index(&blocks, &mut faults);
        link_faults(&blocks, &index, &mut faults);
        loop_faults(&blocks, &mut faults);
        none_of(faults).map(|()| Self(blocks))
    }

    /// The blocks, in the order they were written.
    #[must_use]
    pub fn blocks(&self) -> &[BlockOrder] {
        &self.0
    }

    /// The place of each block's parent among the blocks.
    #[must_use]
    pub fn parents(&self) -> Vec<Option<usize>> {
        let index: BTreeMap<&BlockName, usize> = self
            .0
            .iter()
            .enumerate()
            .map(|(i, b)| (&b.name, i))
            .collect();
        let parent = |block: &BlockOrder| index.get(parent_of(block)?).copied();
        self.0.iter().map(parent).collect()
    }

    /// How many blocks lie on the way from each block to the one without a parent, both counted.
    #[must_use]
    pub fn depths(&self) -> Vec<usize> {
        let parents = self.parents();
        let step = |at: &usize| parents.get(*at).copied().flatten();
        (0..self.0.len())
            .map(|i| std::iter::successors(Some(i), step).count())
            .collect()
    }

    /// The blocks of each exclusive group, by the group's name.
    #[must_use]
    pub fn exclusive_groups(&self) -> BTreeMap<&BlockName, Vec<usize>> {
        groups(&self.0, |relation| match relation {
            BlockRelation::Exclusive(group) => Some(group),
            _ => None,
        })
    }

    /// The two blocks of each loop, by the loop's name.
    #[must_use]
    pub fn loops(&self) -> BTreeMap<&BlockName, Vec<usize>> {
        loops(&self.0)
    }
}

fn parent_of(block: &BlockOrder) -> Option<&BlockName> {
    match &block.relation {
        BlockRelation::ChildOf(parent) => Some(parent),
        _ => None,
    }
}

fn loops(blocks: &[BlockOrder]) -> BTreeMap<&BlockName, Vec<usize>> {
    groups(blocks, |relation| match relation {
        BlockRelation::Loop(name) => Some(name),
        _ => None,
    })
}

fn groups(
    blocks: &[BlockOrder],
    name: impl Fn(&BlockRelation) -> Option<&BlockName>,
) -> BTreeMap<&BlockName, Vec<usize>> {
    let mut groups: BTreeMap<&BlockName, Vec<usize>> = BTreeMap::new();
    for (i, block) in blocks.iter().enumerate() {
        if let Some(group) = name(&block.relation) {
            groups.entry(group).or_default().push(i);
        }
    }
    groups
}

fn index<'a>(
    blocks: &'a [BlockOrder],
    faults: &mut Vec<Violation>,
) -> BTreeMap<&'a BlockName, usize> {
    let mut index = BTreeMap::new();
    for (i, block) in blocks.iter().enumerate() {
        if let Some(first) = index.get(&block.name) {
            let rule = format!("blocks[{first}] has that name already");
            let field = format!("blocks[{i}].name");
            faults.push(Violation::new("duplicate_block", field, &block.name, rule));
        } else {
            index.insert(&block.name, i);
        }
    }
    index
}

fn link_faults(
    blocks: &[BlockOrder],
    index: &BTreeMap<&BlockName, usize>,
    faults: &mut Vec<Violation>,
) {
    let parent = |i: usize| index.get(parent_of(blocks.get(i)?)?).copied();
    for (i, block) in blocks.iter().enumerate() {
        let Some(name) = parent_of(block) else {
            continue;
        };
        let field = || format!("blocks[{i}].linked_to");
        if !index.contains_key(name) {
            let rule = "must be the name of a block of the same bid";
            faults.push(Violation::new("unknown_parent", field(), name, rule));
        }
        // A chain longer than there are blocks has gone round.
        let chain = std::iter::successors(parent(i), |at| parent(*at)).take(blocks.len());
        if chain.into_iter().any(|ancestor| ancestor == i) {
            let rule = "a block cannot be its own ancestor";
            faults.push(Violation::new("link_cycle", field(), name, rule));
        }
    }
}

fn loop_faults(blocks: &[BlockOrder], faults: &mut Vec<Violation>) {
    for (name, members) in loops(blocks) {
        let first = members.first().copied().unwrap_or_default();
        let field = format!("blocks[{first}].loop_with");
        let count = members.len();
        if count != 2 {
            let rule = format!("a loop has exactly two blocks; {count} name this one");
            faults.push(Violation::new("loop_not_a_pair", field, name, rule));
            continue;
        }
        let sellers = members.iter().filter_map(|i| blocks.get(*i));
        if sellers.filter(|block| block.sells()).count() != 1 {
            let rule = "of the two blocks of a loop one sells and one buys";
            faults.push(Violation::new("loop_direction", field, name, rule));
        }
    }
}
