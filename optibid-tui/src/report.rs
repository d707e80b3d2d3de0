//! The state as facts: what the overview shows, for scripts.

use crate::format;
use crate::screens;
use crate::state::State;
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing that is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fact {
    /// What kind of thing: `service`, `price`, `gate`, `battery`, `profit`, `bids`, `alarm`.
    pub(crate) kind: &'static str,
    /// Of what.
    pub(crate) of: String,
    /// The figure or word.
    pub(crate) value: String,
    /// Its unit.
    pub(crate) unit: String,
    /// When it held, as RFC 3339 in UTC, or the delivery day.
    pub(crate) at: String,
    /// More, in words.
    pub(crate) note: String,
}

fn fact(kind: &'static str, of: impl ToString, value: impl ToString) -> Fact {
    Fact {
        kind,
        of: of.to_string(),
        value: value.to_string(),
        unit: String::new(),
        at: String::new(),
        note: String::new(),
    }
}

/// All facts.
pub(crate) fn facts(state: &State) -> Vec<Fact> {
    let data = &state.data;
    let mut facts = Vec::new();
    if let Some(health) = &data.health {
        let status = serde_json::to_value(health.status).ok();
        let status = status
            .as_ref()
            .and_then(|value| value.as_str())
            .unwrap_or_default()
            .to_owned();
        facts.push(Fact {
            note: format!("version {}", health.version),
            ..fact("service", &state.server.name, status)
        });
    }
    for (level, text) in screens::alarms(state) {
        facts.push(Fact {
            note: text,
            ..fact("alarm", level, "")
        });
    }
    for (series, price) in &data.latest {
        let unit = price
            .currency
            .map_or_else(String::new, |currency| format!("{currency}/MWh"));
        facts.push(Fact {
            unit,
            at: price.start.to_string(),
            note: price.market_time.clone(),
            ..fact("price", series, price.price)
        });
    }
    facts.extend(gates(state));
    facts.extend(batteries(state));
    for day in &data.profit {
        let capture = day.capture.map_or_else(String::new, |ratio| {
            format!("capture {} %", format::percent(ratio.ppm()))
        });
        facts.push(Fact {
            unit: day.currency.to_string(),
            at: day.day.to_string(),
            note: capture,
            ..fact("profit", "net", day.net)
        });
    }
    let mut bids = BTreeMap::new();
    for bid in &data.bids {
        *bids.entry(bid.state.code()).or_insert(0_u64) += 1;
    }
    facts.extend(
        bids.into_iter()
            .map(|(state, count)| fact("bids", state, count)),
    );
    facts
}

fn gates(state: &State) -> Vec<Fact> {
    let mut facts = Vec::new();
    for market in &state.data.markets {
        for product in &market.products {
            if let Some(gate) = &product.next_gate {
                let of = format!("{} {}", market.market, product.product);
                facts.push(Fact {
                    at: gate.closes_at.to_string(),
                    note: format!(
                        "in {}",
                        format::countdown(gate.closes_at.duration_since(state.now))
                    ),
                    ..fact("gate", of, gate.delivery_day)
                });
            }
        }
    }
    facts
}

fn batteries(state: &State) -> Vec<Fact> {
    let mut facts = Vec::new();
    for asset in &state.data.assets {
        let sample = state
            .data
            .telemetry
            .get(&asset.id)
            .and_then(|samples| samples.last());
        let Some(sample) = sample else { continue };
        let power = fact("power", &asset.name, sample.power);
        facts.push(Fact {
            unit: "MW".to_owned(),
            at: sample.at.to_string(),
            ..power
        });
        if let Some(stored) = sample.state_of_charge {
            facts.push(Fact {
                unit: "MWh".to_owned(),
                at: sample.at.to_string(),
                ..fact("battery", &asset.name, stored)
            });
        }
    }
    facts
}

const COLUMNS: [&str; 6] = ["kind", "of", "value", "unit", "at", "note"];

fn cells(fact: &Fact) -> [&str; 6] {
    [
        fact.kind,
        &fact.of,
        &fact.value,
        &fact.unit,
        &fact.at,
        &fact.note,
    ]
}

/// Aligned columns.
pub(crate) fn table(facts: &[Fact]) -> String {
    let mut widths = COLUMNS.map(str::len);
    for fact in facts {
        for (width, cell) in widths.iter_mut().zip(cells(fact)) {
            *width = (*width).max(crate::canvas::columns(cell));
        }
    }
    let line = |cells: [&str; 6]| {
        let mut line = String::new();
        for (i, (cell, width)) in cells.into_iter().zip(widths).enumerate() {
            let blanks = " ".repeat(width - crate::canvas::columns(cell));
            // The third column holds the figures.
            let (before, behind) = if i == 2 {
                (blanks, String::new())
            } else {
                (String::new(), blanks)
            };
            line.push_str(&format!("{before}{cell}{behind}  "));
        }
        line.trim_end().to_owned() + "\n"
    };
    let mut text = line(COLUMNS);
    facts
        .iter()
        .for_each(|fact| text.push_str(&line(cells(fact))));
    text
}

/// One object: `{"rows": […]}`.
pub(crate) fn json(facts: &[Fact]) -> String {
    serde_json::json!({ "rows": facts }).to_string()
}

/// Rows with a header.
pub(crate) fn csv(facts: &[Fact]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for fact in facts {
        writer.write_record(cells(fact))?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| csv::Error::from(std::io::Error::other(error.to_string())))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
