//! The files of the last known state: columns that a person reads, and what a program needs besides as JSON in the last one.

use crate::data::Data;
use crate::offers::{lots, side};
use crate::request::{Request, Series};
use crate::slots::Slots;
use jiff::Timestamp;
use optibid_core::api::{BidView, MarketView, PriceView};
use optibid_core::asset::{Asset, Telemetry};
use optibid_core::portfolio::ProfitAndLoss;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum File {
    Markets,
    Prices,
    Bids,
    Assets,
    Telemetry,
    Profit,
}

impl File {
    /// All of them, in the order they are read.
    pub(super) const ALL: [Self; 6] = [
        Self::Markets,
        Self::Prices,
        Self::Bids,
        Self::Assets,
        Self::Telemetry,
        Self::Profit,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Markets => "markets.csv",
            Self::Prices => "prices.csv",
            Self::Bids => "bids.csv",
            Self::Assets => "assets.csv",
            Self::Telemetry => "telemetry.csv",
            Self::Profit => "profit.csv",
        }
    }

    /// What of a state it is made of.
    pub(super) fn part(self, data: &Data) -> Data {
        let mut part = Data::default();
        match self {
            Self::Markets => part.markets = data.markets.clone(),
            Self::Prices => part.prices = data.prices.clone(),
            Self::Bids => part.bids = data.bids.clone(),
            Self::Assets => part.assets = data.assets.clone(),
            Self::Telemetry => part.telemetry = data.telemetry.clone(),
            Self::Profit => part.profit = data.profit.clone(),
        }
        part
    }

    /// Its text.
    pub(super) fn text(self, data: &Data, slots: &Slots) -> String {
        match self {
            Self::Markets => of_markets(data, slots),
            Self::Prices => of_prices(data, slots),
            Self::Bids => of_bids(data, slots),
            Self::Assets => of_assets(data, slots),
            Self::Telemetry => of_telemetry(data, slots),
            Self::Profit => of_profit(data, slots),
        }
    }

    /// Reads its text into the state.
    pub(super) fn read(self, text: &str, into: (&mut Data, &mut Slots)) -> Result<(), String> {
        read(self, text, into)
    }
}

const READ_AT: &str = "read_at";

struct Sheet {
    lines: Vec<Vec<String>>,
}

impl Sheet {
    fn new(columns: &[&str]) -> Self {
        let mut header = vec![READ_AT.to_owned()];
        header.extend(columns.iter().map(|name| (*name).to_owned()));
        Self {
            lines: vec![header],
        }
    }

    fn row<const N: usize>(&mut self, read_at: Option<Timestamp>, cells: [String; N]) {
        let mut line = vec![read_at.map_or_else(String::new, |at| at.to_string())];
        line.extend(cells);
        self.lines.push(line);
    }

    fn text(self) -> String {
        let mut writer = csv::Writer::from_writer(Vec::new());
        for line in self.lines {
            // A vector takes everything.
            let _ = writer.write_record(line);
        }
        writer
            .into_inner()
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn of_markets(data: &Data, slots: &Slots) -> String {
    let mut sheet = Sheet::new(&["market", "name", "products", "data"]);
    for market in &data.markets {
        let products: Vec<&str> = market
            .products
            .iter()
            .map(|product| product.product.as_str())
            .collect();
        let cells = [
            market.market.to_string(),
            market.name.clone(),
            products.join(" "),
            json(market),
        ];
        sheet.row(slots.got(&Request::Markets), cells);
    }
    sheet.text()
}

fn of_prices(data: &Data, slots: &Slots) -> String {
    let mut sheet = Sheet::new(&[
        "market", "product", "location", "start", "price", "currency", "known_at", "data",
    ]);
    let at = slots.got(&Request::Latest);
    let mut row = |price: &PriceView| {
        let cells = [
            price.market.to_string(),
            price.product.to_string(),
            price.location.to_string(),
            price.start.to_string(),
            price.price.to_string(),
            price
                .currency
                .map_or_else(String::new, |currency| currency.to_string()),
            price.known_at.to_string(),
            json(price),
        ];
        sheet.row(at, cells);
    };
    data.prices
        .values()
        .flat_map(|prices| prices.values())
        .for_each(&mut row);
    sheet.text()
}

fn of_bids(data: &Data, slots: &Slots) -> String {
    let mut sheet = Sheet::new(&[
        "bid",
        "state",
        "market",
        "product",
        "location",
        "delivery_day",
        "currency",
        "buy_mwh",
        "sell_mwh",
        "venue_reference",
        "updated_at",
        "data",
    ]);
    for bid in &data.bids {
        let content = &bid.content;
        let lots = lots(&content.offer);
        let energy = |sells| {
            side(&lots, sells, content.currency)
                .map_or_else(String::new, |side| side.energy.to_string())
        };
        let cells = [
            bid.id.to_string(),
            bid.state.to_string(),
            content.market.to_string(),
            content.product.to_string(),
            content.location.to_string(),
            content.delivery_day.to_string(),
            content.currency.to_string(),
            energy(false),
            energy(true),
            bid.venue_reference.clone().unwrap_or_default(),
            bid.updated_at.to_string(),
            json(bid),
        ];
        sheet.row(slots.got(&Request::Bids), cells);
    }
    sheet.text()
}

fn of_assets(data: &Data, slots: &Slots) -> String {
    let mut sheet = Sheet::new(&["asset", "name", "kind", "market", "location", "data"]);
    for asset in &data.assets {
        let cells = [
            asset.id.to_string(),
            asset.name.clone(),
            asset.kind.code().to_owned(),
            asset.market.to_string(),
            asset.location.to_string(),
            json(asset),
        ];
        sheet.row(slots.got(&Request::Assets), cells);
    }
    sheet.text()
}

fn of_telemetry(data: &Data, slots: &Slots) -> String {
    let mut sheet = Sheet::new(&["asset", "at", "power_mw", "state_of_charge_mwh", "data"]);
    for (asset, samples) in &data.telemetry {
        let at = slots.got(&Request::Telemetry(*asset));
        for sample in samples {
            let stored = sample
                .state_of_charge
                .map_or_else(String::new, |energy| energy.to_string());
            sheet.row(
                at,
                [
                    asset.to_string(),
                    sample.at.to_string(),
                    sample.power.to_string(),
                    stored,
                    json(sample),
                ],
            );
        }
    }
    sheet.text()
}

fn of_profit(data: &Data, slots: &Slots) -> String {
    let mut sheet = Sheet::new(&[
        "delivery_day",
        "currency",
        "net",
        "wear",
        "perfect_foresight",
        "data",
    ]);
    let days = data.profit.first().zip(data.profit.last());
    let at = days.and_then(|_| slots.profit());
    for day in &data.profit {
        let best = day
            .perfect_foresight
            .map_or_else(String::new, |money| money.to_string());
        let cells = [
            day.day.to_string(),
            day.currency.to_string(),
            day.net.to_string(),
            day.wear.to_string(),
            best,
            json(day),
        ];
        sheet.row(at, cells);
    }
    sheet.text()
}

fn read(file: File, text: &str, into: (&mut Data, &mut Slots)) -> Result<(), String> {
    let (data, slots) = into;
    match file {
        File::Markets => {
            let (markets, at) = records::<MarketView>(text)?;
            data.markets = markets;
            restore(slots, at, Request::Markets);
        }
        File::Prices => {
            let (prices, at) = records::<PriceView>(text)?;
            data.keep(&Request::Latest, crate::request::Answer::Prices(prices));
            restore(slots, at, Request::Latest);
            for series in data.prices.keys().cloned().collect::<Vec<Series>>() {
                restore_course(data, slots, (series, at));
            }
        }
        File::Bids => {
            let (bids, at) = records::<BidView>(text)?;
            data.bids = bids;
            restore(slots, at, Request::Bids);
        }
        File::Assets => {
            let (assets, at) = records::<Asset>(text)?;
            data.assets = assets;
            restore(slots, at, Request::Assets);
        }
        File::Telemetry => {
            let (samples, at) = records::<Telemetry>(text)?;
            for sample in samples {
                restore(slots, at, Request::Telemetry(sample.asset));
                data.telemetry.entry(sample.asset).or_default().push(sample);
            }
        }
        File::Profit => {
            let (days, at) = records::<ProfitAndLoss>(text)?;
            let to = data.last_settled_day().or(days.last().map(|day| day.day));
            data.profit = days;
            if let Some(to) = to {
                restore(slots, at, Request::profit_to(to));
            }
        }
    }
    Ok(())
}

/// The prices of the days that a series has are as old as the file.
fn restore_course(data: &Data, slots: &mut Slots, series: (Series, Option<Timestamp>)) {
    let (series, at) = series;
    let zone = data.zone(&series.market, &series.product);
    let last = data
        .prices
        .get(&series)
        .and_then(|prices| prices.keys().next_back().copied());
    let day = zone
        .zip(last)
        .and_then(|(zone, last)| zone.day_of(last).ok());
    if let Some(day) = day {
        restore(
            slots,
            at,
            Request::prices(series, day.date(), crate::request::HEAT_DAYS),
        );
    }
}

fn restore(slots: &mut Slots, at: Option<Timestamp>, request: Request) {
    if let Some(at) = at {
        slots.restore(request, at);
    }
}

/// What stands in the last column of each line, and when it was read.
fn records<T: DeserializeOwned>(text: &str) -> Result<(Vec<T>, Option<Timestamp>), String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut items, mut read_at) = (Vec::new(), None);
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(|error| error.to_string())?;
        let last = record.iter().next_back().unwrap_or_default();
        let item = serde_json::from_str(last).map_err(|error| format!("line {line}: {error}"))?;
        items.push(item);
        read_at = record.get(0).and_then(|at| at.parse().ok()).or(read_at);
    }
    Ok((items, read_at))
}
