//! The cheapest and the dearest hours.

use super::schedule::best;
use crate::door::{Limit, Store, Window};
use crate::offer::{price_taking, secured};
use optibid_core::bid::BidOffer;
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferRequest, Schedule};
use optibid_core::unit::{Energy, Power, Rounding};
use std::collections::BTreeSet;

/// Charges in the cheapest hours of the forecast and discharges in the dearest, evenly, as a price taker.
///
/// The power is what fills the usable energy in that many hours, at most the limit. The moves are then run in order of time:
/// where a dear hour comes before the cheap ones the store has nothing to sell, and the hour is left out.
#[derive(Clone, Copy, Debug)]
pub struct TopBottomOffers {
    hours: u8,
}

impl TopBottomOffers {
    /// So many hours on either side.
    #[must_use]
    pub const fn new(hours: u8) -> Self {
        Self { hours }
    }

    /// The wanted power of each period.
    fn wanted(self, request: &OfferRequest) -> Vec<Power> {
        let points = &request.forecast.points;
        let seconds = request.rules.interval.value.seconds();
        let count = i64::from(self.hours) * 3_600 / seconds.max(1);
        let count = usize::try_from(count).unwrap_or(1).min(points.len() / 2);
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by_key(|&t| points.get(t).map(|point| (point.median, point.period)));
        let cheap: BTreeSet<_> = order.iter().take(count).copied().collect();
        let dear: BTreeSet<_> = order.iter().rev().take(count).copied().collect();
        let battery = &request.battery;
        let usable = i128::from(battery.usable_energy().kilowatt_seconds());
        let span = i128::from(seconds) * i128::try_from(count.max(1)).unwrap_or(1);
        let even = |numerator: i128, denominator: i128, limit: Power| {
            let kilowatts = Rounding::Ceiling.div(usable * numerator, span * denominator);
            limit.min(Power::from_kilowatts(
                i64::try_from(kilowatts).unwrap_or(i64::MAX),
            ))
        };
        let million = 1_000_000;
        let charge = i128::from(battery.charge_efficiency.ppm()).max(1);
        let charge = even(million, charge, battery.charge_limit);
        let discharge = i128::from(battery.discharge_efficiency.ppm());
        let discharge = even(discharge, million, battery.discharge_limit);
        let power = |t: usize| {
            if dear.contains(&t) {
                discharge
            } else if cheap.contains(&t) {
                Power::from_kilowatts(-charge.kilowatts())
            } else {
                Power::ZERO
            }
        };
        (0..points.len()).map(power).collect()
    }
}

impl OfferBuilder for TopBottomOffers {
    /// # Errors
    /// As [`ScheduleOffers`](super::ScheduleOffers).
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        let resolution = request.rules.interval.value;
        let wanted = self.wanted(request);
        let window = Window::new(
            request.battery.clone(),
            resolution,
            &request.availability,
            wanted.len(),
        );
        let mut expected = best(request)?;
        let mut store = Store::new(request.battery.clone());
        let moves = wanted.iter().zip(&window.limits);
        for (point, (&power, limit)) in expected.points.iter_mut().zip(moves) {
            let energy = run(&mut store, power, (resolution.seconds(), limit));
            let mean = Rounding::HalfEven.div(
                i128::from(energy.kilowatt_seconds()),
                i128::from(resolution.seconds()),
            );
            point.power = Power::from_kilowatts(i64::try_from(mean).unwrap_or_default());
            point.energy = energy;
            point.state_of_charge = store.soc();
        }
        let taking = price_taking(&request.rules, &expected)?;
        let secured = secured(request, taking, &expected)?;
        Ok(Offer {
            bid: BidOffer::Curve(secured.periods),
            expected: valued(expected, request)?,
            reasons: Vec::new(),
            safety: secured.safety,
        })
    }
}

fn run(store: &mut Store, power: Power, (seconds, limit): (i64, &Limit)) -> Energy {
    let wanted = Energy::from_kilowatt_seconds(power.kilowatts().saturating_mul(seconds));
    store.run(wanted, limit, 1.0)
}

/// The schedule with the money of its own moves at the medians.
fn valued(mut schedule: Schedule, request: &OfferRequest) -> Result<Schedule, EngineError> {
    use crate::door::{Ledger, cycles};
    let currency = request.rules.currency.value;
    let (mut revenue, mut wear) = (Ledger::new(currency), Ledger::new(currency));
    let mut discharged = Energy::ZERO;
    let out = EngineError::OutOfRange("the value");
    for (point, forecast) in schedule.points.iter().zip(&request.forecast.points) {
        let fed = point.energy.max(Energy::ZERO);
        revenue.add(forecast.median, point.energy);
        wear.add(request.battery.degradation_cost, fed);
        discharged = discharged.checked_add(fed).ok_or(out.clone())?;
    }
    schedule.revenue = revenue.total()?;
    schedule.wear = wear.total()?;
    schedule.fees = None;
    schedule.shortfall = None;
    schedule.budgets = Vec::new();
    schedule.value = schedule.revenue.checked_sub(schedule.wear).ok_or(out)?;
    schedule.cycles = cycles(discharged, request.battery.usable_energy());
    Ok(schedule)
}
