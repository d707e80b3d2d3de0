//! `optibid optimise`: the best schedule in hindsight, without server and database.

use super::args::Optimise;
use super::battery::{battery, soc_limits};
use super::input::{Chosen, span, zone};
use super::output::{Output, Sheet, number, text};
use optibid_core::error::{Error, Result};
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{BudgetUse, PeriodPrice, Schedule, ScheduleMethod, ScheduleRequest};
use optibid_core::unit::{Currency, Price};
use optibid_engine::BatteryOptimizer;
use serde_json::Value;

pub(super) fn run(args: &Optimise, output: Output) -> anyhow::Result<()> {
    let asked = Asked::new(args)?;
    let schedule = BatteryOptimizer::new()
        .optimise(&asked.request)
        .map_err(Error::from)?;
    let mut sheet = sheet(&asked.request, &schedule);
    sheet.beside("schedule", summary(&schedule)?);
    output.sheet(&sheet)?;
    tell(output, &asked, &schedule);
    Ok(())
}

/// What the flags ask for.
pub(super) struct Asked {
    chosen: Chosen,
    /// For the engine.
    pub(super) request: ScheduleRequest,
}

impl Asked {
    /// Reads battery, prices and limits.
    pub(super) fn new(args: &Optimise) -> anyhow::Result<Self> {
        let battery = battery(&args.battery)?;
        let rules = RuleBook::builtin();
        let series = &args.prices.series;
        let chosen = series.choose(args.prices.read()?)?;
        let days = series.days(&rules, &chosen)?;
        let (start, end) = span(&rules, &chosen, days)?;
        let currency = match args.currency {
            Some(currency) => currency,
            None => currency(&rules, (&chosen.market, &chosen.product), days.0)?,
        };
        let zone = zone(&rules, &chosen, Some(days.0))?;
        let named = (series.from.is_some(), series.to.is_some());
        let prices = chosen.whole(&zone, (start, end), named)?;
        let prices = prices.into_iter().map(|p| PeriodPrice {
            period: p.period,
            price: p.price,
        });
        let prices = prices.collect();
        let request = ScheduleRequest {
            soc_limits: match &args.soc_limits {
                Some(file) => soc_limits(file)?,
                None => Vec::new(),
            },
            initial_power: args.initial_power,
            ..ScheduleRequest::new(battery, zone, prices, currency)
        };
        Ok(Self { chosen, request })
    }
}

/// Says beside the result which series it is of, what it is worth and how it was found.
pub(super) fn tell(output: Output, asked: &Asked, schedule: &Schedule) {
    let Chosen {
        market,
        product,
        location,
        ..
    } = &asked.chosen;
    for (i, line) in notes(schedule).into_iter().enumerate() {
        match i {
            0 => output.note(format!("{market} {product} {location}: {line}")),
            _ => output.note(line),
        }
    }
}

/// What a schedule is worth, what its budgets cost and how it was found; the worth comes first.
pub(super) fn notes(schedule: &Schedule) -> Vec<String> {
    let currency = schedule.value.currency();
    let mut costs = vec![format!("wear {}", schedule.wear)];
    costs.extend(schedule.fees.map(|fees| format!("grid fees {fees}")));
    let short = schedule.shortfall;
    costs.extend(short.map(|short| format!("a shortfall of {}", short.cost)));
    let mut lines = vec![format!(
        "revenue {} less {} = {} {currency}, {} cycles",
        schedule.revenue,
        costs.join(", "),
        schedule.value,
        schedule.cycles,
    )];
    lines.extend(short.map(|short| format!("{} MWh of the target are missing", short.energy)));
    let binds = |budget: &&BudgetUse| budget.shadow_price != Price::ZERO;
    let (bind, free): (Vec<_>, Vec<_>) = schedule.budgets.iter().partition(binds);
    lines.extend(bind.into_iter().map(|budget| words(budget, currency)));
    if !free.is_empty() {
        lines.push(format!("cycle budgets that do not bind: {}", free.len()));
    }
    let method = match schedule.method {
        ScheduleMethod::DynamicProgram => "dynamic program",
        ScheduleMethod::MixedIntegerProgram => "mixed-integer program",
    };
    lines.push(match schedule.gap {
        Some(gap) => format!("method: {method}, at most {gap} {currency} below the optimum"),
        None => format!("method: {method}, the optimum"),
    });
    lines
}

fn words(budget: &BudgetUse, currency: Currency) -> String {
    let BudgetUse {
        limit,
        discharged,
        shadow_price,
        ..
    } = budget;
    let of = match budget.day {
        Some(day) => format!("of {day}"),
        None => "of the year, its share".to_owned(),
    };
    format!(
        "cycle budget {of}: {discharged} of {limit} MWh discharged; one more MWh would earn {shadow_price} {currency}"
    )
}

/// A schedule without its periods, for programs.
pub(super) fn summary(schedule: &Schedule) -> serde_json::Result<Value> {
    let mut summary = serde_json::to_value(schedule)?;
    if let Some(fields) = summary.as_object_mut() {
        fields.remove("points");
    }
    Ok(summary)
}

fn currency(
    rules: &RuleBook,
    (market, product): (
        &optibid_core::market::MarketId,
        &optibid_core::market::ProductId,
    ),
    day: jiff::civil::Date,
) -> Result<Currency> {
    let found = rules.at(market, product, day).ok();
    found.map(|rules| rules.currency.value).ok_or_else(|| {
        let rule = format!("name it: there are no rules of {market} {product} on {day}");
        Error::field("currency", "--currency", "", rule)
    })
}

fn sheet(request: &ScheduleRequest, schedule: &Schedule) -> Sheet {
    let currency = request.currency;
    let mut sheet = Sheet::new([
        text("start", "Start"),
        number("price", &format!("Price ({currency}/MWh)")),
        number("power", "Power (MW)"),
        number("energy", "Energy (MWh)"),
        number("state_of_charge", "Stored (MWh)"),
        number(
            "stored_value",
            &format!("Worth of a stored MWh ({currency})"),
        ),
    ]);
    for (price, point) in request.prices.iter().zip(&schedule.points) {
        sheet.row([
            point.period.start().to_string(),
            price.price.to_string(),
            point.power.to_string(),
            point.energy.to_string(),
            point.state_of_charge.to_string(),
            point.stored_value.to_string(),
        ]);
    }
    sheet
}
