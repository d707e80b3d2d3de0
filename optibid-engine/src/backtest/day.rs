//! One day of the replay.

use super::known::Known;
use super::strategy::Strategy;
use crate::door::{self, Ledger, Store, Window};
use crate::series::{Grid, Series};
use jiff::civil::Date;
use optibid_core::asset::Battery;
use optibid_core::backtest::{BacktestDay, BacktestRequest};
use optibid_core::bid::BidPeriod;
use optibid_core::forecast::ForecastRequest;
use optibid_core::market::rules::ProductRules;
use optibid_core::market::{DeliveryDay, Resolution};
use optibid_core::ports::{EngineError, Optimizer};
use optibid_core::schedule::{OfferRequest, PeriodPrice, ScheduleRequest};
use optibid_core::unit::{Energy, Power};

/// What a day is replayed with.
pub(super) struct Replay<'a> {
    pub(super) strategy: &'a Strategy,
    pub(super) optimizer: &'a dyn Optimizer,
    pub(super) request: &'a BacktestRequest,
    pub(super) rules: &'a ProductRules,
}

impl Replay<'_> {
    /// Replays a day from the battery's initial state of charge, or says why it cannot.
    pub(super) fn day(
        &self,
        date: Date,
        battery: Battery,
        known: &Known<'_>,
    ) -> Result<BacktestDay, String> {
        let day = self
            .rules
            .delivery_day(date)
            .map_err(|error| error.to_string())?;
        let offered = self.offer(&day, battery.clone(), known)?;
        let prices = self.prices(&day, known)?;
        self.settle(date, battery, (&offered, prices))
            .map_err(|error| error.to_string())
    }

    /// Forecast and offer with what was known at the gate.
    fn offer(
        &self,
        day: &DeliveryDay,
        battery: Battery,
        known: &Known<'_>,
    ) -> Result<Vec<BidPeriod>, String> {
        let first = self
            .rules
            .periods(day)
            .next()
            .ok_or("the day has no periods")?;
        let gate = self
            .rules
            .gate_closure(day, &first)
            .map_err(|error| error.to_string())?;
        let forecast = ForecastRequest {
            market: self.request.market.clone(),
            product: self.request.product.clone(),
            location: self.request.location.clone(),
            day: day.clone(),
            resolution: self.rules.interval.value,
            made_at: gate,
            history: known.at_gate(day, gate)?,
        };
        let forecast = self.strategy.forecaster.forecast(&forecast);
        let request = OfferRequest {
            battery,
            forecast: forecast.map_err(|error| error.to_string())?,
            rules: self.rules.clone(),
            availability: Vec::new(),
            safe: false,
        };
        let offer = self
            .strategy
            .offers
            .build(&request)
            .map_err(|error| error.to_string())?;
        Ok(offer.periods)
    }

    /// The prices that the day settled at.
    fn prices(&self, day: &DeliveryDay, known: &Known<'_>) -> Result<Vec<PeriodPrice>, String> {
        let resolution = self.settlement();
        let grid = Grid {
            resolution,
            anchor: day.start(),
        };
        let series = Series::new(known.of_day(day).iter().copied(), grid);
        day.periods(resolution)
            .map(|period| {
                let price = series.at(period.start()).ok_or_else(|| {
                    format!(
                        "no price for the period of {}",
                        day.zone().local(period.start())
                    )
                })?;
                Ok(PeriodPrice { period, price })
            })
            .collect()
    }

    fn settlement(&self) -> Resolution {
        let settled = self.rules.settlement_interval.as_ref();
        settled.map_or(self.rules.interval.value, |rule| rule.value)
    }

    /// Awards at the prices that came, dispatch, revenue and what perfect foresight would have earned.
    fn settle(
        &self,
        date: Date,
        battery: Battery,
        (offered, prices): (&[BidPeriod], Vec<PeriodPrice>),
    ) -> Result<BacktestDay, EngineError> {
        let currency = self.rules.currency.value;
        let resolution = self.settlement();
        let retention = door::model(&battery, resolution, 0.0)?.retention();
        let window = Window::new(battery.clone(), resolution, &[], prices.len());
        let mut store = Store::new(battery.clone());
        let (mut revenue, mut wear) = (Ledger::new(currency), Ledger::new(currency));
        let mut totals = Totals::default();
        for (PeriodPrice { period, price }, limit) in prices.iter().zip(&window.limits) {
            let curve = offered.iter().find(|bid| bid.period.covers(period));
            let award = curve.map_or(Power::ZERO, |bid| bid.curve.cleared_at(*price));
            let out = EngineError::OutOfRange("an award");
            let wanted = award.over(resolution.duration()).ok_or(out)?;
            let delivered = store.run(wanted, limit, retention);
            revenue.add(*price, delivered);
            wear.add(battery.degradation_cost, delivered.max(Energy::ZERO));
            totals.add(wanted, delivered)?;
        }
        let (revenue, wear) = (revenue.total()?, wear.total()?);
        let net = revenue
            .checked_sub(wear)
            .ok_or(EngineError::OutOfRange("the net revenue"))?;
        let zone = self.rules.zone.value.clone();
        let foresight = ScheduleRequest::new(battery.clone(), zone, prices, currency);
        let perfect_foresight = self.optimizer.optimise(&foresight)?.value;
        Ok(BacktestDay {
            day: date,
            revenue,
            wear,
            perfect_foresight,
            capture: door::share(net, perfect_foresight),
            charged: totals.charged,
            discharged: totals.discharged,
            cycles: door::cycles(totals.discharged, battery.usable_energy()),
            undelivered: totals.undelivered,
            state_of_charge: store.soc(),
        })
    }
}

/// Energies of a day at the grid connection, as magnitudes.
#[derive(Default)]
struct Totals {
    charged: Energy,
    discharged: Energy,
    undelivered: Energy,
}

impl Totals {
    fn add(&mut self, wanted: Energy, delivered: Energy) -> Result<(), EngineError> {
        let out = EngineError::OutOfRange("the energy of a day");
        let grown =
            |sum: Energy, more: Energy| sum.checked_add(more.magnitude()).ok_or(out.clone());
        let missing = wanted.checked_sub(delivered).ok_or(out.clone())?;
        self.charged = grown(self.charged, delivered.min(Energy::ZERO))?;
        self.discharged = grown(self.discharged, delivered.max(Energy::ZERO))?;
        self.undelivered = grown(self.undelivered, missing)?;
        Ok(())
    }
}
