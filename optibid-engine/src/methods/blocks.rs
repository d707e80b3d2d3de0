//! A battery's day as block orders.

use super::fitted::{no_ramp, wrong_method};
use crate::blocks::plan_blocks;
use crate::offer::{check_fit, problem};
use crate::optimizer;
use optibid_core::bid::{BidOffer, BlockOrders};
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{AwardSafety, Offer, OfferMethod, OfferRequest};

/// Offers a battery as block orders, where the venue has no model of storage but takes loops or linked blocks.
///
/// The best schedule at the forecast's medians becomes pairs of a block that charges and one that discharges
/// ([`block_orders`](crate::blocks::block_orders)): whichever of them the venue accepts, the battery can deliver, so that nothing
/// is left for `safe` to cut. A ramp limit is refused: a pair that is not accepted leaves a jump. A day on which no pair pays is offered with no curve at all.
///
/// # What is answered
/// `expected` is the schedule at the medians; `reasons` are those of curves and therefore none. A pair asks for what its
/// two blocks cost together (charging, losses, wear, fees) plus half of what it gains at the medians.
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockOffers(());

impl BlockOffers {
    /// A builder; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl OfferBuilder for BlockOffers {
    /// # Errors
    /// As [`OpportunityCostOffers`](crate::OpportunityCostOffers), and `blocks_not_taken` when the rule book does not know the venue
    /// to take loops or linked blocks, `not_in_method` for a battery with a ramp limit, `wrong_method` when the request names another method.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        if request.method != OfferMethod::Blocks {
            return Err(wrong_method(request, "blocks"));
        }
        if let Some(ramp) = no_ramp(request) {
            return Err(EngineError::Invalid(vec![ramp]));
        }
        let points = &request.forecast.points;
        let periods: Vec<_> = points.iter().map(|point| point.period).collect();
        check_fit(&request.forecast, &request.rules, &periods)?;
        let problem = problem(request)?;
        let plan = optimizer::plan(&problem)?;
        let expected = plan.schedule(&problem)?;
        let blocks = plan_blocks(&problem, plan, &request.rules)?;
        let bid = match blocks.is_empty() {
            true => BidOffer::Curve(Vec::new()),
            false => {
                let orders = BlockOrders::new(blocks);
                BidOffer::Block(orders.map_err(|error| EngineError::Invalid(error.0))?)
            }
        };
        Ok(Offer {
            bid,
            expected,
            reasons: Vec::new(),
            safety: AwardSafety::default(),
        })
    }
}
