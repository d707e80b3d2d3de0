//! What is to be checked.

use optibid_core::asset::Battery;
use optibid_core::bid::OfferCurve;
use optibid_core::error::Violation;
use optibid_core::market::Resolution;
use optibid_core::ports::EngineError;
use optibid_core::unit::{Power, Price, Ratio};

/// What is offered in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Offered {
    /// The curve; none where nothing is offered.
    pub curve: Option<OfferCurve>,
    /// The share of both power limits that is available, 0 to 1.
    pub available: Ratio,
    /// Lowest and highest price that may clear; none for every pattern of awards whatever the price.
    pub prices: Option<[Price; 2]>,
}

impl Offered {
    /// A curve at full availability, under every pattern of awards.
    #[must_use]
    pub const fn of(curve: OfferCurve) -> Self {
        Self {
            curve: Some(curve),
            available: Ratio::ONE,
            prices: None,
        }
    }

    /// Nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            curve: None,
            available: Ratio::ONE,
            prices: None,
        }
    }

    /// Smallest and largest signed injection that may be awarded.
    pub(crate) fn range(&self) -> (Power, Power) {
        let Some(curve) = &self.curve else {
            return (Power::ZERO, Power::ZERO);
        };
        self.prices.map_or_else(
            || curve.range(),
            |[low, high]| (curve.accepted_range(low).0, curve.accepted_range(high).1),
        )
    }
}

/// A battery and what it offers, one period after the other without a gap.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// The battery; its target is a wish and no limit here.
    pub battery: &'a Battery,
    /// What is offered in each period, in order of time.
    pub offers: &'a [Offered],
    /// Length of the periods bid for.
    pub interval: Resolution,
    /// Length of the periods settled, in each of which the award may differ; divides the interval.
    pub settlement: Resolution,
}

impl Case<'_> {
    /// Settlement periods in a period bid for.
    pub(crate) const fn parts(&self) -> i64 {
        self.interval.seconds() / self.settlement.seconds()
    }

    pub(super) fn check(&self) -> Result<(), EngineError> {
        let mut found = self.battery.violations("battery");
        if self.interval.seconds() % self.settlement.seconds() != 0 {
            let rule = format!("must divide the interval, {}", self.interval);
            let (code, field) = ("wrong_resolution", "settlement");
            found.push(Violation::new(code, field, self.settlement, rule));
        }
        if self.offers.is_empty() {
            let rule = "at least one period";
            found.push(Violation::new("no_periods", "offers", "[]", rule));
        }
        for (i, offered) in self.offers.iter().enumerate() {
            if !offered.available.is_share() {
                let field = format!("offers[{i}].available");
                let code = "availability_out_of_range";
                found.push(Violation::new(
                    code,
                    field,
                    offered.available,
                    "between 0 and 1",
                ));
            }
            if let Some([low, high]) = offered.prices.filter(|prices| prices[0] > prices[1]) {
                let field = format!("offers[{i}].prices");
                let rule = format!("at least the lowest price, {low}");
                found.push(Violation::new("band_crossed", field, high, rule));
            }
        }
        if found.is_empty() {
            Ok(())
        } else {
            Err(EngineError::Invalid(found))
        }
    }
}
