//! One page a market, from the rule table.

mod days;
mod labels;

use crate::output::Page;
use crate::table::{Table, code};
use anyhow::Result;
use jiff::civil::Date;
use labels::{ORDER, label};
use optibid_core::market::rules::{Confidence, RuleBook, RuleRow};
use optibid_core::market::{MarketId, ProductId, locations};

const SOURCE: &str =
    "optibid-core/src/market/rules/table.rs and optibid-core/src/market/locations.rs";

/// From this day on a rule holds whose first day nobody knows (the table says so).
const ANY: Date = Date::constant(2000, 1, 1);

/// The page of every market, and the one that compares them.
pub(crate) fn pages() -> Result<Vec<Page>> {
    let book = RuleBook::builtin();
    let mut pages = vec![overview(&book)?];
    for market in book.markets() {
        let path = format!("markets/{}.md", file(&market));
        pages.push(Page::markdown(path, SOURCE, &page(&book, &market)?));
    }
    Ok(pages)
}

fn file(market: &MarketId) -> String {
    market.as_str().to_lowercase()
}

/// Every market in one table, with the latest rules.
fn overview(book: &RuleBook) -> Result<Page> {
    let mut table = Table::new([
        "market",
        "product",
        "zone",
        "interval",
        "gate",
        "floor",
        "cap",
        "currency",
        "not verified",
    ]);
    for market in book.markets() {
        let link = format!("[{market}]({}.md)", file(&market));
        for product in book.products(&market)? {
            let rows = book.in_force(&market, &product, Date::MAX)?;
            let value = |name| {
                rows.iter()
                    .find(|r| r.parameter.name() == name)
                    .map(|r| r.parameter.to_string())
            };
            let cell = |name| value(name).unwrap_or_default();
            let open = rows
                .iter()
                .filter(|r| r.confidence == Confidence::Unverified)
                .count();
            table.row([
                &link,
                product.as_str(),
                &cell("zone"),
                &worded(&cell("interval")),
                &cell("gate"),
                &cell("floor"),
                &cell("cap"),
                &cell("currency"),
                &format!("{open} of {}", rows.len()),
            ]);
        }
    }
    let body = format!(
        "# Rules of the markets\n\n\
         What OptiBid checks a bid against: {} rules of {} markets, each a dated row with its source. This table shows the latest of \
         each; the page of a market shows all of them. Prices are in the currency per MWh.\n\n\
         A rule is *verified* when a document of the market or its regulator states it, *observed* when it was seen in the market's \
         published data, *unverified* when it is common knowledge that no source at hand confirms. An unverified rule still rejects a \
         bid, and the finding says that it is unverified: check those with the market before money depends on them.\n\n{}\n\
         The API answers the same: `GET /api/markets/{{market}}/rules?product=DAM&day=2026-01-15`. How to add a market is in \
         [CONTRIBUTING](https://github.com/optibid/optibid/blob/main/CONTRIBUTING.md#adding-a-market).",
        book.rows().count(),
        book.markets().len(),
        table.finish()
    );
    Ok(Page::markdown("markets/index.md", SOURCE, &body))
}

fn page(book: &RuleBook, market: &MarketId) -> Result<String> {
    let mut text = format!("# {market}: {}\n\n", book.market_name(market));
    text.push_str(
        "Every rule that OptiBid knows of this market. A rule holds from its first day until a later row of the same rule; \
         without a first day it holds since the records begin. [How to read this](index.md).\n\n",
    );
    let mut sources = Vec::new();
    for product in book.products(market)? {
        text.push_str(&format!(
            "## {product}: {}\n\n",
            book.product_name(market, &product)
        ));
        text.push_str(&rules(book, (market, &product), &mut sources));
        text.push_str(&format!("\n### Days and gates of {product} in 2026\n\n"));
        text.push_str(&days::table(book, market, &product)?);
        text.push('\n');
    }
    text.push_str(&places(market));
    text.push_str("\n## Sources\n\n");
    for (i, source) in sources.iter().enumerate() {
        text.push_str(&format!("{}. {source}\n", i + 1));
    }
    Ok(text)
}

/// All rows of a product in the order in which a trader asks; sources by their number in the list of the page.
fn rules(
    book: &RuleBook,
    (market, product): (&MarketId, &ProductId),
    sources: &mut Vec<String>,
) -> String {
    let of_product = |row: &&RuleRow| row.market == *market && row.product == *product;
    let mut rows: Vec<_> = book.rows().filter(of_product).collect();
    let place = |row: &RuleRow| {
        ORDER
            .iter()
            .position(|(name, ..)| *name == row.parameter.name())
    };
    rows.sort_by_key(|row| (place(row).unwrap_or(ORDER.len()), row.valid_from));
    let mut table = Table::new(["rule", "value", "from", "known", "source"]);
    for row in rows {
        let name = row.parameter.name();
        if matches!(name, "market_name" | "product_name") {
            continue;
        }
        let from = if row.valid_from == ANY {
            String::new()
        } else {
            format!("<span class=\"nowrap\">{}</span>", row.valid_from)
        };
        let known = match row.confidence {
            Confidence::Unverified => "**unverified**",
            other => other.code(),
        };
        let value = worded(&row.parameter.to_string());
        let source = format!("[{}](#sources)", number(sources, &row.source));
        table.row([&label(name), &value, &from, known, &source]);
    }
    table.finish()
}

/// The number of a source in the list; one that is new comes to its end.
fn number(sources: &mut Vec<String>, source: &str) -> usize {
    let at = sources.iter().position(|known| known == source);
    at.map_or_else(
        || {
            sources.push(source.to_owned());
            sources.len()
        },
        |at| at + 1,
    )
}

/// A value as people write it.
fn worded(value: &str) -> String {
    let minutes = value
        .strip_prefix("PT")
        .and_then(|rest| rest.strip_suffix('M'));
    match (value, minutes) {
        ("true", _) => "yes".to_owned(),
        ("false", _) => "no".to_owned(),
        (_, Some(minutes)) => format!("{minutes} min"),
        _ if value.contains('/') => value.to_owned(),
        _ => value.replace('_', " "),
    }
}

fn places(market: &MarketId) -> String {
    let known: Vec<_> = locations::builtin()
        .into_iter()
        .filter(|l| l.market == *market)
        .collect();
    if known.is_empty() {
        return "## Locations\n\nNone are built in: add the market's own list.\n".to_owned();
    }
    let mut table = Table::new(["code", "kind", "name"]);
    for location in &known {
        table.row([
            &code(location.code.as_str()),
            location.kind.code(),
            &location.name,
        ]);
    }
    format!(
        "## Locations\n\nEnough to start with; the market's own list is longer.\n\n{}",
        table.finish()
    )
}
