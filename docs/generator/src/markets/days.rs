//! Days of a product: how many periods, and when the gate closes.

use crate::table::Table;
use anyhow::{Context, Result};
use jiff::ToSpan;
use jiff::civil::Date;
use optibid_core::market::rules::RuleBook;
use optibid_core::market::{MarketId, ProductId, Resolution};

const ORDINARY: Date = Date::constant(2026, 1, 15);

/// An ordinary day and those on which the clocks change.
pub(super) fn table(book: &RuleBook, market: &MarketId, product: &ProductId) -> Result<String> {
    let first = Date::constant(2026, 1, 1);
    let zone = book.at(market, product, first)?.zone.value;
    let mut dates = vec![ORDINARY];
    for date in first.series(1.day()).take_while(|d| d.year() == 2026) {
        if zone.day(date)?.len(Resolution::Hour) != 24 {
            dates.push(date);
        }
    }
    dates.sort();
    let mut table = Table::new([
        "delivery day",
        "hours",
        "periods bid for",
        "first period begins",
        "its gate closes",
        "the last one's gate closes",
    ]);
    for date in dates {
        let rules = book.at(market, product, date)?;
        let day = rules.delivery_day(date)?;
        let mut periods = rules.periods(&day);
        let first = periods.next().context("a day has periods")?;
        let last = periods.next_back().context("a day has several periods")?;
        let clock = |instant| {
            let local = rules.zone.value.local(instant);
            local.strftime("%m-%d %H:%M %:z").to_string()
        };
        table.row([
            &date.to_string(),
            &day.len(Resolution::Hour).to_string(),
            &day.len(rules.interval.value).to_string(),
            &clock(first.start()),
            &clock(rules.gate_closure(&day, &first)?),
            &clock(rules.gate_closure(&day, &last)?),
        ]);
    }
    Ok(table.finish())
}
