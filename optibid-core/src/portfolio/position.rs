//! Positions: awards netted.

use super::award::Award;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::market::{DeliveryPeriod, LocationCode, MarketId, ProductId};
use crate::unit::{Currency, Energy, Power};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The net of all awards of one organisation, market, product, location and period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct Position {
    /// The owner.
    pub org: OrgId,
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The location.
    pub location: LocationCode,
    /// The delivery period.
    pub period: DeliveryPeriod,
    /// Currency of the awards.
    pub currency: Currency,
    /// Net awarded power; positive is injection.
    pub quantity: Power,
    /// Net awarded energy.
    pub energy: Energy,
    /// Number of awards in it.
    pub awards: u64,
}

type Key<'a> = (
    OrgId,
    &'a MarketId,
    &'a ProductId,
    &'a LocationCode,
    DeliveryPeriod,
);

/// Nets awards by organisation, market, product, location and period, in that order.
///
/// Day-ahead and real-time awards of the same hour stay apart, since they are at different prices;
/// [`net_energy`] adds them up.
///
/// ```
/// use optibid_core::market::{DeliveryPeriod, Resolution};
/// use optibid_core::portfolio::{Award, positions};
/// use optibid_core::unit::{Energy, Power};
/// # use optibid_core::{id, market, unit};
/// # use uuid::Uuid;
/// # let award = |n: u128, mw: i32| Award {
/// #     id: id::AwardId::from_uuid(Uuid::from_u128(n)),
/// #     org: id::OrgId::from_uuid(Uuid::from_u128(1)),
/// #     bid: id::BidId::from_uuid(Uuid::from_u128(n)),
/// #     market: market::MarketId::new("ERCOT").unwrap(),
/// #     product: market::ProductId::new("DAM").unwrap(),
/// #     location: market::LocationCode::new("HB_SOUTH").unwrap(),
/// #     period: DeliveryPeriod::new("2024-05-01T06:00:00Z".parse().unwrap(), Resolution::Hour).unwrap(),
/// #     quantity: Power::from_megawatts(mw),
/// #     price: unit::Price::from_units(20),
/// #     currency: unit::Currency::Usd,
/// #     awarded_at: "2024-04-30T18:30:00Z".parse().unwrap(),
/// # };
/// let net = positions(&[award(1, 10), award(2, -4)])?;
/// assert_eq!(net.len(), 1);
/// assert_eq!((net[0].quantity, net[0].awards), (Power::from_megawatts(6), 2));
/// assert_eq!(net[0].energy, Energy::from_mwh(6));
/// # Ok::<(), optibid_core::error::Error>(())
/// ```
///
/// # Errors
/// When two awards of one position have different currencies (`currency_mismatch`), or a net
/// quantity is out of range.
pub fn positions(awards: &[Award]) -> Result<Vec<Position>> {
    let mut net: BTreeMap<Key<'_>, Position> = BTreeMap::new();
    for (i, award) in awards.iter().enumerate() {
        let key = (
            award.org,
            &award.market,
            &award.product,
            &award.location,
            award.period,
        );
        let position = net.entry(key).or_insert_with(|| empty(award));
        if position.currency != award.currency {
            let rule = format!("the currency of the other awards, {}", position.currency);
            let field = format!("awards[{i}].currency");
            return Err(Error::field(
                "currency_mismatch",
                field,
                award.currency,
                rule,
            ));
        }
        let sum = position.quantity.checked_add(award.quantity);
        let energy = award.energy().and_then(|e| position.energy.checked_add(e));
        let (Some(quantity), Some(energy)) = (sum, energy) else {
            let field = format!("awards[{i}].quantity");
            let rule = "a net quantity that 64 bits hold";
            return Err(Error::field("out_of_range", field, award.quantity, rule));
        };
        position.quantity = quantity;
        position.energy = energy;
        position.awards += 1;
    }
    Ok(net.into_values().collect())
}

fn empty(award: &Award) -> Position {
    Position {
        org: award.org,
        market: award.market.clone(),
        product: award.product.clone(),
        location: award.location.clone(),
        period: award.period,
        currency: award.currency,
        quantity: Power::ZERO,
        energy: Energy::ZERO,
        awards: 0,
    }
}

/// The net energy that `awards` oblige to in `period`, whatever their products and lengths: a
/// quarter of an hour gets a quarter of an hourly award.
///
/// Choose the awards first (organisation, market, location); `None` past what [`Energy`] holds.
#[must_use]
pub fn net_energy<'a>(
    awards: impl IntoIterator<Item = &'a Award>,
    period: &DeliveryPeriod,
) -> Option<Energy> {
    awards.into_iter().try_fold(Energy::ZERO, |sum, award| {
        sum.checked_add(award.energy_in(period)?)
    })
}
