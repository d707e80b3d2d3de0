//! What is known of the world: the last answer to everything, kept when the server is away.

use crate::request::{Answer, LogLine, Request, Series};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use optibid_core::alert::WatchedRule;
use optibid_core::api::{
    AlertView, AuditView, BidView, DayView, Health, JobView, MarketView, MeView, PriceView,
    ProductView,
};
use optibid_core::app::{AuditVerdict, Maintenance};
use optibid_core::asset::{Asset, Telemetry};
use optibid_core::bid::{BidEvent, BidState};
use optibid_core::event::{Event, EventKind};
use optibid_core::forecast::Forecast;
use optibid_core::id::{AssetId, BidId};
use optibid_core::market::{MarketId, MarketZone, PriceObservation, ProductId};
use optibid_core::portfolio::{Award, ProfitAndLoss};
use optibid_core::unit::Currency;
use std::collections::{BTreeMap, VecDeque};

/// Prices older than this before the latest of their series are let go.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 40);
/// Most items of a list that are read; a list of so many may be cut.
pub(crate) const MOST: usize = 1_000;
/// Lines of the log that are kept in memory.
const LOG_LINES: usize = 2_000;

/// The last answer to everything.
#[derive(Debug, Clone, Default)]
pub struct Data {
    /// How the service is.
    pub health: Option<Health>,
    /// Whether writes are refused.
    pub maintenance: Option<Maintenance>,
    /// Who is signed in.
    pub me: Option<MeView>,
    /// Markets.
    pub markets: Vec<MarketView>,
    /// The latest price of each series.
    pub latest: BTreeMap<Series, PriceView>,
    /// Prices by series and start.
    pub prices: BTreeMap<Series, BTreeMap<Timestamp, PriceView>>,
    /// Delivery days.
    pub days: BTreeMap<(MarketId, ProductId, Date), DayView>,
    /// Bids, the latest first.
    pub bids: Vec<BidView>,
    /// The versions that events told of: newer than the content in hand, which an act is about.
    pub(crate) heard: BTreeMap<BidId, u64>,
    /// Histories of bids.
    pub histories: BTreeMap<BidId, Vec<BidEvent>>,
    /// Awards of bids.
    pub awards: BTreeMap<BidId, Vec<Award>>,
    /// Assets.
    pub assets: Vec<Asset>,
    /// Telemetry of assets, in order of time.
    pub telemetry: BTreeMap<AssetId, Vec<Telemetry>>,
    /// Jobs, the latest first.
    pub jobs: Vec<JobView>,
    /// Forecasts.
    pub forecasts: BTreeMap<(Series, Date), Forecast>,
    /// Profit and loss by day, in order of time.
    pub profit: Vec<ProfitAndLoss>,
    /// Audit entries, the latest first.
    pub audit: Vec<AuditView>,
    /// Whether the audit chain is whole.
    pub audit_chain: Option<AuditVerdict>,
    /// Alarms, the newest first.
    pub alerts: Vec<AlertView>,
    /// What is watched, the newest first.
    pub rules: Vec<WatchedRule>,
    /// The dashboard's own log.
    pub log: VecDeque<LogLine>,
}

impl Data {
    /// Keeps what a request got.
    pub fn keep(&mut self, request: &Request, answer: Answer) {
        match (request, answer) {
            (_, Answer::Health(health)) => self.health = Some(health),
            (_, Answer::Maintenance(state)) => self.maintenance = Some(state),
            (_, Answer::Me(me)) => self.me = Some(*me),
            (_, Answer::Markets(markets)) => self.markets = markets,
            (_, Answer::Prices(prices)) => prices.into_iter().for_each(|p| self.put_price(p)),
            (_, Answer::Day(day)) => {
                let key = (day.market.clone(), day.product.clone(), day.day);
                self.days.insert(key, *day);
            }
            (_, Answer::Bids(bids)) => self.bids = bids,
            (_, Answer::Bid(bid)) => self.put_bid(*bid),
            (Request::History(id), Answer::History(events)) => {
                self.histories.insert(*id, events);
            }
            (Request::Awards(id), Answer::Awards(awards)) => {
                self.awards.insert(*id, awards);
            }
            (_, Answer::Assets(assets)) => self.assets = assets,
            (Request::Telemetry(id), Answer::Telemetry(view)) => {
                self.telemetry.insert(*id, view.items);
            }
            (_, Answer::Jobs(jobs)) => self.jobs = jobs,
            (_, Answer::Job(job)) => self.put_job(*job),
            (Request::Forecast { series, day }, Answer::Forecast(forecast)) => {
                self.forecasts.insert((series.clone(), *day), *forecast);
            }
            (_, Answer::Profit(days)) => self.profit = days,
            (_, Answer::Audit(entries)) => self.audit = entries,
            (_, Answer::AuditChain(verdict)) => self.audit_chain = Some(verdict),
            (_, Answer::Alerts(alerts)) => self.alerts = alerts,
            (_, Answer::Alert(alert)) => self.put_alert(*alert),
            (_, Answer::AlertRules(rules)) => self.rules = rules,
            (_, Answer::AlertRule(rule)) => self.put_rule(*rule),
            (_, Answer::History(_) | Answer::Awards(_)) => {}
            (_, Answer::Telemetry(_) | Answer::Forecast(_)) => {}
        }
    }

    /// Keeps what an event says.
    pub fn hear(&mut self, event: Event) {
        match event.kind {
            EventKind::Price(price) => {
                let view = self.view(price);
                self.put_price(view);
            }
            EventKind::Bid(moved) => {
                // The version stays that of the content in hand: whoever acts on it must not overrule what they did not see.
                let heard = self.heard.entry(moved.bid).or_default();
                if let Some(bid) = self.bids.iter_mut().find(|bid| bid.id == moved.bid)
                    && bid.version.max(*heard) < moved.version
                {
                    *heard = moved.version;
                    bid.state = moved.to;
                    bid.updated_at = moved.at;
                }
            }
            // Alarms are read again: what is outstanding is the server's word.
            EventKind::Alert(_) => {}
            EventKind::Job(moved) => {
                if let Some(job) = self.jobs.iter_mut().find(|job| job.id == moved.job) {
                    (job.state, job.done, job.total) = (moved.state, moved.done, moved.total);
                    job.updated_at = event.at;
                }
            }
        }
    }

    fn view(&self, price: PriceObservation) -> PriceView {
        let terms = self.product(&price.market, &price.product);
        let terms = terms.and_then(|product| Some((zone_of(product)?, product.currency)));
        PriceView::new(price, terms.as_ref())
    }

    fn put_price(&mut self, price: PriceView) {
        let series = Series::of(&price);
        let older = |held: &PriceView| held.start <= price.start;
        if self.latest.get(&series).is_none_or(older) {
            self.latest.insert(series.clone(), price.clone());
        }
        let prices = self.prices.entry(series).or_default();
        prices.insert(price.start, price);
        if let Some(last) = prices.keys().next_back().copied() {
            let first = last.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
            if prices.keys().next().is_some_and(|oldest| *oldest < first) {
                *prices = prices.split_off(&first);
            }
        }
    }

    fn put_bid(&mut self, bid: BidView) {
        match self.bids.iter_mut().find(|held| held.id == bid.id) {
            Some(held) => *held = bid,
            None => self.bids.insert(0, bid),
        }
    }

    fn put_alert(&mut self, alert: AlertView) {
        match self.alerts.iter_mut().find(|held| held.id == alert.id) {
            Some(held) => *held = alert,
            None => self.alerts.insert(0, alert),
        }
    }

    fn put_rule(&mut self, rule: WatchedRule) {
        match self
            .rules
            .iter_mut()
            .find(|held| held.rule.id == rule.rule.id)
        {
            Some(held) => *held = rule,
            None => self.rules.insert(0, rule),
        }
    }

    fn put_job(&mut self, job: JobView) {
        match self.jobs.iter_mut().find(|held| held.id == job.id) {
            Some(held) => *held = job,
            None => self.jobs.insert(0, job),
        }
    }

    /// Adds a line to the log.
    pub fn log(&mut self, line: LogLine) {
        if self.log.len() == LOG_LINES {
            self.log.pop_front();
        }
        self.log.push_back(line);
    }

    /// A product of a market.
    #[must_use]
    pub fn product(&self, market: &MarketId, product: &ProductId) -> Option<&ProductView> {
        let market = self.markets.iter().find(|held| held.market == *market)?;
        market.products.iter().find(|held| held.product == *product)
    }

    /// The zone of a market's product, with the hour its day starts.
    #[must_use]
    pub fn zone(&self, market: &MarketId, product: &ProductId) -> Option<MarketZone> {
        zone_of(self.product(market, product)?)
    }

    /// The time zone of a product; UTC where its rules are not known.
    #[must_use]
    pub fn time_zone(&self, market: &MarketId, product: &ProductId) -> TimeZone {
        let zone = self.zone(market, product);
        zone.map_or(TimeZone::UTC, |zone| zone.time_zone().clone())
    }

    /// The currency of a product, where its rules are known.
    #[must_use]
    pub fn currency(&self, market: &MarketId, product: &ProductId) -> Option<Currency> {
        Some(self.product(market, product)?.currency)
    }

    /// A bid.
    #[must_use]
    pub fn bid(&self, id: BidId) -> Option<&BidView> {
        self.bids.iter().find(|bid| bid.id == id)
    }

    /// How many bids stand in a state.
    #[must_use]
    pub fn bids_in(&self, state: BidState) -> usize {
        self.bids.iter().filter(|bid| bid.state == state).count()
    }

    /// The day of a series that is looked at when nobody chose one: today where there are prices, else the last with prices.
    #[must_use]
    pub fn natural_day(&self, series: &Series, now: Timestamp) -> Option<Date> {
        let zone = self.zone(&series.market, &series.product)?;
        let today = zone.day_of(now).ok()?.date();
        let last = self.latest.get(series)?.start;
        let last = zone.day_of(last).ok()?.date();
        Some(last.min(today))
    }

    /// The latest delivery day that is settled: a bid for a day to come earns nothing yet.
    #[must_use]
    pub fn last_settled_day(&self) -> Option<Date> {
        let settled = self.bids.iter().filter(|b| b.state == BidState::Settled);
        settled.map(|bid| bid.content.delivery_day).max()
    }
}

/// A product's zone. The day may start later than midnight; the rule row says so.
fn zone_of(product: &ProductView) -> Option<MarketZone> {
    let row = product.rules.iter().find(|rule| rule.parameter == "zone");
    let hour = row
        .and_then(|rule| rule.value.split_once(", day from "))
        .and_then(|(_, hour)| hour.strip_suffix(":00")?.parse().ok());
    MarketZone::new(&product.time_zone, hour.unwrap_or(0)).ok()
}
