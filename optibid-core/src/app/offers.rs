//! Optimise a battery and build offer curves.

use super::App;
use super::forecasts::{ForecastInput, out_of_calendar, price_resolution};
use crate::asset::{Asset, AssetKind, Battery};
use crate::auth::{Permission, Principal};
use crate::bid::{BidContent, BidOffer};
use crate::error::{Error, Result};
use crate::forecast::Forecast;
use crate::id::AssetId;
use crate::market::rules::ProductRules;
use crate::market::{DeliveryPeriod, ProductId};
use crate::ports::SeriesKey;
use crate::schedule::{
    AwardSafety, Offer, OfferRequest, PeriodPrice, Schedule, ScheduleRequest, StepReasons,
};
use crate::unit::Ratio;
use jiff::Timestamp;
use jiff::civil::Date;

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
    /// Whether the curves are cut until every pattern of awards can be delivered.
    pub safe: bool,
}

/// Offer curves ready to be drafted as a bid, with what they rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltOffer {
    /// The content of a bid.
    pub content: BidContent,
    /// The forecast.
    pub forecast: Forecast,
    /// The schedule at the forecast's median.
    pub expected: Schedule,
    /// Why each step of a curve has its price.
    pub reasons: Vec<StepReasons>,
    /// Whether every pattern of awards can be delivered.
    pub safety: AwardSafety,
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
        who.require(Permission::ReadAssets)?;
        let (asset, battery) = self.battery(who, input.asset).await?;
        let rules = self.rules.at(&asset.market, &input.product, input.day)?;
        let prices = match input.prices.is_empty() {
            false => input.prices,
            true => self.stored_prices(who, &asset, (&rules, input.day)).await?,
        };
        let periods: Vec<_> = prices.iter().map(|p| p.period).collect();
        let request = ScheduleRequest {
            availability: self.shares(who, &asset, &periods).await?,
            ..ScheduleRequest::new(battery, rules.zone.value, prices, rules.currency.value)
        };
        Ok(self.engine.optimizer.optimise(&request)?)
    }

    /// Forecasts a day and builds a battery's offer curves for it.
    ///
    /// # Errors
    /// As [`App::forecast_prices`] and [`App::optimise_battery`].
    pub async fn build_offer(&self, who: &Principal, input: OfferInput) -> Result<BuiltOffer> {
        who.require(Permission::ReadAssets)?;
        let (asset, battery) = self.battery(who, input.asset).await?;
        let rules = self.rules.at(&asset.market, &input.product, input.day)?;
        let forecast_input = ForecastInput {
            series: series_of(&asset, &input.product),
            day: input.day,
            resolution: None,
            made_at: input.made_at,
        };
        let forecast = self.forecast_prices(who, forecast_input).await?;
        let periods: Vec<_> = forecast.points.iter().map(|p| p.period).collect();
        let request = OfferRequest {
            battery,
            availability: self.shares(who, &asset, &periods).await?,
            forecast: forecast.clone(),
            rules: rules.clone(),
            safe: input.safe,
        };
        let Offer {
            periods,
            expected,
            reasons,
            safety,
        } = self.engine.offers.build(&request)?;
        let content = BidContent {
            market: asset.market.clone(),
            product: input.product,
            location: asset.location.clone(),
            delivery_day: input.day,
            currency: rules.currency.value,
            asset: Some(asset.id),
            offer: BidOffer::Curve(periods),
            note: None,
        };
        Ok(BuiltOffer {
            content,
            forecast,
            expected,
            reasons,
            safety,
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

pub(super) fn series_of(asset: &Asset, product: &ProductId) -> SeriesKey {
    SeriesKey {
        market: asset.market.clone(),
        product: product.clone(),
        location: asset.location.clone(),
    }
}
