//! A battery's day as block orders that a venue takes.

use super::family::families;
use super::loop_pair::Loop;
use super::matching::loops;
use super::subset::reach;
use crate::battery::{Model, Schedule};
use crate::door;
use crate::optimizer::{self, Plan, Problem};
use optibid_core::bid::{BlockOrder, BlockOrders, BlockRelation, BlockVolume};
use optibid_core::market::rules::{BlockForm, ProductRules};
use optibid_core::market::{BlockName, DeliveryPeriod};
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::{Power, Price, Ratio, Rounding};

/// The best schedule at the request's prices as blocks: a loop for each cycle where the venue takes loops, else a buying
/// block and a selling one that is linked to it, in the order in which the store runs them.
///
/// Every set of loops that the venue may accept keeps the battery within its limits ([`loops`](super::loops)). In a linked pair the
/// child is the block that comes second, so that the first may be accepted alone: it is offered only where that is safe.
/// Quantities are cut to the quantity tick and the set is proven again; a pair that no longer fits is left out, as is one of uneven
/// power where the venue takes no profile blocks.
///
/// The limit prices of a pair share its gain: charging is bid at its mean price in the request plus half the gain, discharging at what
/// then just pays for charging, losses, wear and fees. Buying prices go down to the price tick, selling prices up.
///
/// # Errors
/// As [`BatteryOptimizer`](crate::BatteryOptimizer), `blocks_not_taken` when the rule book does not know the venue to take loops or
/// linked blocks, `nothing_offered` when no pair pays.
pub fn block_orders(
    request: &ScheduleRequest,
    rules: &ProductRules,
) -> Result<BlockOrders, EngineError> {
    let problem = optimizer::checked(request, "prices")?;
    let plan = optimizer::plan(&problem)?;
    let blocks = plan_blocks(&problem, plan, rules)?;
    if blocks.is_empty() {
        let rule = "no pair of blocks pays at these prices";
        let count = problem.prices.len();
        return Err(door::invalid("nothing_offered", "prices", count, rule));
    }
    BlockOrders::new(blocks).map_err(|error| EngineError::Invalid(error.0))
}

/// The blocks of a plan; none where no pair pays.
pub(crate) fn plan_blocks(
    problem: &Problem,
    plan: Plan,
    rules: &ProductRules,
) -> Result<Vec<BlockOrder>, EngineError> {
    let relation = Pairing::of(rules)?;
    let window = &problem.window;
    let model = door::model(&window.battery, window.resolution, 0.0)?;
    let path = powers(&model, plan.path);
    let found = loops(&model, &path, 0.0)
        .map_err(|error| door::invalid("not_matched", "battery", "", error.to_string()))?;
    let prices: Vec<f64> = problem.prices.iter().map(|&p| door::price(p)).collect();
    let writer = Writer {
        model: &model,
        problem,
        prices: &prices,
        rules,
        relation,
    };
    let kept = writer.kept(found);
    let mut blocks = Vec::with_capacity(2 * kept.len());
    for (number, pair) in kept.iter().enumerate() {
        blocks.extend(writer.pair(number + 1, pair)?);
    }
    Ok(blocks)
}

/// The powers that lead along a path of stored energy, MWh after each period.
fn powers(model: &Model, soc_mwh: Vec<f64>) -> Schedule {
    let p = model.parameters();
    let mut before = p.initial_mwh;
    let mut path = Schedule::default();
    for &soc in &soc_mwh {
        let change = soc - before * model.retention();
        let drawn = change / p.charge_efficiency / p.period_hours;
        let fed = -change * p.discharge_efficiency / p.period_hours;
        path.charge_mw.push(drawn.max(0.0));
        path.discharge_mw.push(fed.max(0.0));
        before = soc;
    }
    path.soc_mwh = soc_mwh;
    path
}

/// Whether a block has the same power in all its periods.
fn level(block: &[(usize, f64)]) -> bool {
    block
        .windows(2)
        .all(|pair| matches!(pair, [a, b] if door::to_power(a.1) == door::to_power(b.1)))
}

/// How two blocks of a pair hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pairing {
    Loop,
    Linked,
}

impl Pairing {
    fn of(rules: &ProductRules) -> Result<Self, EngineError> {
        if rules.blocks.takes(BlockForm::Loop) {
            Ok(Self::Loop)
        } else if rules.blocks.takes(BlockForm::Linked) {
            Ok(Self::Linked)
        } else {
            let rule = "the rule book does not know it to take loop or linked blocks";
            let value = format!("{} {}", rules.market, rules.product);
            Err(door::invalid("blocks_not_taken", "rules", value, rule))
        }
    }
}

struct Writer<'a> {
    model: &'a Model,
    problem: &'a Problem,
    prices: &'a [f64],
    rules: &'a ProductRules,
    relation: Pairing,
}

impl Writer<'_> {
    /// The closed loops on ticks that pay, as many as the venue takes and as are safe together, the best first.
    fn kept(&self, found: Vec<Loop>) -> Vec<Loop> {
        let tick = self.rules.quantity_tick.as_ref();
        let tick = tick
            .map_or(0.001, |rule| door::power(rule.value))
            .max(0.001);
        let closed = found.into_iter().filter(Loop::is_closed);
        let profiles = self.rules.blocks.takes(BlockForm::Profile);
        let mut pairs: Vec<Loop> = closed
            .filter_map(|it| it.on_ticks(self.model, tick))
            .filter(|it| it.profit(self.model, self.prices) > 0.0)
            .filter(|it| profiles || (level(&it.charge) && level(&it.discharge)))
            .collect();
        let profit = |it: &Loop| it.profit(self.model, self.prices);
        pairs.sort_by(|a, b| profit(b).total_cmp(&profit(a)));
        let blocks = &self.rules.blocks;
        let most_loops = blocks
            .max_loops
            .as_ref()
            .map(|rule| usize::from(rule.value));
        let most_blocks = blocks
            .max_blocks
            .as_ref()
            .map(|rule| usize::from(rule.value) / 2);
        let most = match self.relation {
            Pairing::Loop => most_loops.or(most_blocks),
            Pairing::Linked => most_blocks,
        };
        let mut kept: Vec<Loop> = Vec::with_capacity(pairs.len());
        for pair in pairs {
            if most.is_some_and(|most| kept.len() >= most) {
                break;
            }
            kept.push(pair);
            if !self.safe(&kept) {
                kept.pop();
            }
        }
        kept.sort_by_key(|it| it.charge.first().map(|at| at.0));
        kept
    }

    /// Whether every set that may be accepted keeps the limits: all subsets of loops, or of pairs with or without their child.
    fn safe(&self, pairs: &[Loop]) -> bool {
        let periods = self.prices.len();
        match self.relation {
            Pairing::Loop => reach(self.model, periods, pairs).is_ok(),
            Pairing::Linked => families(self.model, periods, pairs, 0.0).is_ok(),
        }
    }

    fn pair(&self, number: usize, pair: &Loop) -> Result<[BlockOrder; 2], EngineError> {
        let name = |kind: &str| format!("{kind}-{number}").parse::<BlockName>();
        let unnamed = |_| EngineError::OutOfRange("the name of a block");
        let (buys, sells) = (
            name("charge").map_err(unnamed)?,
            name("discharge").map_err(unnamed)?,
        );
        let drawn: f64 = pair.charge.iter().map(|at| at.1).sum();
        let paid: f64 = pair.charge.iter().map(|&(t, mw)| mw * self.price(t)).sum();
        let hours = self.model.parameters().period_hours;
        let gain = pair.profit(self.model, self.prices) / (drawn * hours);
        let (bought, sold) = pair.limit_prices(self.model, paid / drawn + gain / 2.0);
        let of = |found: Option<f64>| found.ok_or(EngineError::OutOfRange("a limit price"));
        let (relation_of_buys, relation_of_sells) = match (self.relation, pair.charges_first()) {
            (Pairing::Loop, _) => {
                let both = name("loop").map_err(unnamed)?;
                (BlockRelation::Loop(both.clone()), BlockRelation::Loop(both))
            }
            (Pairing::Linked, true) => (BlockRelation::Alone, BlockRelation::ChildOf(buys.clone())),
            (Pairing::Linked, false) => {
                (BlockRelation::ChildOf(sells.clone()), BlockRelation::Alone)
            }
        };
        let buying = BlockOrder {
            name: buys,
            price: self.on_tick(of(bought)?, Rounding::Floor)?,
            min_acceptance: Ratio::ONE,
            profile: self.profile(&pair.charge, Power::reversed),
            relation: relation_of_buys,
        };
        let selling = BlockOrder {
            name: sells,
            price: self.on_tick(of(sold)?, Rounding::Ceiling)?,
            min_acceptance: Ratio::ONE,
            profile: self.profile(&pair.discharge, |power| power),
            relation: relation_of_sells,
        };
        Ok([buying, selling])
    }

    fn price(&self, t: usize) -> f64 {
        self.prices.get(t).copied().unwrap_or_default()
    }

    fn on_tick(&self, price: f64, rounding: Rounding) -> Result<Price, EngineError> {
        let tick = self
            .rules
            .price_tick
            .as_ref()
            .map_or(Price::ZERO, |rule| rule.value);
        door::on_tick(door::to_price(price)?, tick, rounding)
            .ok_or(EngineError::OutOfRange("a price"))
    }

    fn profile(&self, block: &[(usize, f64)], signed: impl Fn(Power) -> Power) -> Vec<BlockVolume> {
        let period = |t: usize| -> Option<DeliveryPeriod> { self.problem.periods.get(t).copied() };
        let volume = |&(t, mw): &(usize, f64)| {
            Some(BlockVolume {
                period: period(t)?,
                quantity: signed(door::to_power(mw)),
            })
        };
        block.iter().filter_map(volume).collect()
    }
}
