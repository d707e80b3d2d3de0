//! The settlement statement.

use super::book::book;
use super::check::violations;
use super::input::SettlementInput;
use super::ledger::Ledger;
use super::line::{LineKind, SettlementLine};
use crate::error::{Error, Result};
use crate::id::{AssetId, BidId, OrgId, SettlementId};
use crate::market::{LocationCode, MarketId};
use crate::unit::{Currency, Money};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Identity of a statement that is about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewSettlement {
    /// The statement's id.
    pub id: SettlementId,
    /// The owner of the awards.
    pub org: OrgId,
    /// The asset that was metered, if one was.
    pub asset: Option<AssetId>,
    /// When.
    pub at: Timestamp,
}

/// What one location's delivery day settles to.
///
/// The cash lines add up to [`total`](Self::total) to the last minor unit, and the total is the
/// exact sum rounded once, half away from zero: the amounts come from cumulative rounding (line
/// `k` gets the rounded running sum less the one before it), so that a line is at most one minor
/// unit from its exact value and no cent is lost or made. Lines come by [`LineKind`], then in order
/// of time.
///
/// ```
/// use optibid_core::market::{DeliveryPeriod, MarketZone, Resolution};
/// use optibid_core::portfolio::{
///     Award, LineKind, Metered, NewSettlement, SettlementInput, SettlementStatement,
/// };
/// use optibid_core::schedule::PeriodPrice;
/// use optibid_core::unit::{Currency, Energy, Power, Price};
/// # use optibid_core::id::{AwardId, BidId, OrgId, SettlementId};
/// # use uuid::Uuid;
/// # let id = Uuid::from_u128(1);
/// let day = MarketZone::new("America/Chicago", 0)?.day("2024-05-01".parse()?)?;
/// let hour = day.period(18, Resolution::Hour)?;
/// let quarters: Vec<_> = day.periods(Resolution::Min15).filter(|q| hour.covers(q)).collect();
/// let sold = Award {
///     product: "DAM".parse()?,
///     period: hour,
///     quantity: Power::from_megawatts(10),
///     price: Price::from_units(60),
///     // and whose it is
/// #   id: AwardId::from_uuid(id), org: OrgId::from_uuid(id), bid: BidId::from_uuid(id),
/// #   market: "ERCOT".parse()?, location: "HB_SOUTH".parse()?, currency: Currency::Usd,
/// #   awarded_at: "2024-04-30T18:30:00Z".parse()?,
/// };
/// // Each quarter was delivered but for half a MWh, and real time cost 100.
/// let input = SettlementInput {
///     market: "ERCOT".parse()?,
///     location: "HB_SOUTH".parse()?,
///     currency: Currency::Usd,
///     day_ahead: vec![sold],
///     metered: Some(
///         quarters.iter().map(|q| Metered { period: *q, energy: Energy::from_mwh(2) }).collect(),
///     ),
///     real_time_product: "RTM".parse()?,
///     real_time_prices: quarters
///         .iter()
///         .map(|q| PeriodPrice { period: *q, price: Price::from_units(100) })
///         .collect(),
///     fees: Vec::new(),
///     degradation_cost: None,
///     day,
/// };
/// # let new = NewSettlement {
/// #     id: SettlementId::from_uuid(id), org: OrgId::from_uuid(id), asset: None,
/// #     at: "2024-05-02T12:00:00Z".parse()?,
/// # };
/// let statement = SettlementStatement::settle(new, &input)?;
/// let imbalance = statement.subtotal(LineKind::RealTimeImbalance);
/// assert_eq!(imbalance.map(|m| m.to_string()).as_deref(), Some("-200.00"));
/// assert_eq!(statement.total.to_string(), "400.00");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
pub struct SettlementStatement {
    /// The id.
    pub id: SettlementId,
    /// The owner.
    pub org: OrgId,
    /// The bids whose awards it settles, each once.
    pub bids: Vec<BidId>,
    /// The asset that was metered, if one was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// The market.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The delivery day, in market time.
    pub day: Date,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The lines.
    pub lines: Vec<SettlementLine>,
    /// Sum of the cash lines.
    pub total: Money,
    /// When it was made.
    pub created_at: Timestamp,
}

impl SettlementStatement {
    /// Settles a day.
    ///
    /// # Errors
    /// Names everything that stands against it: an award of another organisation, market, location,
    /// currency or day, or one that comes twice; a real-time price or metering that is missing,
    /// comes twice or does not fit the grid; an amount out of range.
    pub fn settle(new: NewSettlement, input: &SettlementInput) -> Result<Self> {
        let found = violations(input, new.org);
        if !found.is_empty() {
            return Err(Error::invalid(found));
        }
        let (lines, total) = book(input).ok_or_else(|| {
            let rule = "every amount and sum fits 64 bits of minor units";
            Error::field("out_of_range", "lines", input.day.date(), rule)
        })?;
        let bids: BTreeSet<BidId> = input.day_ahead.iter().map(|award| award.bid).collect();
        Ok(Self {
            id: new.id,
            org: new.org,
            bids: bids.into_iter().collect(),
            asset: new.asset,
            market: input.market.clone(),
            location: input.location.clone(),
            day: input.day.date(),
            currency: input.currency,
            lines,
            total,
            created_at: new.at,
        })
    }

    /// Sum of the lines of one kind; `None` when it leaves the range or a currency differs.
    #[must_use]
    pub fn subtotal(&self, kind: LineKind) -> Option<Money> {
        let of_kind = self.lines.iter().filter(|line| line.kind == kind);
        Money::sum(of_kind.map(|line| line.amount), self.currency)
    }

    /// What wear cost, as a positive amount; `None` when it leaves the range.
    #[must_use]
    pub fn wear(&self) -> Option<Money> {
        Money::zero(self.currency).checked_sub(self.subtotal(LineKind::Degradation)?)
    }

    /// Whether every amount is what the prices and energies of the lines give, and the total their
    /// cash sum: what a reader of a stored statement checks.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let mut cash = Ledger::new(self.currency);
        let mut information = Ledger::new(self.currency);
        let fits = self.lines.iter().all(|line| {
            let ledger = if line.kind.is_cash() {
                &mut cash
            } else {
                &mut information
            };
            ledger.book(line.price, line.energy) == Some(line.amount)
        });
        fits && cash.total() == self.total
    }
}
