//! `optibid explain`: the best schedule with the reasons of its moves in money.

use super::args::Optimise;
use super::optimise::{Asked, tell};
use super::output::{Output, Sheet, number, text};
use super::reasons::{OF_MOVES, columns, next_best};
use optibid_core::error::Error;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{ExplainedSchedule, MoveReasons, ReasonKind};
use optibid_core::unit::{Currency, Money};
use optibid_engine::BatteryOptimizer;

pub(super) fn run(args: &Optimise, output: Output) -> anyhow::Result<()> {
    let asked = Asked::new(args)?;
    let explained = BatteryOptimizer::new()
        .explain(&asked.request)
        .map_err(Error::from)?;
    output.sheet(&sheet(&explained, asked.request.currency)?)?;
    tell(output, &asked, &explained.schedule);
    Ok(())
}

fn sheet(explained: &ExplainedSchedule, currency: Currency) -> anyhow::Result<Sheet> {
    let own = [
        text("start", "Start"),
        number("price", &format!("Price ({currency}/MWh)")),
        number("energy", "Energy (MWh)"),
        number("revenue", &format!("Revenue ({currency})")),
    ];
    let all: Vec<_> = own
        .into_iter()
        .chain(columns(&OF_MOVES, currency))
        .collect();
    let mut sheet = Sheet::new(all);
    for made in &explained.moves {
        let own = [
            made.period.start().to_string(),
            made.price.to_string(),
            made.energy.to_string(),
            made.revenue.to_string(),
        ];
        let parts = OF_MOVES.map(|(kind, ..)| shown(part(made, kind)));
        sheet.row(
            own.into_iter()
                .chain(parts)
                .chain(next_best(made.next_best)),
        );
    }
    let moves = &explained.moves;
    let revenue = sum(currency, moves.iter().map(|made| made.revenue));
    let own = [
        format!("{} moves", moves.len()),
        String::new(),
        String::new(),
        shown(revenue),
    ];
    let parts = OF_MOVES.map(|(kind, ..)| {
        let parts = moves.iter().filter_map(|made| part(made, kind));
        shown(sum(currency, parts))
    });
    sheet.totals(own.into_iter().chain(parts).chain(next_best(None)));
    sheet.beside("schedule", super::optimise::summary(&explained.schedule)?);
    Ok(sheet)
}

/// What a move owes to one kind of reason; none where it has no such part.
fn part(made: &MoveReasons, kind: ReasonKind) -> Option<Money> {
    let parts = made.parts.iter().filter(|part| part.kind == kind);
    parts
        .map(|part| part.amount)
        .try_fold(None, |sum: Option<Money>, amount| match sum {
            None => Some(Some(amount)),
            Some(sum) => sum.checked_add(amount).map(Some),
        })
        .flatten()
}

fn sum(currency: Currency, mut amounts: impl Iterator<Item = Money>) -> Option<Money> {
    amounts.try_fold(Money::zero(currency), Money::checked_add)
}

fn shown(amount: Option<Money>) -> String {
    amount.map(|amount| amount.to_string()).unwrap_or_default()
}
