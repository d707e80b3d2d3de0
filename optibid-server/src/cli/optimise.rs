//! `optibid optimise`: the best schedule in hindsight, without server and database.

use super::args::Optimise;
use super::battery::battery;
use super::input::{span, zone};
use super::output::{Output, Sheet, number, text};
use optibid_core::error::{Error, Result};
use optibid_core::market::PriceObservation;
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::Optimizer;
use optibid_core::schedule::{PeriodPrice, Schedule, ScheduleRequest};
use optibid_core::unit::Currency;
use optibid_engine::BatteryOptimizer;

pub(super) fn run(args: &Optimise, output: Output) -> anyhow::Result<()> {
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
    let within = |p: &&PriceObservation| start <= p.period.start() && p.period.end() <= end;
    let prices: Vec<_> = chosen.prices.iter().filter(within).collect();
    let series = prices.iter().map(|p| PeriodPrice {
        period: p.period,
        price: p.price,
    });
    let zone = zone(&rules, &chosen, Some(days.0))?;
    let request = ScheduleRequest::new(battery, zone, series.collect(), currency);
    let schedule = BatteryOptimizer::new()
        .optimise(&request)
        .map_err(Error::from)?;
    output.sheet(&sheet(&prices, &schedule, currency))?;
    output.note(format!(
        "{} {} {}: revenue {} less wear {} = {} {currency}, {} cycles",
        chosen.market,
        chosen.product,
        chosen.location,
        schedule.revenue,
        schedule.wear,
        schedule.value,
        schedule.cycles,
    ));
    Ok(())
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

fn sheet(prices: &[&PriceObservation], schedule: &Schedule, currency: Currency) -> Sheet {
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
    for (price, point) in prices.iter().zip(&schedule.points) {
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
