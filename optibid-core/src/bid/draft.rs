//! A bid's content as it is written in JSON: every number a text, every part optional.
//!
//! [`BidDraft`] is read strictly (unknown fields are refused) and then turned into
//! [`BidContent`](super::BidContent), which names every fault of every number, curve and block at once,
//! each with the path of its field. What is stored is read and written in the same form.

mod blocks;
mod commitment;
mod curves;
#[cfg(feature = "api")]
mod examples;
mod numbers;
mod spreads;

pub use blocks::{BlockDraft, BlockVolumeDraft};
pub use commitment::{CommitmentDraft, StartCostDraft};
pub use curves::{CurveDraft, PeriodDraft, PointDraft};
pub use spreads::SpreadDraft;

use super::offer::{
    BidOffer, BidPeriod, BlockOrders, OfferError, ServiceOffer, SpreadBid, ThreePartOffer,
    VirtualBid,
};
use crate::error::Violation;
use crate::id::AssetId;
use crate::market::rules::OfferKind;
use crate::market::{LocationCode, MarketId, ProductId, ServiceCode};
use crate::unit::Currency;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The content of a bid as a client writes it.
///
/// `kind` says what is offered; each kind has its own fields and refuses those of the others:
///
/// | kind | fields |
/// | --- | --- |
/// | `curve` (also when absent) | `periods` |
/// | `three_part` | `commitment`, `periods` |
/// | `virtual` | `periods` |
/// | `spread` | `sink`, `spreads` |
/// | `ancillary_service` | `service`, `periods` |
/// | `block` | `blocks` |
///
/// ```
/// use optibid_core::bid::{BidContent, BidDraft, OfferKind};
/// let draft: BidDraft = serde_json::from_str(r#"{
///     "market": "NORDPOOL", "product": "DAM", "location": "SE3",
///     "delivery_day": "2026-11-22", "currency": "EUR", "kind": "block",
///     "blocks": [{"name": "evening", "price": "65.00", "min_acceptance": "0.5", "profile": [
///         {"period": {"start": "2026-11-22T16:00:00Z", "resolution": "PT15M"}, "quantity": "10"},
///         {"period": {"start": "2026-11-22T16:15:00Z", "resolution": "PT15M"}, "quantity": "-10"}
///     ]}]
/// }"#)?;
/// let error = BidContent::try_from(draft.clone()).unwrap_err();
/// assert_eq!(error.violations()[0].code, "block_direction");
/// assert_eq!(error.violations()[0].field, "blocks[0].profile[1].quantity");
/// let mut draft = draft;
/// draft.blocks.as_mut().unwrap()[0].profile[1].quantity = "8".to_owned();
/// assert_eq!(BidContent::try_from(draft)?.offer.kind(), OfferKind::Block);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "api", derive(utoipa::ToSchema))]
#[cfg_attr(
    feature = "api",
    schema(examples(
        json!(examples::curve()),
        json!(examples::three_part()),
        json!(examples::virtual_bid()),
        json!(examples::spread()),
        json!(examples::service()),
        json!(examples::blocks())
    ))
)]
#[serde(deny_unknown_fields)]
pub struct BidDraft {
    /// The market.
    pub market: MarketId,
    /// The product.
    pub product: ProductId,
    /// The settlement location; of a spread bid the source.
    pub location: LocationCode,
    /// The delivery day, in market time.
    pub delivery_day: Date,
    /// Currency of all prices.
    pub currency: Currency,
    /// The asset behind the bid, if one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asset: Option<AssetId>,
    /// What is offered; absent means `curve`.
    #[serde(default, skip_serializing_if = "OfferKind::is_curve")]
    pub kind: OfferKind,
    /// Terms of a start (`three_part`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<CommitmentDraft>,
    /// The service, under the venue's own name (`ancillary_service`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServiceCode>,
    /// One curve a period, in order of time (`curve`, `three_part`, `virtual`, `ancillary_service`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub periods: Option<Vec<PeriodDraft>>,
    /// Where the position ends (`spread`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sink: Option<LocationCode>,
    /// One bid a period, in order of time (`spread`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spreads: Option<Vec<SpreadDraft>>,
    /// The block orders (`block`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<BlockDraft>>,
    /// The trader's note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The fields that hold an offer.
const PARTS: [&str; 6] = [
    "commitment",
    "service",
    "periods",
    "sink",
    "spreads",
    "blocks",
];

/// The fields of a kind.
const fn parts(kind: OfferKind) -> &'static [&'static str] {
    match kind {
        OfferKind::Curve | OfferKind::Virtual => &["periods"],
        OfferKind::ThreePart => &["commitment", "periods"],
        OfferKind::Spread => &["sink", "spreads"],
        OfferKind::AncillaryService => &["service", "periods"],
        OfferKind::Block => &["blocks"],
    }
}

impl BidDraft {
    /// Makes the offer of its parts, which are taken out.
    pub(super) fn take_offer(&mut self) -> Result<BidOffer, OfferError> {
        let faults = self.part_faults();
        if !faults.is_empty() {
            return Err(OfferError(faults));
        }
        let periods = self.periods.take().unwrap_or_default();
        let spreads = self.spreads.take().unwrap_or_default();
        let blocks = self.blocks.take().unwrap_or_default();
        Ok(match self.kind {
            OfferKind::Curve => BidOffer::Curve(curves::read(periods)?),
            OfferKind::Virtual => BidOffer::Virtual(VirtualBid::new(curves::read(periods)?)?),
            OfferKind::ThreePart => {
                let commitment = self.commitment.take().unwrap_or_default();
                let (terms, periods) = both(commitment.read(self.currency), curves::read(periods))?;
                BidOffer::ThreePart(ThreePartOffer::new(terms, periods)?)
            }
            OfferKind::Spread => {
                let sink = self.sink.take().ok_or_else(|| self.lacks("sink"))?;
                BidOffer::Spread(SpreadBid::new(sink, spreads::read(spreads)?)?)
            }
            OfferKind::AncillaryService => {
                let service = self.service.take().ok_or_else(|| self.lacks("service"))?;
                BidOffer::AncillaryService(ServiceOffer::new(service, curves::read(periods)?)?)
            }
            OfferKind::Block => BidOffer::Block(BlockOrders::new(blocks::read(blocks)?)?),
        })
    }

    /// Writes the parts of an offer, and its kind.
    pub(super) fn put_offer(&mut self, offer: &BidOffer) {
        self.kind = offer.kind();
        let periods = |list: &[BidPeriod]| Some(list.iter().map(PeriodDraft::from).collect());
        match offer {
            BidOffer::Curve(list) => self.periods = periods(list),
            BidOffer::Virtual(bid) => self.periods = periods(bid.periods()),
            BidOffer::ThreePart(offer) => {
                self.commitment = Some(CommitmentDraft::from(offer.commitment()));
                self.periods = periods(offer.periods());
            }
            BidOffer::AncillaryService(offer) => {
                self.service = Some(offer.service().clone());
                self.periods = periods(offer.periods());
            }
            BidOffer::Spread(bid) => {
                self.sink = Some(bid.sink().clone());
                self.spreads = Some(bid.periods().iter().map(SpreadDraft::from).collect());
            }
            BidOffer::Block(orders) => {
                self.blocks = Some(orders.blocks().iter().map(BlockDraft::from).collect());
            }
        }
    }

    fn lacks(&self, field: &str) -> OfferError {
        let rule = format!("an offer of kind {} has it", self.kind);
        OfferError(vec![Violation::new("field_missing", field, "", rule)])
    }

    /// Fields that the kind needs and lacks, and fields of other kinds.
    fn part_faults(&self) -> Vec<Violation> {
        let given = [
            self.commitment.is_some(),
            self.service.is_some(),
            self.periods.is_some(),
            self.sink.is_some(),
            self.spreads.is_some(),
            self.blocks.is_some(),
        ];
        let wanted = parts(self.kind);
        let check = |(name, given): (&str, bool)| match (wanted.contains(&name), given) {
            (true, false) => {
                let rule = format!(
                    "an offer of kind {} has {}",
                    self.kind,
                    wanted.join(" and ")
                );
                Some(Violation::new("field_missing", name, "", rule))
            }
            (false, true) => {
                let rule = format!(
                    "an offer of kind {} has no {name}, only {}",
                    self.kind,
                    wanted.join(" and ")
                );
                Some(Violation::new("field_of_other_kind", name, "…", rule))
            }
            _ => None,
        };
        PARTS.into_iter().zip(given).filter_map(check).collect()
    }
}

/// Both, or the faults of both.
fn both<A, B>(a: Result<A, OfferError>, b: Result<B, OfferError>) -> Result<(A, B), OfferError> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut a), Err(b)) => {
            a.0.extend(b.0);
            Err(a)
        }
        (Err(error), Ok(_)) | (Ok(_), Err(error)) => Err(error),
    }
}
