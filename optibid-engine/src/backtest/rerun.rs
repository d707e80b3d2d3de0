//! A day's gates bid at again.

use super::ask::{Asked, Desk};
use super::digest::{KnowledgeHash, hex};
use super::gate::HeldAward;
use super::prices::Prices;
use super::replay::closings;
use crate::door;
use optibid_core::backtest::{BacktestDay, GateRecord};
use optibid_core::market::rules::ProductRules;
use optibid_core::ports::EngineError;

/// The records of the day's gates, made anew.
pub(super) fn day(desk: &Desk<'_>, row: &BacktestDay) -> Result<Vec<GateRecord>, EngineError> {
    if row.gates.is_empty() {
        let rule = "a row of a report with detail, which lists its gates";
        return Err(door::invalid("no_detail", "day.gates", "[]", rule));
    }
    let prices = Prices::new(desk.input);
    let mut knowledge = KnowledgeHash::new(&prices);
    let mut records = Vec::with_capacity(row.gates.len());
    for gate in &row.gates {
        records.push(again(desk, (row, gate), &prices, &mut knowledge)?);
    }
    Ok(records)
}

fn again<'a>(
    desk: &Desk<'_>,
    (row, gate): (&BacktestDay, &GateRecord),
    prices: &'a Prices<'a>,
    knowledge: &mut KnowledgeHash<'a>,
) -> Result<GateRecord, EngineError> {
    let (rules, balances) = rules(desk, row, gate)?;
    let day = rules
        .delivery_day(row.day)
        .map_err(|_| EngineError::OutOfRange("a delivery day"))?;
    let all: Vec<_> = rules.periods(&day).collect();
    let gates = closings(rules, &day).unwrap_or_default();
    let range = gates.into_iter().find(|(at, _)| *at == gate.closes_at);
    let closing = range.and_then(|(_, range)| all.get(range));
    let closing = closing.ok_or_else(|| {
        let rule = format!("a gate of {} on {}", gate.product, row.day);
        door::invalid("unknown_gate", "day.gates", gate.closes_at, rule)
    })?;
    let product = &desk.input.request.product;
    let seen = prices.at(gate.closes_at);
    let known = row
        .periods
        .iter()
        .filter(|p| seen.is_known(product, &p.period));
    let held: Vec<_> = known
        .map(|row| HeldAward {
            period: row.period,
            energy: row.award,
        })
        .collect();
    let asked = Asked {
        rules,
        day: &day,
        closing,
        closes_at: gate.closes_at,
        soc: gate.state_of_charge,
        held: if balances { &held } else { &[] },
        day_ahead: balances.then_some(product),
    };
    let count = knowledge.advance(gate.closes_at);
    let (_, hash) = desk.ask(&asked, prices, knowledge)?;
    Ok(GateRecord {
        known: u64::try_from(count).unwrap_or(u64::MAX),
        hash: hex(&hash),
        ..gate.clone()
    })
}

/// The rules of the gate's product on the day, and whether it is the balancing one.
fn rules<'a>(
    desk: &Desk<'a>,
    row: &BacktestDay,
    gate: &GateRecord,
) -> Result<(&'a ProductRules, bool), EngineError> {
    let request = &desk.input.request;
    let balances = request.settings.balancing.as_ref() == Some(&gate.product);
    let days = if balances {
        &desk.input.balancing
    } else {
        &desk.input.rules
    };
    let offset = request
        .from
        .until(row.day)
        .map_or(-1, |span| span.get_days());
    let found = usize::try_from(offset).ok().and_then(|i| days.get(i));
    let found = found.filter(|rules| rules.product == gate.product);
    found.map(|rules| (rules, balances)).ok_or_else(|| {
        let rule = format!("a day and product of the request, {}", gate.product);
        door::invalid("unknown_gate", "day", row.day, rule)
    })
}
