//! A request that has been checked.

use crate::door::{Window, invalid};
use jiff::Timestamp;
use jiff::civil::Date;
use optibid_core::error::Violation;
use optibid_core::market::{DeliveryPeriod, MarketZone, Resolution};
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::{Currency, Power, Price};
use std::ops::Range;

/// A battery over consecutive periods of one length, each with its price.
pub(crate) struct Problem {
    pub(crate) window: Window,
    pub(crate) zone: MarketZone,
    pub(crate) periods: Vec<DeliveryPeriod>,
    pub(crate) prices: Vec<Price>,
    pub(crate) currency: Currency,
    /// The field that the periods came in.
    pub(crate) field: &'static str,
}

impl Problem {
    /// Checks a request whose periods came in `field`.
    pub(crate) fn new(request: &ScheduleRequest, field: &'static str) -> Result<Self, EngineError> {
        let periods: Vec<_> = request.prices.iter().map(|p| p.period).collect();
        let checked = Checked {
            field,
            request,
            periods: &periods,
        };
        let resolution = checked.check()?;
        let battery = request.battery.clone();
        let window = Window::new(battery, resolution, &request.availability, periods.len())
            .within(&request.soc_limits, request.initial_power);
        Ok(Self {
            window,
            zone: request.zone.clone(),
            periods,
            prices: request.prices.iter().map(|p| p.price).collect(),
            currency: request.currency,
            field,
        })
    }
}

impl Problem {
    /// The delivery days of the periods, each with the indices of its periods.
    pub(crate) fn days(&self) -> Result<Vec<(Date, Range<usize>)>, EngineError> {
        let mut days: Vec<(Date, Range<usize>)> = Vec::new();
        let mut end = Timestamp::MIN;
        for (t, period) in self.periods.iter().enumerate() {
            if let (Some((_, periods)), true) = (days.last_mut(), period.start() < end) {
                periods.end = t + 1;
                continue;
            }
            let day = self.zone.day_of(period.start()).map_err(|error| {
                let field = format!("{}[{t}].period.start", self.field);
                invalid(
                    "delivery_day_out_of_range",
                    field,
                    period.start(),
                    error.to_string(),
                )
            })?;
            end = day.end();
            days.push((day.date(), t..t + 1));
        }
        Ok(days)
    }
}

/// What is checked before anything is computed.
struct Checked<'a> {
    /// The field that the periods came in.
    field: &'static str,
    request: &'a ScheduleRequest,
    periods: &'a [DeliveryPeriod],
}

impl Checked<'_> {
    /// Names everything that is wrong, or the length of the periods.
    fn check(&self) -> Result<Resolution, EngineError> {
        let mut found = self.request.battery.violations("battery");
        self.check_periods(&mut found);
        self.check_availability(&mut found);
        self.check_soc_limits(&mut found);
        self.check_initial_power(&mut found);
        match self.periods.first() {
            Some(first) if found.is_empty() => Ok(first.resolution()),
            _ => Err(EngineError::Invalid(found)),
        }
    }

    fn check_initial_power(&self, found: &mut Vec<Violation>) {
        let battery = &self.request.battery;
        let (low, high) = (battery.charge_limit.reversed(), battery.discharge_limit);
        let outside = |power: &Power| *power < low || *power > high;
        if let Some(power) = self.request.initial_power.filter(outside) {
            let rule = format!("what the battery can do: {low} to {high} MW");
            let code = "initial_power_out_of_range";
            found.push(Violation::new(code, "initial_power", power, rule));
        }
    }

    fn check_soc_limits(&self, found: &mut Vec<Violation>) {
        let limits = &self.request.soc_limits;
        let (count, wanted) = (limits.len(), self.periods.len());
        if count != 0 && count != wanted {
            let rule = format!("empty, or one pair for each of the {wanted} periods");
            found.push(Violation::new(
                "soc_limits_length",
                "soc_limits",
                count,
                rule,
            ));
        }
        let battery = &self.request.battery;
        let (low, high) = (battery.min_soc, battery.max_soc);
        for (i, limit) in limits.iter().enumerate() {
            for (name, soc) in [("min", limit.min), ("max", limit.max)] {
                if soc < low || soc > high {
                    let field = format!("soc_limits[{i}].{name}");
                    let rule = format!("between min_soc and max_soc: {low} to {high} MWh");
                    found.push(Violation::new("soc_out_of_window", field, soc, rule));
                }
            }
            if limit.min > limit.max {
                let field = format!("soc_limits[{i}].min");
                let rule = format!("not above max, which is {} MWh", limit.max);
                found.push(Violation::new("soc_window_empty", field, limit.min, rule));
            }
        }
    }

    fn check_periods(&self, found: &mut Vec<Violation>) {
        let field = self.field;
        let Some(first) = self.periods.first() else {
            found.push(Violation::new(
                "no_periods",
                field,
                "[]",
                "at least one period",
            ));
            return;
        };
        let length = first.resolution();
        for (i, pair) in self.periods.windows(2).enumerate() {
            let [before, period] = pair else { continue };
            if period.resolution() != length {
                let rule = format!("all periods have one length, and the first is {length}");
                let field = format!("{field}[{}].period.resolution", i + 1);
                found.push(Violation::new(
                    "mixed_resolutions",
                    field,
                    period.resolution(),
                    rule,
                ));
            } else if period.start() != before.end() {
                let rule = format!("must start where the period before ends: {}", before.end());
                let field = format!("{field}[{}].period.start", i + 1);
                found.push(Violation::new(
                    "periods_not_consecutive",
                    field,
                    period.start(),
                    rule,
                ));
            }
        }
    }

    fn check_availability(&self, found: &mut Vec<Violation>) {
        let availability = &self.request.availability;
        let (count, wanted) = (availability.len(), self.periods.len());
        if count != 0 && count != wanted {
            let rule = format!("empty, or one share for each of the {wanted} periods");
            found.push(Violation::new(
                "availability_length",
                "availability",
                count,
                rule,
            ));
        }
        for (i, share) in availability
            .iter()
            .enumerate()
            .filter(|(_, share)| !share.is_share())
        {
            let field = format!("availability[{i}]");
            let rule = "between 0 and 1";
            found.push(Violation::new(
                "availability_out_of_range",
                field,
                share,
                rule,
            ));
        }
    }
}
