//! One block order.

use crate::error::Violation;
use crate::market::rules::BlockForm;
use crate::market::{BlockName, DeliveryPeriod};
use crate::unit::{Power, Price, Ratio};

/// The volume of a block in one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockVolume {
    /// The period.
    pub period: DeliveryPeriod,
    /// Volume: positive sells, negative buys.
    pub quantity: Power,
}

/// What else must hold for a block to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BlockRelation {
    /// Nothing.
    Alone,
    /// Its parent is accepted at no smaller a ratio.
    ChildOf(BlockName),
    /// The ratios of the blocks of this group add up to at most one.
    Exclusive(BlockName),
    /// The other block of this loop is accepted too.
    Loop(BlockName),
}

/// A volume over several periods at one limit price, accepted by one ratio in all of them.
///
/// A block that sells is accepted when the mean price over its profile, weighted by volume, is not
/// below its limit; one that buys when it is not above.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockOrder {
    /// Its name within the bid.
    pub name: BlockName,
    /// Limit price per MWh.
    pub price: Price,
    /// Smallest share that may be accepted, above 0; 1 is all or none.
    pub min_acceptance: Ratio,
    /// Volume by period, all sold or all bought.
    pub profile: Vec<BlockVolume>,
    /// How it depends on others.
    pub relation: BlockRelation,
}

impl BlockOrder {
    /// Whether it sells.
    #[must_use]
    pub fn sells(&self) -> bool {
        self.profile
            .first()
            .is_some_and(|v| v.quantity > Power::ZERO)
    }

    /// What it asks for beyond a plain block.
    #[must_use]
    pub fn forms(&self) -> Vec<BlockForm> {
        let mut forms = Vec::new();
        let first = self.profile.first().map(|v| v.quantity);
        if self.profile.iter().any(|v| Some(v.quantity) != first) {
            forms.push(BlockForm::Profile);
        }
        if self.min_acceptance < Ratio::ONE {
            forms.push(BlockForm::Curtailable);
        }
        match self.relation {
            BlockRelation::Alone => {}
            BlockRelation::ChildOf(_) => forms.push(BlockForm::Linked),
            BlockRelation::Exclusive(_) => forms.push(BlockForm::Exclusive),
            BlockRelation::Loop(_) => forms.push(BlockForm::Loop),
        }
        forms
    }

    /// What is wrong with the block by itself.
    pub(super) fn faults(&self, path: &str) -> Vec<Violation> {
        let mut faults = Vec::new();
        if self.profile.is_empty() {
            let rule = "a block has a volume in at least one period";
            faults.push(Violation::new(
                "block_empty",
                format!("{path}.profile"),
                "[]",
                rule,
            ));
        }
        let sells = self.sells();
        for (j, volume) in self.profile.iter().enumerate() {
            let field = format!("{path}.profile[{j}].quantity");
            let quantity = volume.quantity;
            if quantity == Power::ZERO {
                let rule = "leave out a period without volume";
                faults.push(Violation::new("block_volume_zero", field, quantity, rule));
            } else if (quantity > Power::ZERO) != sells {
                let rule = "a block sells (positive) or buys (negative) in all of its periods; a loop \
                            of two blocks does both";
                faults.push(Violation::new("block_direction", field, quantity, rule));
            }
        }
        if self.min_acceptance <= Ratio::ZERO || self.min_acceptance > Ratio::ONE {
            let field = format!("{path}.min_acceptance");
            let rule = "above 0 and at most 1, which is all or none";
            faults.push(Violation::new(
                "acceptance_ratio",
                field,
                self.min_acceptance,
                rule,
            ));
        }
        faults
    }
}
