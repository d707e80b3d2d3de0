//! Bids: offer curves, the bid itself, its lifecycle and its validation.
//!
//! A trader writes [`BidContent`]: for each delivery period one [`OfferCurve`], which cannot be built
//! unless it is monotone. [`validate()`] holds it against the venue's rules. A [`Bid`] moves along its
//! lifecycle by [`Transition`]s only, and every move leaves a [`BidEvent`].

mod curve;
mod lifecycle;
mod model;
mod state;
pub mod validate;

pub use curve::{CurveError, CurvePoint, CurveShape, CurveSide, OfferCurve};
pub use lifecycle::{BidEvent, LifecycleError, Transition};
pub use model::{Bid, BidContent, BidPeriod, NewBid};
pub use state::{BidState, UnknownBidState};
pub use validate::{CODES, Finding, Severity, Validation, ValidationContext, Verdict, validate};
