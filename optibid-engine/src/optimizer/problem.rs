//! A request that has been checked.

use crate::door::Window;
use optibid_core::asset::Battery;
use optibid_core::error::Violation;
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::ports::EngineError;
use optibid_core::schedule::ScheduleRequest;
use optibid_core::unit::{Currency, Ratio};

/// A battery over consecutive periods of one length.
pub(crate) struct Problem {
    pub(crate) window: Window,
    pub(crate) periods: Vec<DeliveryPeriod>,
    pub(crate) currency: Currency,
}

impl Problem {
    /// Checks a request.
    pub(crate) fn new(request: &ScheduleRequest) -> Result<Self, EngineError> {
        let periods: Vec<_> = request.prices.iter().map(|p| p.period).collect();
        let asked = Checked {
            field: "prices",
            battery: &request.battery,
            periods: &periods,
        };
        Self::of(&asked, &request.availability, request.currency)
    }

    /// Checks a battery, periods and the shares available in them.
    pub(crate) fn of(
        asked: &Checked<'_>,
        availability: &[Ratio],
        currency: Currency,
    ) -> Result<Self, EngineError> {
        let resolution = asked.check(availability)?;
        let periods = asked.periods.to_vec();
        let window = Window::new(
            asked.battery.clone(),
            resolution,
            availability,
            periods.len(),
        );
        Ok(Self {
            window,
            periods,
            currency,
        })
    }
}

/// What is checked before anything is computed.
pub(crate) struct Checked<'a> {
    /// The field that the periods came in.
    pub(crate) field: &'static str,
    pub(crate) battery: &'a Battery,
    pub(crate) periods: &'a [DeliveryPeriod],
}

impl Checked<'_> {
    /// Names everything that is wrong, or the length of the periods.
    fn check(&self, availability: &[Ratio]) -> Result<Resolution, EngineError> {
        let mut found = self.battery.violations("battery");
        self.check_periods(&mut found);
        self.check_availability(availability, &mut found);
        match self.periods.first() {
            Some(first) if found.is_empty() => Ok(first.resolution()),
            _ => Err(EngineError::Invalid(found)),
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

    fn check_availability(&self, availability: &[Ratio], found: &mut Vec<Violation>) {
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
