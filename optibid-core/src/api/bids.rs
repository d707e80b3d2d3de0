use crate::app::{Drafted, OfferInput};
use crate::bid::{Bid, BidContent, BidDraft, BidState, Validation};
use crate::id::{AssetId, BidId, OrgId, UserId};
use crate::market::ProductId;
use crate::schedule::{BuiltOffer, OfferMethod};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A bid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BidView {
    /// The id.
    pub id: BidId,
    /// The owner.
    pub org: OrgId,
    /// Who drafted it.
    pub author: UserId,
    /// Where it stands.
    pub state: BidState,
    /// What `If-Match` compares.
    pub version: u64,
    /// The venue's reference, once it acknowledged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub venue_reference: Option<String>,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// What it offers.
    #[schema(value_type = BidDraft)]
    pub content: BidContent,
    /// What the validator says of it, where it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
}

impl From<Bid> for BidView {
    fn from(bid: Bid) -> Self {
        Self {
            id: bid.id(),
            org: bid.org(),
            author: bid.author(),
            state: bid.state(),
            version: bid.version(),
            venue_reference: bid.venue_reference().map(str::to_owned),
            created_at: bid.created_at(),
            updated_at: bid.updated_at(),
            content: bid.content().clone(),
            validation: None,
        }
    }
}

impl From<Drafted> for BidView {
    fn from(drafted: Drafted) -> Self {
        Self {
            validation: Some(drafted.validation),
            ..Self::from(drafted.bid)
        }
    }
}

/// Takes a bid back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRequest {
    /// Why; it is kept in the bid's history.
    #[serde(default)]
    pub reason: String,
}

/// Builds offer curves for a battery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferRequestBody {
    /// The battery.
    pub asset: AssetId,
    /// The product to bid into.
    pub product: ProductId,
    /// The delivery day.
    pub day: Date,
    /// When the forecast is made; absent means now. Nothing known later enters.
    #[serde(default)]
    pub made_at: Option<Timestamp>,
    /// Whether the offer is made one whose every pattern of awards can be delivered: its curves are cut, or the schedule is bid at any
    /// price, whichever is expected to earn more.
    #[serde(default)]
    pub safe: bool,
    /// How they are built; absent means at the opportunity cost of stored energy.
    #[serde(default, skip_serializing_if = "OfferMethod::is_default")]
    pub method: OfferMethod,
}

impl From<OfferRequestBody> for OfferInput {
    fn from(r: OfferRequestBody) -> Self {
        Self {
            asset: r.asset,
            product: r.product,
            day: r.day,
            made_at: r.made_at,
            safe: r.safe,
            method: r.method,
        }
    }
}

/// Offer curves with what they rest on.
pub type OfferView = BuiltOffer;
