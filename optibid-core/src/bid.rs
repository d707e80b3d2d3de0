//! Bids: offer curves, the bid itself, its lifecycle and its validation.

mod curve;
mod lifecycle;
mod model;
mod validate;

pub use curve::{CurveError, CurvePoint, CurveShape, CurveSide, OfferCurve};
pub use lifecycle::{BidEvent, BidState, LifecycleError, Transition};
pub use model::{Bid, BidContent, BidPeriod, NewBid};
pub use validate::{Finding, Severity, Validation, Verdict, validate};
