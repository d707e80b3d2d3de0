//! See what a rule watches.

use super::App;
use super::forecasts::out_of_calendar;
use super::profit::ProfitFilter;
use crate::alert::{AlertCondition, Reading};
use crate::bid::{Bid, BidState};
use crate::error::Result;
use crate::id::{AssetId, OrgId};
use crate::job::{Job, JobState};
use crate::market::{MarketId, PriceObservation, ProductId, SeriesKey};
use crate::portfolio::{ProfitAndLoss, SettlementStatement};
use crate::ports::{BidQuery, JobQuery, LatestQuery, PageRequest, PriceQuery, ServiceState};
use crate::unit::{Currency, Money};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use std::collections::BTreeMap;

/// How long after its end a period's price still tells how the market is: real-time prices come an hour late at most.
const RECENT_PRICE: SignedDuration = SignedDuration::from_hours(2);
/// The longest period that prices come in, for how far back to look.
const LONGEST_PERIOD: SignedDuration = SignedDuration::from_hours(1);
/// How old a sample may be to tell a battery's state of charge.
const RECENT_SAMPLE: SignedDuration = SignedDuration::from_hours(1);
/// Jobs that are read at once; the one that ended last is taken to be among so many newest ones.
const JOBS: u32 = 100;

impl App {
    /// What a condition sees now.
    ///
    /// # Errors
    /// When a store fails. That there is nothing to see is no error.
    pub(super) async fn reading(&self, org: OrgId, condition: &AlertCondition) -> Result<Reading> {
        match condition {
            AlertCondition::Price { series, .. } => self.price_reading(org, series).await,
            AlertCondition::Spread { series, less, .. } => {
                self.spread_reading(org, (series, less)).await
            }
            AlertCondition::StateOfCharge { asset, .. } => self.charge_reading(org, *asset).await,
            AlertCondition::GateClosure {
                market,
                product,
                within_minutes,
                unless_submitted,
            } => {
                let within = SignedDuration::from_mins(i64::from(*within_minutes));
                let gate = (market, product);
                self.gate_reading(org, gate, (within, *unless_submitted))
                    .await
            }
            AlertCondition::DataAge { series, .. } => self.data_age(org, series).await,
            AlertCondition::TelemetryAge { asset, .. } => self.telemetry_age(org, *asset).await,
            AlertCondition::Job {
                job_kind,
                longer_than_minutes,
            } => {
                let longest = longer_than_minutes.map(|m| SignedDuration::from_mins(m.into()));
                self.job_reading(org, job_kind.clone(), longest).await
            }
            AlertCondition::Profit {
                market,
                days,
                limit,
                ..
            } => {
                let wanted = (*days, limit.currency());
                self.profit_reading(org, market, wanted).await
            }
            AlertCondition::Service { service } => {
                Ok(self.service_reading(service.as_deref()).await)
            }
        }
    }

    /// Prices of periods that have begun, and ended at most so long ago, in order of start.
    async fn recent_prices(&self, org: OrgId, series: &SeriesKey) -> Result<Vec<PriceObservation>> {
        let now = self.environment.clock.now();
        let oldest = now.checked_sub(RECENT_PRICE).unwrap_or(now);
        let query = PriceQuery {
            org: Some(org),
            series: series.clone(),
            resolution: None,
            from: oldest.checked_sub(LONGEST_PERIOD).unwrap_or(oldest),
            until: now.checked_add(1.nanosecond()).unwrap_or(now),
            as_of: None,
            limit: 1_000,
        };
        let mut prices = self.stores.prices.prices(&query).await?;
        prices.retain(|price| price.period.end() >= oldest);
        Ok(prices)
    }

    async fn price_reading(&self, org: OrgId, series: &SeriesKey) -> Result<Reading> {
        let prices = self.recent_prices(org, series).await?;
        Ok(match prices.last() {
            Some(newest) => {
                let from = self.local(series, newest.period.start());
                let told = format!("{series} at {} per MWh from {from}", newest.price);
                Reading::level(newest.price.micros(), told)
            }
            None => Reading::missing(format!("{series} has no price of the last two hours")),
        })
    }

    async fn spread_reading(
        &self,
        org: OrgId,
        (series, less): (&SeriesKey, &SeriesKey),
    ) -> Result<Reading> {
        let one = self.recent_prices(org, series).await?;
        let two = self.recent_prices(org, less).await?;
        let at = |prices: &[PriceObservation], instant: Timestamp| {
            let covering = prices.iter().rev().find(|p| p.period.contains(instant));
            covering.map(|p| p.price)
        };
        let mut starts: Vec<_> = one.iter().chain(&two).map(|p| p.period.start()).collect();
        starts.sort_unstable();
        let common = starts.into_iter().rev().find_map(|start| {
            let (one, two) = (at(&one, start)?, at(&two, start)?);
            Some((start, one, two, one.checked_sub(two)?))
        });
        Ok(match common {
            Some((start, one, two, spread)) => {
                let from = self.local(series, start);
                let told = format!(
                    "{series} at {one} less {less} at {two} is {spread} per MWh from {from}"
                );
                Reading::level(spread.micros(), told)
            }
            None => Reading::missing(format!(
                "{series} and {less} have no common period in the last two hours"
            )),
        })
    }

    async fn charge_reading(&self, org: OrgId, asset: AssetId) -> Result<Reading> {
        let now = self.environment.clock.now();
        let sample = self.stores.assets.latest_telemetry(org, asset).await?;
        let recent = sample.filter(|sample| now.duration_since(sample.at) <= RECENT_SAMPLE);
        let charge = recent.and_then(|sample| Some((sample.at, sample.state_of_charge?)));
        Ok(match charge {
            Some((at, charge)) => {
                let name = self.asset_name(org, asset).await?;
                let told = format!("{name} at {charge} MWh, measured {at}");
                Reading::level(charge.kilowatt_seconds(), told)
            }
            None => {
                let name = self.asset_name(org, asset).await?;
                Reading::missing(format!("{name} has no state of charge of the last hour"))
            }
        })
    }

    async fn gate_reading(
        &self,
        org: OrgId,
        (market, product): (&MarketId, &ProductId),
        (within, unless_submitted): (SignedDuration, bool),
    ) -> Result<Reading> {
        let now = self.environment.clock.now();
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        let next = self.rules.at(market, product, today)?.next_gate(now);
        // The rules of the day that is delivered count, which may be newer than today's.
        let next = match next {
            Some((day, _)) => self.rules.at(market, product, day.date())?.next_gate(now),
            None => None,
        };
        let Some((day, closes)) = next else {
            let told = format!("{market} {product} has no gate any more");
            return Ok(Reading::missing(told));
        };
        let local = shown(&day.zone().local(closes));
        let date = day.date();
        let gated = self.delivery_grid(market, product, date)?;
        let gated: Vec<_> = gated
            .periods
            .iter()
            .filter(|p| p.closes_at == closes)
            .collect();
        let first = gated
            .first()
            .map_or(day.start(), |gated| gated.period.start());
        let first = shown(&day.zone().local(first));
        let told =
            format!("the gate of {market} {product} for delivery from {first} closes {local}");
        if closes.duration_since(now) > within {
            return Ok(Reading::holds(false, told));
        }
        if !unless_submitted {
            return Ok(Reading::holds(true, told).of(closes));
        }
        let query = BidQuery {
            market: Some(market.clone()),
            product: Some(product.clone()),
            delivery_day: Some(date),
            states: AT_THE_VENUE.to_vec(),
            page: PageRequest {
                limit: BIDS,
                after: None,
            },
        };
        let bids = self.stores.bids.bids(org, &query).await?.items;
        let offers = |bid: &Bid| {
            let offered = bid.content().offer.delivery_periods();
            gated.iter().any(|gated| offered.contains(&gated.period))
        };
        let submitted = bids.iter().any(offers);
        let told = match submitted {
            true => format!("{told}; a bid is at the venue"),
            false => format!("{told}; no bid is at the venue"),
        };
        Ok(Reading::holds(!submitted, told).of(closes))
    }

    /// An instant in the time of a market; in UTC where its rules are not known.
    fn local(&self, series: &SeriesKey, at: Timestamp) -> String {
        match self.price_terms(&series.market, &series.product) {
            Ok((zone, _)) => shown(&zone.local(at)),
            Err(_) => at.to_string(),
        }
    }

    async fn data_age(&self, org: OrgId, series: &SeriesKey) -> Result<Reading> {
        let query = LatestQuery {
            org: Some(org),
            market: Some(series.market.clone()),
            product: Some(series.product.clone()),
            location: Some(series.location.clone()),
            until: None,
            limit: 1,
        };
        let latest = self.stores.prices.latest_prices(&query).await?;
        let known_at = latest.first().map(|price| price.known_at);
        Ok(self.age(known_at, format!("the newest price of {series}")))
    }

    async fn telemetry_age(&self, org: OrgId, asset: AssetId) -> Result<Reading> {
        let sample = self.stores.assets.latest_telemetry(org, asset).await?;
        let at = sample.map(|sample| sample.at);
        let name = self.asset_name(org, asset).await?;
        Ok(self.age(at, format!("the newest sample of {name}")))
    }

    async fn asset_name(&self, org: OrgId, asset: AssetId) -> Result<String> {
        let kept = self.stores.assets.asset(org, asset).await?;
        Ok(kept.map_or_else(|| format!("asset {asset}"), |kept| kept.name))
    }

    fn age(&self, at: Option<Timestamp>, what: String) -> Reading {
        let Some(at) = at else {
            return Reading::missing(format!("{what} does not exist"));
        };
        let seconds = self.environment.clock.now().duration_since(at).as_secs();
        let seconds = seconds.max(0);
        Reading::level(
            seconds,
            format!("{what} is of {at}, {} min ago", seconds / 60),
        )
    }

    async fn job_reading(
        &self,
        org: OrgId,
        kind: Option<String>,
        longest: Option<SignedDuration>,
    ) -> Result<Reading> {
        let now = self.environment.clock.now();
        for job in self.listed_jobs(org, &kind, false).await? {
            let runs_for = now.duration_since(job.created_at);
            if longest.is_some_and(|longest| runs_for > longest) {
                let (kind, since) = (job.spec.kind(), job.created_at);
                let told = format!("{kind} job {} has not ended since {since}", job.id);
                return Ok(Reading::holds(true, told));
            }
        }
        let ended = self.listed_jobs(org, &kind, true).await?.into_iter();
        Ok(match ended.max_by_key(|job| job.updated_at) {
            Some(job) if job.state == JobState::Failed => {
                let reason = job.error.as_deref().unwrap_or("no reason given");
                let told = format!("{} job {} failed: {reason}", job.spec.kind(), job.id);
                Reading::holds(true, told)
            }
            Some(job) => Reading::holds(false, format!("job {} is {}", job.id, job.state.code())),
            None => Reading::holds(false, "no job has ended"),
        })
    }

    /// All jobs that have not ended, or the newest of those that have.
    async fn listed_jobs(
        &self,
        org: OrgId,
        kind: &Option<String>,
        ended: bool,
    ) -> Result<Vec<Job>> {
        let page = PageRequest {
            limit: JOBS,
            after: None,
        };
        let mut query = JobQuery {
            kind: kind.clone(),
            ended: Some(ended),
            page,
        };
        let mut jobs = Vec::new();
        loop {
            let page = self.stores.jobs.jobs(org, &query).await?;
            jobs.extend(page.items);
            if ended || page.next.is_none() {
                return Ok(jobs);
            }
            query.page.after = page.next;
        }
    }

    async fn profit_reading(
        &self,
        org: OrgId,
        market: &MarketId,
        (days, currency): (u16, Currency),
    ) -> Result<Reading> {
        let now = self.environment.clock.now();
        let products = self.rules.products(market)?;
        let Some(product) = products.first() else {
            return Ok(Reading::missing(format!("{market} has no product")));
        };
        let zone = self.price_terms(market, product)?.0;
        let to = zone.day_of(now).map_err(out_of_calendar)?.date();
        let from = to.checked_sub((i64::from(days) - 1).days()).unwrap_or(to);
        let filter = ProfitFilter {
            market: Some(market.clone()),
            from,
            to,
        };
        let mut by_day: BTreeMap<_, Vec<SettlementStatement>> = BTreeMap::new();
        for statement in self.statements(org, filter).await? {
            if statement.currency == currency {
                by_day.entry(statement.day).or_default().push(statement);
            }
        }
        if by_day.is_empty() {
            let told = format!("no day of {market} from {from} to {to} is settled in {currency}");
            return Ok(Reading::missing(told));
        }
        let mut net = Some(Money::zero(currency));
        for day in by_day.values() {
            let earned = ProfitAndLoss::of(day, None)?.net;
            net = net.and_then(|sum| sum.checked_add(earned));
        }
        let settled = by_day.len();
        Ok(match net {
            Some(net) => {
                let told = format!(
                    "{market} earned {net} {currency} on {settled} settled days from {from} to {to}"
                );
                Reading::level(net.minor(), told)
            }
            None => Reading::missing(format!("the sum of {settled} days is out of range")),
        })
    }

    async fn service_reading(&self, service: Option<&str>) -> Reading {
        let reports = self.services().await;
        let wanted = |name: &str| service.is_none_or(|service| service == name);
        if !reports.iter().any(|report| wanted(report.name)) {
            return Reading::missing(format!("no service {}", service.unwrap_or_default()));
        }
        let is = |state: ServiceState| {
            let found = reports
                .iter()
                .filter(|r| wanted(r.name) && r.state == state);
            found.map(|r| r.name).collect::<Vec<_>>().join(", ")
        };
        let down = is(ServiceState::Unavailable);
        let unconfigured = is(ServiceState::Unconfigured);
        if !down.is_empty() {
            Reading::holds(true, format!("{down} does not answer"))
        } else if service.is_some() && !unconfigured.is_empty() {
            Reading::missing(format!("{unconfigured} is not configured"))
        } else {
            Reading::holds(false, "every configured service answers")
        }
    }
}

/// An instant as people read it: `2026-11-01 01:00 CDT`.
fn shown(at: &Zoned) -> String {
    at.strftime("%Y-%m-%d %H:%M %Z").to_string()
}

/// Bids of a delivery day that are looked at.
const BIDS: u32 = 500;

/// States of a bid that a venue has.
const AT_THE_VENUE: [BidState; 6] = [
    BidState::Submitted,
    BidState::Acknowledged,
    BidState::Cleared,
    BidState::PartlyCleared,
    BidState::NotCleared,
    BidState::Settled,
];
