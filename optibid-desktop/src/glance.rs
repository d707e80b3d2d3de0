//! What the tray shows: the gate that closes next, and what the newest settled day earned.

use crate::connection::Call;
use crate::desk::Desk;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, Zoned};
use optibid_core::api::{GateView, ListView, MarketView};
use optibid_core::market::MarketId;
use optibid_core::market::rules::ProductKind;
use optibid_core::portfolio::ProfitAndLoss;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The two lines of the tray.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glance {
    /// The gate that closes next.
    pub(crate) gate: String,
    /// What the newest settled day earned.
    pub(crate) profit: String,
}

impl Glance {
    /// Where nothing is known.
    pub(crate) fn unknown() -> Self {
        Self {
            gate: "Next gate: not known".to_owned(),
            profit: "Settled: not known".to_owned(),
        }
    }
}

/// Of an asset only where it trades.
#[derive(Deserialize)]
struct Owned {
    market: MarketId,
}

/// Reads both. What cannot be read is said to be unknown.
pub(crate) async fn look(desk: &Desk) -> Glance {
    let unknown = Glance::unknown();
    let markets = read::<ListView<MarketView>>(desk, "/api/markets").await;
    let owned = read::<ListView<Owned>>(desk, "/api/assets?limit=200").await;
    let now = Timestamp::now();
    let gate = markets.map(|markets| {
        let owned: Vec<_> = owned.map_or_else(Vec::new, |owned| {
            owned.items.into_iter().map(|asset| asset.market).collect()
        });
        gate(&markets.items, &owned, now)
    });
    Glance {
        gate: gate.unwrap_or(unknown.gate),
        profit: settled(desk).await.unwrap_or(unknown.profit),
    }
}

/// Of a settlement only its day.
#[derive(Deserialize)]
struct Settled {
    day: Date,
}

/// What the newest settled day earned.
async fn settled(desk: &Desk) -> Option<String> {
    let newest: ListView<Settled> = read(desk, "/api/settlements?limit=1").await?;
    let Some(Settled { day }) = newest.items.first() else {
        return Some(profit(&[]));
    };
    let days: ListView<ProfitAndLoss> =
        read(desk, &format!("/api/pnl?from={day}&to={day}")).await?;
    Some(profit(&days.items))
}

async fn read<T: DeserializeOwned>(desk: &Desk, path: &str) -> Option<T> {
    let answer = desk.call(&Call::get(path), b"").await.ok()?;
    let fits = answer.status().is_success();
    fits.then(|| serde_json::from_slice(answer.body()).ok())?
}

/// The day-ahead gate that closes next, of the markets where there are assets, or of all. Gates of the real time close every few minutes:
/// who trades there looks at the desk.
fn gate(markets: &[MarketView], owned: &[MarketId], now: Timestamp) -> String {
    let in_use = |view: &&MarketView| owned.is_empty() || owned.contains(&view.market);
    let next = markets
        .iter()
        .filter(in_use)
        .flat_map(|view| view.products.iter().map(move |product| (view, product)))
        .filter(|(_, product)| product.kind == ProductKind::DayAhead)
        .filter_map(|(view, product)| Some((view, product, product.next_gate.as_ref()?)))
        .filter(|(_, _, gate)| gate.closes_at > now)
        .min_by_key(|(_, _, gate)| gate.closes_at);
    let Some((view, product, gate)) = next else {
        return "Next gate: none".to_owned();
    };
    let left = left(gate.closes_at.duration_since(now));
    let (market, product) = (&view.market, &product.product);
    format!("{market} {product}: gate in {left}, {}", clock(gate))
}

/// When a gate closes, in market time with its zone.
fn clock(gate: &GateView) -> String {
    match gate.closes_at_market_time.parse::<Zoned>() {
        Ok(at) => at.strftime("%a %H:%M %Z").to_string(),
        Err(_) => gate.closes_at_market_time.clone(),
    }
}

/// A duration with its units, in minutes.
fn left(duration: SignedDuration) -> String {
    let minutes = duration.as_mins();
    match (minutes / 1440, minutes / 60 % 24, minutes % 60) {
        (0, 0, minutes) => format!("{minutes} min"),
        (0, hours, minutes) => format!("{hours} h {minutes} min"),
        (days, hours, _) => format!("{days} d {hours} h"),
    }
}

/// What the newest settled day earned, in each currency.
fn profit(days: &[ProfitAndLoss]) -> String {
    let Some(last) = days.iter().map(|day| day.day).max() else {
        return "Settled: no day yet".to_owned();
    };
    let amounts: Vec<_> = days
        .iter()
        .filter(|day| day.day == last)
        .map(|day| day.net.to_string())
        .collect();
    format!("{last}: {}", amounts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_its_units() {
        for (minutes, text) in [
            (0, "0 min"),
            (59, "59 min"),
            (61, "1 h 1 min"),
            (1500, "1 d 1 h"),
        ] {
            assert_eq!(left(SignedDuration::from_mins(minutes)), text);
        }
    }

    #[test]
    fn a_gate_is_told_in_market_time() {
        let gate = GateView {
            delivery_day: "2026-11-24".parse().unwrap(),
            closes_at: "2026-11-23T16:00:00Z".parse().unwrap(),
            closes_at_market_time: "2026-11-23T10:00:00-06:00[America/Chicago]".to_owned(),
        };
        assert_eq!(clock(&gate), "Mon 10:00 CST");
    }

    #[test]
    fn without_days_or_gates_this_is_said() {
        assert_eq!(profit(&[]), "Settled: no day yet");
        assert_eq!(gate(&[], &[], Timestamp::UNIX_EPOCH), "Next gate: none");
    }
}
