//! A plan made anew at every gate.

use super::daily::Strategy;
use super::similar::Ahead;
use crate::backtest::gate::{BidStrategy, Gate, GateBid, IdealEnergy, IntendedStep};
use crate::battery::{self, Horizon, Method, Model, ValueFunction};
use crate::door;
use crate::offer::{Block, Venue};
use optibid_core::asset::Battery;
use optibid_core::bid::BidPeriod;
use optibid_core::market::{DeliveryPeriod, Resolution};
use optibid_core::ports::EngineError;
use optibid_core::unit::{Energy, Power};
use std::sync::Arc;

/// Hours planned ahead.
pub(super) const HOURS_AHEAD: i64 = 24;

/// Parts of the power limit that are priced apart.
const PARTS: usize = 4;

/// How far a price must lie from the opportunity cost before the bid leaves the expected move, in units of the larger of
/// the two: where the day-ahead price tells the hour's price, and where it does not.
const MARGIN_WITH_DAY_AHEAD: f64 = 1.0;
const MARGIN: f64 = 3.0;

/// Plans 24 hours ahead at every gate, from what is known then, and bids for the periods that close.
///
/// # The forecast
/// The day-ahead price of the hour where it is known (at the gates of a balancing product), else the mean of the last seven
/// days at the same time of day. How far the latest prices lay from it is left out: with it, fading, the strategy
/// captured less of June to September 2024 on ERCOT, with the day-ahead price and without.
///
/// # The bid
/// With `V` the value of stored energy after the period at the forecast
/// ([`battery::value_functions`](crate::battery::value_functions), free at the end of the 24 hours), each quarter of the power
/// limit has its opportunity cost: discharging `V' / discharge_efficiency + wear + fee`, charging `V' x charge_efficiency -
/// fee`, `V'` taken over the quarter. The quarters that the forecast's price would run are priced to run unless it is far off
/// (but never sold below wear), the others to run only then: the errors of hours that follow each other are mostly common,
/// so that a price above the forecast says that later ones will be too, and no reason to sell now. Far is once the price
/// where the day-ahead price is known, three times where not; both were chosen on ERCOT's June to September 2024.
///
/// Where gates do not close through the day (an auction on the day before) it bids as [`Strategy::blended`].
pub struct Rolling {
    auction: Arc<dyn BidStrategy>,
}

impl Default for Rolling {
    fn default() -> Self {
        Self::new()
    }
}

impl Rolling {
    /// With [`Strategy::blended`] for auctions on the day before.
    #[must_use]
    pub fn new() -> Self {
        Self::with_auction(Arc::new(Strategy::blended()))
    }

    /// With another strategy for auctions on the day before.
    #[must_use]
    pub fn with_auction(auction: Arc<dyn BidStrategy>) -> Self {
        Self { auction }
    }
}

impl BidStrategy for Rolling {
    fn name(&self) -> String {
        format!(
            "plans 24 hours ahead at every gate and bids the opportunity cost of stored energy; in auctions on the day before: {}",
            self.auction.name()
        )
    }

    /// # Errors
    /// [`EngineError::NotEnoughHistory`] when fewer than three of the last days are known.
    fn bid(&self, gate: &Gate<'_>) -> Result<GateBid, EngineError> {
        if gate.rules.gate.value.is_daily() {
            return self.auction.bid(gate);
        }
        let Some(first) = gate.closing.first() else {
            return Ok(GateBid::default());
        };
        let settled = gate.rules.settlement_interval.as_ref();
        let resolution = settled.map_or(gate.rules.interval.value, |rule| rule.value);
        let count = usize::try_from(HOURS_AHEAD * 3_600 / resolution.seconds()).unwrap_or(1);
        let ahead = Ahead {
            known: gate.known,
            product: &gate.rules.product,
            day_ahead: gate.day_ahead,
            seconds: resolution.seconds(),
        };
        let prices = ahead.prices(first.start(), count);
        let prices = prices.ok_or(EngineError::NotEnoughHistory { have: 0, need: 3 })?;
        let model = free_model(gate.battery, resolution)?;
        let values = battery::value_functions(&model, &Horizon::new(&prices), Method::Relaxed)
            .map_err(|error| door::solve_fault(&error))?;
        let plan = Plan {
            gate,
            resolution,
            prices: &prices,
            values: &values,
            venue: Venue::new(gate.rules),
        };
        plan.bid()
    }
}

/// The battery without its target, which belongs to the end of a day and not to that of the hours planned.
pub(super) fn free_model(battery: &Battery, resolution: Resolution) -> Result<Model, EngineError> {
    let free = Battery {
        target_soc: None,
        target_price: None,
        ..battery.clone()
    };
    door::model(&free, resolution, 0.0)
}

/// The value of stored energy ahead of a gate.
struct Plan<'a> {
    gate: &'a Gate<'a>,
    resolution: Resolution,
    prices: &'a [f64],
    values: &'a [ValueFunction],
    venue: Venue,
}

impl Plan<'_> {
    /// Curves for the periods that close, one after the other, each from where the expected move of the last leaves the store.
    fn bid(&self) -> Result<GateBid, EngineError> {
        let mut bid = GateBid::default();
        let mut soc = door::energy(self.gate.battery.initial_soc);
        let mut before = 0;
        for &period in self.gate.closing {
            let slots = period.resolution().seconds() / self.resolution.seconds();
            let after = before + usize::try_from(slots).unwrap_or(1).max(1);
            let (Some(value), Some(prices)) =
                (self.values.get(after), self.prices.get(before..after))
            else {
                break;
            };
            let price = prices.iter().sum::<f64>() / prices.len() as f64;
            soc = self.period(period, (value, price, soc), &mut bid)?;
            before = after;
        }
        Ok(bid)
    }

    /// The curve of one period, and the stored energy expected after it.
    fn period(
        &self,
        period: DeliveryPeriod,
        (value, price, soc): (&ValueFunction, f64, f64),
        bid: &mut GateBid,
    ) -> Result<f64, EngineError> {
        let (charge, discharge) = (
            self.side(period, (value, soc), false),
            self.side(period, (value, soc), true),
        );
        let hours = period.resolution().seconds() as f64 / 3_600.0;
        let sold = discharge.iter().rfind(|b| b.price <= price);
        let bought = charge.iter().rfind(|b| b.price >= price);
        let (sold, bought) = (
            sold.map_or(Power::ZERO, |block| block.upto),
            bought.map_or(Power::ZERO, |block| block.upto),
        );
        let expected = sold.kilowatts() - bought.kilowatts();
        let seconds = period.resolution().seconds();
        bid.ideal.push(IdealEnergy {
            period,
            energy: Energy::from_kilowatt_seconds(expected.saturating_mul(seconds)),
        });
        let charge = self.shifted(&charge, (price, bought), false);
        let discharge = self.shifted(&discharge, (price, sold), true);
        steps(period, (&charge, &discharge), &mut bid.intended)?;
        if let Some(curve) = self.venue.curve(&charge, &discharge)? {
            bid.periods.push(BidPeriod { period, curve });
        }
        let battery = self.gate.battery;
        let out = door::power(sold) * hours / door::ratio(battery.discharge_efficiency);
        let inward = door::power(bought) * hours * door::ratio(battery.charge_efficiency);
        Ok(soc - out + inward)
    }

    /// The blocks with their prices moved: those of the expected move away from being left out, the others away from being
    /// taken.
    fn shifted(&self, blocks: &[Block], (price, runs): (f64, Power), sells: bool) -> Vec<Block> {
        let battery = self.gate.battery;
        let wear = door::price(battery.degradation_cost) + door::price(battery.discharge_fee);
        let margin = match self.gate.day_ahead {
            Some(_) => MARGIN_WITH_DAY_AHEAD,
            None => MARGIN,
        };
        let shift = |block: &Block| {
            let far = margin * price.abs().max(block.price.abs());
            match (sells, block.upto <= runs) {
                (true, true) => (block.price - far).max(wear.min(price)),
                (true, false) => block.price + far,
                (false, true) => block.price + far,
                (false, false) => block.price - far,
            }
        };
        let moved = blocks.iter().map(|block| Block {
            upto: block.upto,
            price: shift(block),
            scheduled: runs > Power::ZERO,
        });
        moved.collect()
    }

    /// The blocks of one side from zero outwards, each a quarter of the power limit or what the store still allows.
    fn side(
        &self,
        period: DeliveryPeriod,
        (value, soc): (&ValueFunction, f64),
        sells: bool,
    ) -> Vec<Block> {
        let battery = self.gate.battery;
        let hours = period.resolution().seconds() as f64 / 3_600.0;
        let (limit, per_grid) = if sells {
            let efficiency = door::ratio(battery.discharge_efficiency);
            (battery.discharge_limit, -1.0 / efficiency)
        } else {
            let efficiency = door::ratio(battery.charge_efficiency);
            (battery.charge_limit, efficiency)
        };
        let (least, most) = (value.least_mwh(), value.most_mwh());
        let mut blocks = Vec::with_capacity(PARTS);
        let mut from = soc.clamp(least, most);
        for part in 1..=PARTS {
            let full = door::power(limit) * part as f64 / PARTS as f64;
            let to = (soc + full * hours * per_grid).clamp(least, most);
            let moved = (to - from).abs();
            if moved < 1e-6 {
                break;
            }
            let (Some(at_from), Some(at_to)) = (value.value(from), value.value(to)) else {
                break;
            };
            let worth = (at_to - at_from) / (to - from) * per_grid.abs();
            let price = if sells {
                worth + door::price(battery.degradation_cost) + door::price(battery.discharge_fee)
            } else {
                worth - door::price(battery.charge_fee)
            };
            let upto = door::to_power((to - soc) / per_grid / hours);
            blocks.push(Block {
                upto,
                price,
                scheduled: false,
            });
            from = to;
        }
        blocks
    }
}

/// The blocks as steps that are meant to run at their prices.
fn steps(
    period: DeliveryPeriod,
    (charge, discharge): (&[Block], &[Block]),
    intended: &mut Vec<IntendedStep>,
) -> Result<(), EngineError> {
    for (blocks, sign) in [(charge, -1), (discharge, 1)] {
        let mut near = Power::ZERO;
        for block in blocks {
            let signed = |power: Power| Power::from_kilowatts(sign * power.kilowatts());
            intended.push(IntendedStep {
                period,
                from: signed(near),
                to: signed(block.upto),
                limit: Some(door::to_price(block.price)?),
            });
            near = block.upto;
        }
    }
    Ok(())
}
