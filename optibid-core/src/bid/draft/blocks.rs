//! Block orders as text.

use super::numbers::Faults;
use crate::bid::offer::{BlockOrder, BlockRelation, BlockVolume, OfferError};
use crate::error::Violation;
use crate::market::{BlockName, DeliveryPeriod};
use crate::unit::{Power, Price, Ratio};
use serde::{Deserialize, Serialize};

/// A block order as a client writes it. At most one of `linked_to`, `exclusive_group` and `loop_with`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BlockDraft {
    /// Its name within the bid.
    pub name: BlockName,
    /// Limit price per MWh.
    #[cfg_attr(feature = "api", schema(example = "65.00"))]
    pub price: String,
    /// Smallest share that may be accepted, above 0 and at most 1; absent means 1, all or none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "api", schema(example = "0.5"))]
    pub min_acceptance: Option<String>,
    /// Volume by period, in order of time.
    pub profile: Vec<BlockVolumeDraft>,
    /// The parent without which it is not accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_to: Option<BlockName>,
    /// The group of which at most one is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclusive_group: Option<BlockName>,
    /// The loop of two that are accepted together, one selling, one buying.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loop_with: Option<BlockName>,
}

/// The volume of a block in one period as a client writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BlockVolumeDraft {
    /// The period.
    pub period: DeliveryPeriod,
    /// Volume in MW: positive sells, negative buys.
    #[cfg_attr(feature = "api", schema(example = "10"))]
    pub quantity: String,
}

/// The blocks, or every fault of every block.
pub(super) fn read(drafts: Vec<BlockDraft>) -> Result<Vec<BlockOrder>, OfferError> {
    let mut faults = Faults::default();
    let mut blocks = Vec::with_capacity(drafts.len());
    for (i, draft) in drafts.into_iter().enumerate() {
        blocks.extend(draft.read(&format!("blocks[{i}]"), &mut faults));
    }
    faults.or(blocks)
}

impl BlockDraft {
    fn read(self, path: &str, faults: &mut Faults) -> Option<BlockOrder> {
        let price = faults.decimal(Price::parse(&self.price), || format!("{path}.price"));
        let share = match &self.min_acceptance {
            Some(text) => faults.decimal(Ratio::parse(text), || format!("{path}.min_acceptance")),
            None => Some(Ratio::ONE),
        };
        let mut profile = Vec::with_capacity(self.profile.len());
        for (j, volume) in self.profile.iter().enumerate() {
            let field = || format!("{path}.profile[{j}].quantity");
            let quantity = faults.decimal(Power::parse(&volume.quantity), field);
            profile.extend(quantity.map(|quantity| BlockVolume {
                period: volume.period,
                quantity,
            }));
        }
        let relation = match (self.linked_to, self.exclusive_group, self.loop_with) {
            (None, None, None) => BlockRelation::Alone,
            (Some(parent), None, None) => BlockRelation::ChildOf(parent),
            (None, Some(group), None) => BlockRelation::Exclusive(group),
            (None, None, Some(name)) => BlockRelation::Loop(name),
            _ => {
                let rule = "at most one of linked_to, exclusive_group and loop_with";
                let name = self.name.as_str();
                faults
                    .0
                    .push(Violation::new("two_relations", path, name, rule));
                return None;
            }
        };
        Some(BlockOrder {
            name: self.name,
            price: price?,
            min_acceptance: share?,
            profile,
            relation,
        })
    }
}

impl From<&BlockOrder> for BlockDraft {
    fn from(block: &BlockOrder) -> Self {
        let volume = |volume: &BlockVolume| BlockVolumeDraft {
            period: volume.period,
            quantity: volume.quantity.to_string(),
        };
        let mut draft = Self {
            name: block.name.clone(),
            price: block.price.to_string(),
            min_acceptance: (block.min_acceptance != Ratio::ONE)
                .then(|| block.min_acceptance.to_string()),
            profile: block.profile.iter().map(volume).collect(),
            linked_to: None,
            exclusive_group: None,
            loop_with: None,
        };
        match block.relation.clone() {
            BlockRelation::Alone => {}
            BlockRelation::ChildOf(parent) => draft.linked_to = Some(parent),
            BlockRelation::Exclusive(group) => draft.exclusive_group = Some(group),
            BlockRelation::Loop(name) => draft.loop_with = Some(name),
        }
        draft
    }
}
