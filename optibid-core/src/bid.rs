//! Bids: what can be offered, the bid itself, its lifecycle and its validation.
//!
//! A trader writes [`BidContent`]: an [`BidOffer`] of one of six kinds. Most are made of an [`OfferCurve`]
//! a period, which cannot be built unless it is monotone; block orders are not. [`BidDraft`] is the
//! same as text, and becomes content or names every fault. [`validate()`] holds content against the
//! venue's rules. A [`Bid`] moves along its lifecycle by [`Transition`]s only, and every move leaves a
//! [`BidEvent`].

mod content;
mod curve;
mod draft;
mod lifecycle;
mod model;
mod offer;
mod state;
pub mod validate;

pub use crate::market::rules::OfferKind;
pub use content::BidContent;
pub use curve::{CurveError, CurveOutline, CurvePoint, CurveShape, CurveSide, OfferCurve};
pub use draft::{
    BidDraft, BlockDraft, BlockVolumeDraft, CommitmentDraft, CurveDraft, PeriodDraft, PointDraft,
    SpreadDraft, StartCostDraft,
};
pub use lifecycle::{BidEvent, LifecycleError, Transition};
pub use model::{Bid, NewBid};
pub use offer::{
    BidOffer, BidPeriod, BlockAward, BlockOrder, BlockOrders, BlockRelation, BlockVolume,
    Commitment, CommitmentTerms, OfferError, ServiceOffer, SpreadBid, SpreadPeriod, StartCost,
    StartState, ThreePartOffer, VirtualBid,
};
pub use state::{BidState, UnknownBidState};
pub use validate::{
    CODES, Finding, FindingSeverity, Validation, ValidationContext, Verdict, validate,
};
