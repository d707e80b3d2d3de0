//! The figures of the pages on concepts.

use crate::figures::data::{SOURCE, prices};
use crate::figures::{curves, days, forecast, gates, settlement, storage, waterfall};
use crate::output::Page;
use anyhow::Result;

/// All of them.
pub(crate) fn pages() -> Result<Vec<Page>> {
    const RULES: &str = "optibid-core/src/market/rules/table.rs";
    let prices = prices()?;
    let drawn = [
        (
            "clock-change",
            "optibid-core/src/market/day.rs",
            days::draw()?,
        ),
        ("gates", RULES, gates::draw()?),
        (
            "curve-shapes",
            "optibid-core/src/bid/curve.rs",
            curves::shapes()?,
        ),
        ("curve-storage", SOURCE, curves::storage(&prices)?),
        ("forecast", SOURCE, forecast::draw(&prices)?),
        ("storage", SOURCE, storage::draw(&prices)?),
        ("settlement", SOURCE, settlement::draw(&prices)?),
        ("waterfall", SOURCE, waterfall::draw(&prices)?),
    ];
    let figures = drawn.into_iter();
    Ok(figures
        .map(|(name, source, svg)| Page::figure(name, source, &svg))
        .collect())
}
