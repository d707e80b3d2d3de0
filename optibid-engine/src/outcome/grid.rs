//! The consecutive periods of one length that prices come for.

use crate::door;
use optibid_core::error::Violation;
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::outcome::OutcomeRequest;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power, Rounding};

/// The periods of the request's prices.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    first: i64,
    pub(super) resolution: Resolution,
    pub(super) len: usize,
}

impl Grid {
    /// Checks prices and paths.
    pub(super) fn new(request: &OutcomeRequest) -> Result<Self, EngineError> {
        let Some(first) = request.prices.first().map(|p| p.period) else {
            let rule = "at least one period";
            return Err(door::invalid("no_periods", "prices", "[]", rule));
        };
        let mut found = Vec::new();
        let mut note = |code: &str, field: String, value: String, rule: String| {
            found.push(Violation::new(code, field, value, rule));
        };
        let (mut due, length) = (first.start(), first.resolution());
        for (i, price) in request.prices.iter().enumerate() {
            let period = price.period;
            if period.resolution() != length {
                let field = format!("prices[{i}].period.resolution");
                let rule = format!("{length}, that of the first period");
                note(
                    "mixed_resolutions",
                    field,
                    period.resolution().to_string(),
                    rule,
                );
            } else if period.start() != due {
                let field = format!("prices[{i}].period.start");
                let rule = format!("must start where the period before ends: {due}");
                note(
                    "periods_not_consecutive",
                    field,
                    period.start().to_string(),
                    rule,
                );
            }
            due = period.end();
        }
        let len = request.prices.len();
        for (i, path) in request.paths.paths.iter().enumerate() {
            if path.len() != len {
                let rule = format!("one price for each of the {len} periods");
                let field = format!("paths[{i}]");
                note("paths_do_not_fit", field, path.len().to_string(), rule);
            }
        }
        match found.is_empty() {
            true => Ok(Self {
                first: first.start().as_second(),
                resolution: length,
                len,
            }),
            false => Err(EngineError::Invalid(found)),
        }
    }

    /// The place of a period; none for one that is not of the grid.
    pub(super) fn index(self, period: &DeliveryPeriod) -> Option<usize> {
        let offset = period.start().as_second().checked_sub(self.first)?;
        let at = usize::try_from(offset.div_euclid(self.resolution.seconds())).ok()?;
        // Periods start on multiples of their length: one of the grid's length starts where one of its periods does.
        (period.resolution() == self.resolution && at < self.len).then_some(at)
    }

    /// The energy of a power held over a period.
    pub(super) fn energy(self, power: Power) -> Result<Energy, EngineError> {
        let kilowatt_seconds = power.kilowatts().checked_mul(self.resolution.seconds());
        let energy = kilowatt_seconds.map(Energy::from_kilowatt_seconds);
        energy.ok_or(EngineError::OutOfRange("an award"))
    }

    /// The mean power of an energy, half-even to 1 kW.
    pub(super) fn power(self, energy: Energy) -> Power {
        let (energy, seconds) = (energy.kilowatt_seconds(), self.resolution.seconds());
        let mean = Rounding::HalfEven.div(i128::from(energy), i128::from(seconds));
        Power::from_kilowatts(i64::try_from(mean).unwrap_or(i64::MAX))
    }
}
