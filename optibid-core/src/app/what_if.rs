//! Tell what becomes of a bid as drafted.

use super::App;
use super::forecasts::{ForecastInput, HISTORY_LIMIT, out_of_calendar};
use super::offers::{of_the_day, starting_at};
use super::outlooks::{Outlook, OutlookKey};
use crate::asset::{AssetKind, Battery};
use crate::auth::{Permission, Principal};
use crate::bid::BidContent;
use crate::error::{Code, Error, Result, Violation};
use crate::forecast::PricePaths;
use crate::market::rules::ProductRules;
use crate::market::{DeliveryDay, DeliveryPeriod, PriceTable, SeriesKey};
use crate::outcome::{
    BidOutcome, OutcomeDifference, OutcomeRequest, OutcomeSummary, PathSource, PriceBasis, WhatIf,
};
use crate::ports::{EngineError, PriceQuery};
use crate::schedule::PeriodPrice;
use crate::unit::{Energy, Price, Ratio};
use jiff::Timestamp;
use std::sync::Arc;

/// A bid as drafted, and the prices that it is to meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIfInput {
    /// The bid: curves or block orders of energy. The battery that its asset is delivers; where it names none, or another
    /// kind of asset, revenue alone is told.
    pub bid: BidContent,
    /// The bid that it is held against, of the same market, product, location, day, currency and asset.
    pub against: Option<BidContent>,
    /// Which prices are expected.
    pub basis: PriceBasis,
    /// Where the price paths come from.
    pub scenarios: PathSource,
    /// Stored energy at the start of the day; none takes the battery's.
    pub initial_soc: Option<Energy>,
    /// What each MWh that is not delivered, or not taken, costs on top of its period's price.
    pub shortfall_price: Price,
}

impl WhatIfInput {
    /// A bid at the forecast's medians and on 100 paths made now, held against nothing.
    #[must_use]
    pub fn new(bid: BidContent) -> Self {
        Self {
            bid,
            against: None,
            basis: PriceBasis::default(),
            scenarios: PathSource::default(),
            initial_soc: None,
            shortfall_price: Price::ZERO,
        }
    }
}

/// What both bids meet.
struct Terms {
    battery: Option<Battery>,
    availability: Vec<Ratio>,
    prices: Vec<PeriodPrice>,
    paths: PricePaths,
    shortfall_price: Price,
}

impl App {
    /// What becomes of a bid as drafted: what clears at the expected prices and on price paths, what its battery delivers of it, and
    /// what that earns; beside another bid, if one is given. The same question has the same answer.
    ///
    /// # Errors
    /// When the bid is not well-formed or not one of energy at one price, prices are missing, or there is too little history to
    /// forecast. Fields are named under `bid.` and `against.`.
    pub async fn what_if(&self, who: &Principal, input: WhatIfInput) -> Result<WhatIf> {
        who.require(Permission::ReadBids)?;
        who.require(Permission::ReadMarketData)?;
        check(&input)?;
        let bid = &input.bid;
        let rules = self.rules.at(&bid.market, &bid.product, bid.delivery_day)?;
        if bid.currency != rules.currency.value {
            let rule = format!("{}, the market's", rules.currency.value);
            return Err(Error::field(
                "wrong_currency",
                "bid.currency",
                bid.currency,
                rule,
            ));
        }
        let now = self.environment.clock.now();
        let known_at = input.scenarios.known_at.unwrap_or(now);
        if known_at > now {
            let rule = format!("not later than now, {now}: what will be known then is not known");
            let field = "scenarios.known_at";
            return Err(Error::field("made_in_the_future", field, known_at, rule));
        }
        let scenarios = PathSource {
            known_at: Some(known_at),
            ..input.scenarios
        };
        let terms = self.terms(who, &input, (&rules, known_at)).await?;
        let outcome = self.outcome(&terms, ("bid", bid))?;
        let against = input.against.as_ref();
        let against = against.map(|other| self.outcome(&terms, ("against", other)));
        let against = against.transpose()?.map(OutcomeSummary::from);
        let summary = OutcomeSummary {
            totals: outcome.totals.clone(),
            risk: outcome.risk.clone(),
        };
        let beyond = |other| {
            let difference = OutcomeDifference::of(&summary, other);
            difference.ok_or_else(|| Error::new(Code::Invalid, "a difference is out of range"))
        };
        Ok(WhatIf {
            scenarios,
            difference: against.as_ref().map(beyond).transpose()?,
            outcome,
            against,
        })
    }

    /// Loads the battery, the prices and the paths.
    async fn terms(
        &self,
        who: &Principal,
        input: &WhatIfInput,
        (rules, known_at): (&ProductRules, Timestamp),
    ) -> Result<Terms> {
        let bid = &input.bid;
        let day = rules
            .delivery_day(bid.delivery_day)
            .map_err(out_of_calendar)?;
        let periods: Vec<_> = rules.periods(&day).collect();
        let (battery, availability) = match self.delivers(who, input, &periods).await? {
            Some((battery, shares)) => (Some(battery), shares),
            None => (None, Vec::new()),
        };
        let forecast = matches!(input.basis, PriceBasis::Forecast {});
        let outlook = match forecast || input.scenarios.count > 0 {
            true => Some(self.outlook(who, input, known_at).await?),
            false => None,
        };
        let prices = match &input.basis {
            PriceBasis::Forecast {} => outlook.as_deref().map(medians).unwrap_or_default(),
            PriceBasis::Known {} => {
                let table = self.known_prices(who, bid, &day).await?;
                each(&periods, &table, "basis")?
            }
            PriceBasis::Given { prices } => {
                let within = of_the_day(prices.clone(), rules, bid.delivery_day);
                let within = within.map_err(|e| Error::invalid(under("basis", e.violations())))?;
                let mut table = PriceTable::default();
                within.iter().for_each(|p| table.set(p.period, p.price));
                each(&periods, &table, "basis.prices")?
            }
        };
        let given = matches!(input.basis, PriceBasis::Given { .. });
        let paths = match &outlook {
            Some(outlook) if given => moved(outlook, &prices)?,
            Some(outlook) => outlook.paths.clone(),
            None => PricePaths::default(),
        };
        Ok(Terms {
            battery,
            availability,
            prices,
            paths,
            shortfall_price: input.shortfall_price,
        })
    }

    /// The battery behind the bid with its available shares; none where there is no battery.
    async fn delivers(
        &self,
        who: &Principal,
        input: &WhatIfInput,
        periods: &[DeliveryPeriod],
    ) -> Result<Option<(Battery, Vec<Ratio>)>> {
        let asset = match input.bid.asset {
            Some(id) => Some(self.own_asset(who, id).await?),
            None => None,
        };
        let Some((asset, AssetKind::Battery(battery))) = asset.as_ref().map(|a| (a, &a.kind))
        else {
            return match input.initial_soc {
                None => Ok(None),
                Some(soc) => {
                    let rule = "only for a bid whose asset is a battery";
                    Err(Error::field("no_battery", "initial_soc", soc, rule))
                }
            };
        };
        let battery = starting_at(battery.clone(), input.initial_soc)?;
        let shares = self.shares(who, asset, periods).await?;
        Ok(Some((battery, shares)))
    }

    /// The forecast and the paths, from what was kept or made.
    async fn outlook(
        &self,
        who: &Principal,
        input: &WhatIfInput,
        known_at: Timestamp,
    ) -> Result<Arc<Outlook>> {
        let now = self.environment.clock.now();
        let (count, seed) = (input.scenarios.count, input.scenarios.seed);
        let (series, day) = (series(&input.bid), input.bid.delivery_day);
        let key = OutlookKey {
            org: who.org,
            series: series.clone(),
            day,
            known_at,
            count,
            seed,
        };
        if let Some(kept) = self.outlooks.get(&key, now) {
            return Ok(kept);
        }
        let wanted = ForecastInput {
            series,
            day,
            resolution: None,
            made_at: Some(known_at),
        };
        let request = self.forecast_request(who, wanted).await?;
        let forecaster = &self.engine.forecaster;
        let paths = match count {
            0 => PricePaths::default(),
            _ => forecaster.paths(&request, count, seed)?,
        };
        let outlook = Arc::new(Outlook {
            forecast: forecaster.forecast(&request)?,
            paths,
        });
        self.outlooks.keep(key, now, outlook.clone());
        Ok(outlook)
    }

    /// The published prices of the day.
    async fn known_prices(
        &self,
        who: &Principal,
        bid: &BidContent,
        day: &DeliveryDay,
    ) -> Result<PriceTable> {
        let query = PriceQuery {
            org: Some(who.org),
            series: series(bid),
            resolution: None,
            from: day.start(),
            until: day.end(),
            as_of: None,
            limit: HISTORY_LIMIT,
        };
        Ok(self.stores.prices.prices(&query).await?.iter().collect())
    }

    fn outcome(&self, terms: &Terms, (name, bid): (&str, &BidContent)) -> Result<BidOutcome> {
        let request = OutcomeRequest {
            battery: terms.battery.clone(),
            availability: terms.availability.clone(),
            paths: terms.paths.clone(),
            shortfall_price: terms.shortfall_price,
            ..OutcomeRequest::new(bid.offer.clone(), terms.prices.clone(), bid.currency)
        };
        let outcome = self.engine.evaluator.evaluate(&request);
        Ok(outcome.map_err(|error| as_drafted(error, name))?)
    }
}

/// Whether both bids are well-formed and of one market, product, location, day, currency and asset, and the settings in range.
fn check(input: &WhatIfInput) -> Result<()> {
    let form = |name: &str, bid: &BidContent| {
        let checked = bid.check_form();
        checked.map_err(|error| Error::invalid(under(name, error.violations())))
    };
    form("bid", &input.bid)?;
    let mut found = Vec::new();
    if let Some(other) = &input.against {
        form("against", other)?;
        found.extend(mismatches(&input.bid, other));
    }
    let (count, most) = (input.scenarios.count, PathSource::MOST);
    if count > most {
        let (code, field) = ("scenario_count_out_of_range", "scenarios.count");
        found.push(Violation::new(code, field, count, format!("0 to {most}")));
    }
    let price = input.shortfall_price;
    if price < Price::ZERO {
        let (code, field) = ("negative_cost", "shortfall_price");
        found.push(Violation::new(code, field, price, "not below 0"));
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(found)),
    }
}

/// What keeps the other bid from being held against the first.
fn mismatches(bid: &BidContent, other: &BidContent) -> Vec<Violation> {
    let asset = |bid: &BidContent| {
        bid.asset
            .map_or_else(|| "none".to_owned(), |a| a.to_string())
    };
    let heads = |bid: &BidContent| {
        [
            ("market", bid.market.to_string()),
            ("product", bid.product.to_string()),
            ("location", bid.location.to_string()),
            ("delivery_day", bid.delivery_day.to_string()),
            ("currency", bid.currency.to_string()),
            ("asset", asset(bid)),
        ]
    };
    let pairs = heads(bid).into_iter().zip(heads(other));
    let differs = |((name, ours), (_, theirs)): (_, (&str, String))| {
        let rule = format!("that of the bid: {ours}");
        let field = format!("against.{name}");
        (ours != theirs).then(|| Violation::new("not_comparable", field, theirs, rule))
    };
    pairs.filter_map(differs).collect()
}

/// The violations with their fields under a name.
pub(crate) fn under(name: &str, violations: &[Violation]) -> Vec<Violation> {
    let named = |violation: &Violation| Violation {
        field: format!("{name}.{}", violation.field),
        ..violation.clone()
    };
    violations.iter().map(named).collect()
}

/// Names the fields of the offer by the bid that it came in.
fn as_drafted(mut error: EngineError, name: &str) -> EngineError {
    if let EngineError::Invalid(found) = &mut error {
        for violation in found {
            if let Some(rest) = violation.field.strip_prefix("offer.") {
                violation.field = format!("{name}.{rest}");
            }
        }
    }
    error
}

fn series(bid: &BidContent) -> SeriesKey {
    SeriesKey {
        market: bid.market.clone(),
        product: bid.product.clone(),
        location: bid.location.clone(),
    }
}

fn medians(outlook: &Outlook) -> Vec<PeriodPrice> {
    let points = outlook.forecast.points.iter();
    let price = points.map(|point| PeriodPrice {
        period: point.period,
        price: point.median,
    });
    price.collect()
}

/// The price of each period.
fn each(periods: &[DeliveryPeriod], table: &PriceTable, field: &str) -> Result<Vec<PeriodPrice>> {
    let price = |period: &DeliveryPeriod| {
        let missing = || {
            let rule =
                "every bid period of the day must have a price, or shorter periods that fill it";
            Error::field("missing_price", field, period, rule)
        };
        Ok(PeriodPrice {
            period: *period,
            price: table.at(*period).ok_or_else(missing)?,
        })
    };
    periods.iter().map(price).collect()
}

/// The paths moved to lie around other prices as they lie around the forecast's medians.
fn moved(outlook: &Outlook, prices: &[PeriodPrice]) -> Result<PricePaths> {
    let out = || Error::from(EngineError::OutOfRange("a price"));
    let medians = outlook.forecast.points.iter().map(|point| point.median);
    let pairs = medians.zip(prices);
    let by: Option<Vec<Price>> = pairs.map(|(m, p)| p.price.checked_sub(m)).collect();
    let by = by.ok_or_else(out)?;
    let shifted = |path: &Vec<Price>| -> Option<Vec<Price>> {
        let pairs = path.iter().zip(&by);
        pairs.map(|(price, by)| price.checked_add(*by)).collect()
    };
    let paths = outlook.paths.paths.iter().map(shifted);
    Ok(PricePaths {
        paths: paths.collect::<Option<_>>().ok_or_else(out)?,
    })
}
