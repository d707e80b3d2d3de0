//! The state as facts: what the overview shows, for scripts.

use crate::format;
use crate::screens::{self, Attention};
use crate::state::State;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing that is so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Fact {
    /// What kind of thing: `service`, `alarm`, `price`, `gate`, `power`, `battery`, `profit`, `bids`.
    pub(crate) kind: &'static str,
    /// Of what; of an alarm its rule.
    pub(crate) of: String,
    /// The figure or word.
    pub(crate) value: String,
    /// Its unit.
    pub(crate) unit: String,
    /// When it held or since when it holds, as RFC 3339 in UTC, or the delivery day.
    pub(crate) at: String,
    /// More, in words.
    pub(crate) note: String,
    /// What only alarms have.
    #[serde(flatten)]
    pub(crate) alarm: Alarm,
}

/// What only an alarm has. Of what the dashboard itself sees there is the id alone, where it is about something that has one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Alarm {
    /// How grave.
    #[serde(skip_serializing_if = "Option::is_none")]
    severity: Option<&'static str>,
    /// Beyond the limit, or nothing could be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<&'static str>,
    /// Whether it goes on and whether somebody has answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledged: Option<bool>,
    /// Whether nobody is told of it now.
    #[serde(skip_serializing_if = "Option::is_none")]
    shelved: Option<bool>,
    /// Of the alarm, the bid or the job.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
}

fn alarm(state: &State, item: screens::Item) -> Fact {
    let at = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
    let id = match item.subject {
        Attention::Alert(id) => Some(id.to_string()),
        Attention::Bid(id) | Attention::Outcome(id) => Some(id.to_string()),
        Attention::Job(id) => Some(id.to_string()),
        Attention::Service => None,
    };
    let alert = match item.subject {
        Attention::Alert(id) => state.data.alerts.iter().find(|alert| alert.id == id),
        _ => None,
    };
    let Some(alert) = alert else {
        return Fact {
            at: at(item.since),
            note: item.text,
            alarm: Alarm {
                id,
                ..Alarm::default()
            },
            ..fact("alarm", item.about, item.word)
        };
    };
    Fact {
        at: at(Some(alert.raised_at)),
        note: alert.message.clone(),
        alarm: Alarm {
            severity: Some(alert.severity.code()),
            state: Some(alert.state.code()),
            status: Some(alert.status.code()),
            acknowledged: Some(alert.acknowledged.is_some()),
            shelved: Some(screens::is_silent(state, alert)),
            id,
        },
        ..fact("alarm", &alert.name, item.word)
    }
}

fn fact(kind: &'static str, of: impl ToString, value: impl ToString) -> Fact {
    Fact {
        kind,
        of: of.to_string(),
        value: value.to_string(),
        unit: String::new(),
        at: String::new(),
        note: String::new(),
        alarm: Alarm::default(),
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
    let alarms = screens::alarms(state).into_iter();
    facts.extend(alarms.map(|item| alarm(state, item)));
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

const COLUMNS: [&str; 12] = [
    "kind",
    "of",
    "value",
    "unit",
    "at",
    "note",
    "severity",
    "state",
    "status",
    "acknowledged",
    "shelved",
    "id",
];
/// The column of the figures.
const VALUE: usize = 2;
/// The column of what is written in words, which in a table stands last.
const NOTE: usize = 5;

fn cells(fact: &Fact) -> [&str; 12] {
    let alarm = &fact.alarm;
    let word = |yes: Option<bool>| match yes {
        Some(true) => "true",
        Some(false) => "false",
        None => "",
    };
    [
        fact.kind,
        &fact.of,
        &fact.value,
        &fact.unit,
        &fact.at,
        &fact.note,
        alarm.severity.unwrap_or_default(),
        alarm.state.unwrap_or_default(),
        alarm.status.unwrap_or_default(),
        word(alarm.acknowledged),
        word(alarm.shelved),
        alarm.id.as_deref().unwrap_or_default(),
    ]
}

/// Aligned columns: the alarms, and below them the figures. A column that would be empty is left out.
pub(crate) fn table(facts: &[Fact]) -> String {
    let (alarms, figures): (Vec<&Fact>, Vec<&Fact>) =
        facts.iter().partition(|fact| fact.kind == "alarm");
    let parts = [alarms, figures];
    let parts = parts.iter().filter(|part| !part.is_empty());
    parts
        .map(|part| aligned(part))
        .collect::<Vec<_>>()
        .join("\n")
}

fn aligned(facts: &[&Fact]) -> String {
    let rows: Vec<_> = facts.iter().map(|fact| cells(fact)).collect();
    let order = (0..COLUMNS.len()).filter(|column| *column != NOTE);
    let order = order.chain([NOTE]);
    let shown: Vec<usize> = order
        .filter(|column| rows.iter().any(|row| !row[*column].is_empty()))
        .collect();
    let widths = shown.iter().map(|column| {
        let cells = rows.iter().chain([&COLUMNS]).map(|row| row[*column]);
        cells.map(crate::canvas::columns).max().unwrap_or(0)
    });
    let widths: Vec<usize> = widths.collect();
    let line = |row: &[&str; 12]| {
        let mut line = String::new();
        for (column, width) in shown.iter().zip(&widths) {
            let cell = row[*column];
            let blanks = " ".repeat(width - crate::canvas::columns(cell));
            let (before, behind) = match *column {
                VALUE => (blanks, String::new()),
                _ => (String::new(), blanks),
            };
            line.push_str(&format!("{before}{cell}{behind}  "));
        }
        line.trim_end().to_owned() + "\n"
    };
    [&COLUMNS].into_iter().chain(&rows).map(line).collect()
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
