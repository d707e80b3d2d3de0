//! Optimise a battery and build offer curves.

use super::forecasts::{ForecastInput, out_of_calendar, price_resolution};
use super::{App, Engine};
use crate::asset::{Asset, AssetKind, Battery};
use crate::auth::{Permission, Principal};
use crate::error::{Error, Result};
use crate::forecast::ForecastRequest;
use crate::id::AssetId;
use crate::market::rules::ProductRules;
use crate::market::{DeliveryPeriod, ProductId};
use crate::ports::{EngineError, Flow, Progress, SeriesKey};
use crate::schedule::{
    BuiltOffer, ExplainedSchedule, OfferMethod, OfferRequest, PeriodPrice, Schedule,
    ScheduleRequest, SocLimits,
};
use crate::unit::{Energy, Power, Ratio};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

/// What to optimise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptimisationInput {
    /// The battery.
    pub asset: AssetId,
    /// The product whose prices count.
    pub product: ProductId,
    /// The delivery day.
    pub day: Date,
    /// The prices to optimise against; empty takes the stored prices of the day, all of which must be
    /// there: a forecast is not taken in silence.
    pub prices: Vec<PeriodPrice>,
    /// Limits of the stored energy at the end of each period, within the battery's own; empty means those.
    pub soc_limits: Vec<SocLimits>,
    /// Stored energy at the start; none takes the battery's.
    pub initial_soc: Option<Energy>,
    /// Power at the grid connection before the first period, positive is injection: where a ramp limit
    /// starts from. None leaves the first period free.
    pub initial_power: Option<Power>,
}

impl OptimisationInput {
    /// A whole day at its stored prices, from the battery's own state and within its own limits.
    #[must_use]
    pub const fn new(asset: AssetId, product: ProductId, day: Date) -> Self {
        Self {
            asset,
            product,
            day,
            prices: Vec::new(),
            soc_limits: Vec::new(),
            initial_soc: None,
            initial_power: None,
        }
    }
}

/// What to build offer curves for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferInput {
    /// The battery.
    pub asset: AssetId,
    /// The product to bid into.
    pub product: ProductId,
    /// The delivery day.
    pub day: Date,
    /// When the forecast is made; none means now.
    pub made_at: Option<Timestamp>,
    /// Whether the offer is made one whose every pattern of awards can be delivered.
    pub safe: bool,
    /// How they are built.
    pub method: OfferMethod,
}

/// An offer with all it needs: pure computation.
pub struct OfferPlan {
    asset: Asset,
    battery: Battery,
    rules: ProductRules,
    forecast: ForecastRequest,
    availability: Vec<Ratio>,
    safe: bool,
    method: OfferMethod,
    engine: Engine,
}

impl OfferPlan {
    /// Forecasts the day, then builds the curves: two steps.
    ///
    /// # Errors
    /// When the engine has no answer, or was told to stop.
    pub fn build(&self, progress: &mut Progress<'_>) -> Result<BuiltOffer, EngineError> {
        let mut step = |done| match progress(done, 2) {
            Flow::Continue => Ok(()),
            Flow::Stop => Err(EngineError::Cancelled),
        };
        step(0)?;
        let forecaster = &self.engine.forecaster;
        let forecast = forecaster.forecast(&self.forecast)?;
        let draws = self.method.draws();
        let paths = draws.map(|(count, seed)| forecaster.paths(&self.forecast, count, seed));
        let (battery, rules) = (self.battery.clone(), self.rules.clone());
        step(1)?;
        let request = OfferRequest {
            availability: self.availability.clone(),
            safe: self.safe,
            method: self.method,
            paths: paths.transpose()?.unwrap_or_default(),
            ..OfferRequest::new(battery, forecast, rules)
        };
        let offer = self.engine.offers.build(&request)?;
        step(2)?;
        let currency = self.rules.currency.value;
        Ok(offer.built(request.forecast, currency, Some(self.asset.id)))
    }
}

/// Computes what has no steps of its own: a request to cancel counts before and after.
pub(super) fn one_step<T>(
    progress: &mut Progress<'_>,
    compute: impl FnOnce() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    if progress(0, 1) == Flow::Stop {
        return Err(EngineError::Cancelled);
    }
    let result = compute()?;
    match progress(1, 1) {
        Flow::Stop => Err(EngineError::Cancelled),
        Flow::Continue => Ok(result),
    }
}

impl App {
    /// The best schedule of a battery for a day.
    ///
    /// # Errors
    /// When the asset is no battery, prices are missing, or its limits contradict each other.
    pub async fn optimise_battery(
        &self,
        who: &Principal,
        input: OptimisationInput,
    ) -> Result<Schedule> {
        let given = input.initial_soc.is_some();
        let request = self.schedule_request(who, input).await?;
        let schedule = self.engine.optimizer.optimise(&request);
        Ok(schedule.map_err(|error| as_given(error, given))?)
    }

    /// The best schedule of a battery for a day, with the reasons of its moves in money.
    ///
    /// # Errors
    /// As [`App::optimise_battery`].
    pub async fn explain_battery(
        &self,
        who: &Principal,
        input: OptimisationInput,
    ) -> Result<ExplainedSchedule> {
        let given = input.initial_soc.is_some();
        let request = self.schedule_request(who, input).await?;
        let explained = self.engine.optimizer.explain(&request);
        Ok(explained.map_err(|error| as_given(error, given))?)
    }

    /// Forecasts a day and builds a battery's offer curves for it.
    ///
    /// # Errors
    /// As [`App::forecast_prices`] and [`App::optimise_battery`].
    pub async fn build_offer(&self, who: &Principal, input: OfferInput) -> Result<BuiltOffer> {
        let plan = self.plan_offer(who, input).await?;
        Ok(plan.build(&mut |_, _| Flow::Continue)?)
    }

    /// Loads all that an offer needs.
    pub(super) async fn plan_offer(&self, who: &Principal, input: OfferInput) -> Result<OfferPlan> {
        who.require(Permission::ReadAssets)?;
        check_method(&input.method)?;
        let (asset, battery) = self.battery(who, input.asset).await?;
        let rules = self.rules.at(&asset.market, &input.product, input.day)?;
        let forecast = ForecastInput {
            series: series_of(&asset, &input.product),
            day: input.day,
            resolution: None,
            made_at: input.made_at,
        };
        let forecast = self.forecast_request(who, forecast).await?;
        let periods: Vec<_> = rules.periods(&forecast.day).collect();
        let availability = self.shares(who, &asset, &periods).await?;
        Ok(OfferPlan {
            asset,
            battery,
            rules,
            forecast,
            availability,
            safe: input.safe,
            method: input.method,
            engine: self.engine.clone(),
        })
    }

    /// Loads all that a day's schedule needs.
    async fn schedule_request(
        &self,
        who: &Principal,
        input: OptimisationInput,
    ) -> Result<ScheduleRequest> {
        who.require(Permission::ReadAssets)?;
        let (asset, battery) = self.battery(who, input.asset).await?;
        let rules = self.rules.at(&asset.market, &input.product, input.day)?;
        let battery = starting_at(battery, input.initial_soc)?;
        let prices = match input.prices.is_empty() {
            false => of_the_day(input.prices, &rules, input.day)?,
            true => self.stored_prices(who, &asset, (&rules, input.day)).await?,
        };
        let periods: Vec<_> = prices.iter().map(|p| p.period).collect();
        Ok(ScheduleRequest {
            availability: self.shares(who, &asset, &periods).await?,
            soc_limits: input.soc_limits,
            initial_power: input.initial_power,
            ..ScheduleRequest::new(battery, rules.zone.value, prices, rules.currency.value)
        })
    }

    /// The battery's arbitrage over the stored prices of a span of days.
    pub(super) async fn span_request(
        &self,
        who: &Principal,
        (asset, product): (AssetId, &ProductId),
        (from, to): (Date, Date),
    ) -> Result<ScheduleRequest> {
        let (asset, battery) = self.battery(who, asset).await?;
        let series = series_of(&asset, product);
        let mut prices = Vec::new();
        let mut terms = None;
        for date in dates(from, to) {
            let rules = self.rules.at(&asset.market, product, date)?;
            let day = rules.delivery_day(date).map_err(out_of_calendar)?;
            let stored = self
                .day_prices(who, &series, (&day, price_resolution(&rules)))
                .await?;
            prices.extend(stored.iter().map(|o| PeriodPrice {
                period: o.period,
                price: o.price,
            }));
            terms = Some((rules.zone.value, rules.currency.value));
        }
        let (zone, currency) =
            terms.ok_or_else(|| Error::field("span", "to", to, "must not be before from"))?;
        let periods: Vec<_> = prices.iter().map(|p| p.period).collect();
        let availability = self.shares(who, &asset, &periods).await?;
        Ok(ScheduleRequest {
            availability,
            ..ScheduleRequest::new(battery, zone, prices, currency)
        })
    }

    /// The stored prices of the day, at the length they are settled at.
    async fn stored_prices(
        &self,
        who: &Principal,
        asset: &Asset,
        (rules, date): (&ProductRules, Date),
    ) -> Result<Vec<PeriodPrice>> {
        let day = rules.delivery_day(date).map_err(out_of_calendar)?;
        let series = series_of(asset, &rules.product);
        let resolution = price_resolution(rules);
        let stored = self.day_prices(who, &series, (&day, resolution)).await?;
        let price = |o: crate::market::PriceObservation| PeriodPrice {
            period: o.period,
            price: o.price,
        };
        Ok(stored.into_iter().map(price).collect())
    }

    pub(super) async fn battery(&self, who: &Principal, id: AssetId) -> Result<(Asset, Battery)> {
        let asset = self.own_asset(who, id).await?;
        match &asset.kind {
            AssetKind::Battery(battery) => {
                let battery = battery.clone();
                Ok((asset, battery))
            }
            _ => Err(Error::field(
                "not_a_battery",
                "asset",
                id,
                "must be a battery",
            )),
        }
    }

    /// Share of the asset's power that is available in each period; empty when it always is.
    pub(super) async fn shares(
        &self,
        who: &Principal,
        asset: &Asset,
        periods: &[DeliveryPeriod],
    ) -> Result<Vec<Ratio>> {
        let windows = self.stores.assets.availability(who.org, asset.id).await?;
        if windows.is_empty() {
            return Ok(Vec::new());
        }
        Ok(periods
            .iter()
            .map(|p| crate::asset::available_share(&windows, p))
            .collect())
    }
}

/// The battery with another stored energy at the start, where one is given.
pub(super) fn starting_at(battery: Battery, soc: Option<Energy>) -> Result<Battery> {
    let Some(soc) = soc else {
        return Ok(battery);
    };
    let (min, max) = (battery.min_soc, battery.max_soc);
    if (min..=max).contains(&soc) {
        return Ok(Battery {
            initial_soc: soc,
            ..battery
        });
    }
    let rule = format!("between min_soc and max_soc of the battery: {min} to {max} MWh");
    Err(Error::field("soc_out_of_window", "initial_soc", soc, rule))
}

/// The prices, each of a period that lies within the delivery day.
pub(super) fn of_the_day(
    prices: Vec<PeriodPrice>,
    rules: &ProductRules,
    date: Date,
) -> Result<Vec<PeriodPrice>> {
    let day = rules.delivery_day(date).map_err(out_of_calendar)?;
    let within = |p: &PeriodPrice| day.start() <= p.period.start() && p.period.end() <= day.end();
    let outside = prices.iter().position(|price| !within(price));
    let Some((i, price)) = outside.and_then(|i| Some((i, prices.get(i)?))) else {
        return Ok(prices);
    };
    let field = format!("prices[{i}].period");
    let rule = format!("within the delivery day {day}");
    Err(Error::field(
        "period_outside_day",
        field,
        price.period,
        rule,
    ))
}

/// Whether the settings of a method are in range.
pub(super) fn check_method(method: &OfferMethod) -> Result<()> {
    let found = method.violations("method");
    match found.is_empty() {
        true => Ok(()),
        false => Err(Error::invalid(found)),
    }
}

/// Names the stored energy at the start by the field it came in: the input's own where it was given, else
/// the battery's.
fn as_given(mut error: EngineError, given: bool) -> EngineError {
    if let (EngineError::Contradiction(found), true) = (&mut error, given) {
        let limits = found.limits.iter_mut().map(|limit| &mut limit.field);
        let changes = found.fixes.iter_mut().flat_map(|fix| &mut fix.changes);
        for field in limits.chain(changes.map(|change| &mut change.field)) {
            if field == "battery.initial_soc" {
                "initial_soc".clone_into(field);
            }
        }
    }
    error
}

pub(super) fn series_of(asset: &Asset, product: &ProductId) -> SeriesKey {
    SeriesKey {
        market: asset.market.clone(),
        product: product.clone(),
        location: asset.location.clone(),
    }
}

fn dates(from: Date, to: Date) -> impl Iterator<Item = Date> {
    from.series(1.day()).take_while(move |date| *date <= to)
}
