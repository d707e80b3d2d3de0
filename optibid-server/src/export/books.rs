//! What is settled and earned, as tables.

use super::table::{Cell, Table};
use jiff::Timestamp;
use optibid_core::app::ZonedStatement;
use optibid_core::market::{MarketZone, ProductId};
use optibid_core::portfolio::{ProfitAndLoss, SettlementLine};
use optibid_core::unit::{Money, Price};
use std::collections::BTreeSet;

const SETTLED: [&str; 20] = [
    "settlement",
    "market",
    "location",
    "delivery_day",
    "time_zone",
    "kind",
    "product",
    "name",
    "start_market_time",
    "start_utc",
    "end_market_time",
    "end_utc",
    "energy_mwh",
    "price_per_mwh",
    "amount",
    "currency",
    "cash",
    "asset",
    "award",
    "settled_at_utc",
];

/// One row a line of every statement.
pub(crate) fn settlements(statements: &[ZonedStatement]) -> Table {
    let rows = statements.iter().flat_map(|zoned| {
        let lines = zoned.statement.lines.iter();
        lines.map(move |line| settled(zoned, line))
    });
    Table {
        name: "Settlements",
        columns: SETTLED.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

fn settled(zoned: &ZonedStatement, line: &SettlementLine) -> Vec<Cell> {
    let (statement, zone) = (&zoned.statement, zoned.zone.as_ref());
    let [start, start_utc] = Cell::both_times(line.period.start(), zone);
    let [end, end_utc] = Cell::both_times(line.period.end(), zone);
    vec![
        Cell::text(statement.id),
        Cell::text(&statement.market),
        Cell::text(&statement.location),
        Cell::text(statement.day),
        Cell::maybe(zone, |zone| Cell::text(zone.name())),
        Cell::text(line.kind.code()),
        Cell::maybe(line.product.as_ref(), Cell::text),
        Cell::maybe(line.name.as_ref(), Cell::text),
        start,
        start_utc,
        end,
        end_utc,
        Cell::decimal(line.energy),
        price(line.price),
        Cell::decimal(line.amount),
        Cell::text(line.amount.currency()),
        Cell::text(line.kind.is_cash()),
        Cell::maybe(statement.asset, Cell::text),
        Cell::maybe(line.award, Cell::text),
        Cell::text(statement.created_at),
    ]
}

fn price(price: Price) -> Cell {
    Cell::decimal(price)
}

/// One row a delivery day and currency; `day` tells the zone and the start of a day where they are known.
pub(crate) fn profit(
    days: &[ProfitAndLoss],
    day: impl Fn(&ProfitAndLoss) -> Option<(MarketZone, Timestamp)>,
) -> Table {
    let earned = days.iter().flat_map(|day| &day.revenue);
    let products: BTreeSet<&ProductId> = earned.map(|revenue| &revenue.product).collect();
    let mut columns: Vec<String> = [
        "delivery_day",
        "time_zone",
        "start_market_time",
        "start_utc",
    ]
    .map(str::to_owned)
    .to_vec();
    columns.extend(["currency".to_owned(), "revenue".to_owned()]);
    columns.extend(products.iter().map(|product| format!("revenue_{product}")));
    columns.extend(["fees", "wear", "net", "perfect_foresight", "capture"].map(str::to_owned));
    let row = |pnl: &ProfitAndLoss| {
        let (zone, start) = day(pnl).unzip();
        let times = start.map(|start| Cell::both_times(start, zone.as_ref()));
        let [local, utc] = times.unwrap_or([Cell::Empty, Cell::Empty]);
        let amounts = pnl.revenue.iter().map(|revenue| revenue.amount);
        let mut cells = vec![
            Cell::text(pnl.day),
            Cell::maybe(zone, |zone| Cell::text(zone.name())),
            local,
            utc,
            Cell::text(pnl.currency),
            Cell::maybe(Money::sum(amounts, pnl.currency), Cell::decimal),
        ];
        cells.extend(products.iter().map(|product| {
            let mut own = pnl.revenue.iter();
            let own = own.find(|revenue| revenue.product == **product);
            Cell::maybe(own, |revenue| Cell::decimal(revenue.amount))
        }));
        cells.extend([
            Cell::decimal(pnl.fees),
            Cell::decimal(pnl.wear),
            Cell::decimal(pnl.net),
            Cell::maybe(pnl.perfect_foresight, Cell::decimal),
            Cell::maybe(pnl.capture, Cell::decimal),
        ]);
        cells
    };
    Table {
        name: "Profit and loss",
        rows: days.iter().map(row).collect(),
        columns,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use optibid_core::portfolio::SettlementStatement;
    use serde_json::json;

    /// On the day the clock goes back one hour starts twice: the offset tells the two apart. A price with more digits than a number
    /// keeps stays as it is.
    #[test]
    fn the_hour_that_comes_twice_has_two_offsets() {
        let id = "0199a0a0-0000-7000-8000-000000000001";
        let line = |start: &str| {
            json!({
                "kind": "day_ahead_energy", "product": "DAM", "energy": "0.000000278", "price": "9123456789012.123456",
                "period": { "start": start, "resolution": "PT60M" },
                "amount": { "amount": "2534.29", "currency": "USD" },
            })
        };
        let statement: SettlementStatement = serde_json::from_value(json!({
            "id": id, "org": id, "bids": [], "market": "ERCOT", "location": "HB_SOUTH", "day": "2024-11-03",
            "currency": "USD", "total": { "amount": "5068.58", "currency": "USD" },
            "created_at": "2024-11-05T12:00:00Z",
            "lines": [line("2024-11-03T06:00:00Z"), line("2024-11-03T07:00:00Z")],
        }))
        .unwrap();
        let zone = MarketZone::new("America/Chicago", 0).ok();
        let table = settlements(&[ZonedStatement { statement, zone }]);
        assert_eq!(table.columns.len(), table.rows[0].len());
        let cell = |row: usize, name: &str| {
            let at = table.columns.iter().position(|column| column == name);
            table.rows[row][at.unwrap()].clone()
        };
        let starts = [0, 1].map(|row| cell(row, "start_market_time"));
        let wanted = ["2024-11-03T01:00:00-05:00", "2024-11-03T01:00:00-06:00"];
        assert_eq!(starts, wanted.map(Cell::text));
        assert_eq!(
            cell(0, "price_per_mwh"),
            Cell::decimal("9123456789012.123456")
        );
        assert_eq!(cell(0, "energy_mwh"), Cell::decimal("0.000000278"));
        let file = crate::export::write(&table, optibid_core::api::FileFormat::Xlsx).unwrap();
        assert!(file.starts_with(b"PK"));
    }
}
