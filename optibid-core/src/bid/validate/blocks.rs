//! Block orders against the market's limits.

use super::finding::Findings;
use super::{prices, quantities};
use crate::bid::{BlockOrder, BlockOrders};
use crate::error::Violation;
use crate::market::rules::{BlockForm, ProductRules};
use crate::unit::Power;

/// Checks all block orders of a bid.
pub(super) fn check(
    orders: &BlockOrders,
    rules: &ProductRules,
    asset_range: Option<(Power, Power)>,
    findings: &mut Findings,
) {
    counts(orders, rules, findings);
    let depths = orders.depths();
    for (i, (block, depth)) in orders.blocks().iter().zip(depths).enumerate() {
        let path = format!("blocks[{i}]");
        forms(&path, block, rules, findings);
        if let Some(rule) = &rules.blocks.max_link_depth
            && depth > usize::from(rule.value)
        {
            let words = format!("at most {} blocks, parents included", rule.value);
            let field = format!("{path}.linked_to");
            findings.against(rule, Violation::new("links_too_deep", field, depth, words));
        }
        let price = (block.price, block.sells());
        prices::energy(&format!("{path}.price"), price, rules, findings);
        volumes(&path, block, (rules, asset_range), findings);
    }
}

fn volumes(
    path: &str,
    block: &BlockOrder,
    (rules, asset_range): (&ProductRules, Option<(Power, Power)>),
    findings: &mut Findings,
) {
    for (j, volume) in block.profile.iter().enumerate() {
        let quantity = volume.quantity;
        let field = format!("{path}.profile[{j}].quantity");
        quantities::tick(&field, quantity, rules, findings);
        quantities::at_least(&field, quantity, rules.min_quantity.as_ref(), findings);
        quantities::within_asset(&field, (quantity, quantity), asset_range, findings);
        if let Some(rule) = &rules.blocks.max_quantity
            && quantity.magnitude() > rule.value
        {
            let words = format!("a block has at most {} MW in a period", rule.value);
            findings.against(
                rule,
                Violation::new("block_too_large", field, quantity, words),
            );
        }
    }
}

fn counts(orders: &BlockOrders, rules: &ProductRules, findings: &mut Findings) {
    let count = orders.blocks().len();
    if let Some(rule) = &rules.blocks.max_blocks
        && count > usize::from(rule.value)
    {
        let words = format!("at most {} blocks", rule.value);
        findings.against(
            rule,
            Violation::new("too_many_blocks", "blocks", count, words),
        );
    }
    let loops = orders.loops().len();
    if let Some(rule) = &rules.blocks.max_loops
        && loops > usize::from(rule.value)
    {
        let words = format!("at most {} loops", rule.value);
        findings.against(
            rule,
            Violation::new("too_many_loops", "blocks", loops, words),
        );
    }
    let Some(rule) = &rules.blocks.max_group else {
        return;
    };
    for (name, members) in orders.exclusive_groups() {
        if members.len() > usize::from(rule.value) {
            let first = members.first().copied().unwrap_or_default();
            let field = format!("blocks[{first}].exclusive_group");
            let words = format!(
                "a group has at most {} blocks; {} name this one",
                rule.value,
                members.len()
            );
            findings.against(rule, Violation::new("group_too_large", field, name, words));
        }
    }
}

/// What a block asks for beyond a plain one must be known to be taken.
fn forms(path: &str, block: &BlockOrder, rules: &ProductRules, findings: &mut Findings) {
    for form in block.forms() {
        let field = match form {
            BlockForm::Profile => format!("{path}.profile"),
            BlockForm::Curtailable => format!("{path}.min_acceptance"),
            BlockForm::Linked => format!("{path}.linked_to"),
            BlockForm::Exclusive => format!("{path}.exclusive_group"),
            BlockForm::Loop => format!("{path}.loop_with"),
        };
        let found = |words| Violation::new("block_form_not_taken", field, form, words);
        match &rules.blocks.forms {
            Some(rule) if rule.value.contains(&form) => {}
            Some(rule) => {
                let words = format!("{} takes no block orders of this form", rules.market);
                findings.against(rule, found(words));
            }
            None => {
                let words = format!("no rule is known that {} takes this form", rules.market);
                findings.error(found(words));
            }
        }
    }
}
