//! The methods by which offers are built, chosen by the request.

mod reaction;
mod scenarios;

pub use scenarios::ScenarioOffers;

use crate::offer::OpportunityCostOffers;
use optibid_core::ports::{EngineError, OfferBuilder};
use optibid_core::schedule::{Offer, OfferMethod, OfferRequest};

/// Builds offers by the method that the request names.
///
/// | method | builder |
/// | --- | --- |
/// | [`OfferMethod::OpportunityCost`] | [`OpportunityCostOffers`] |
/// | [`OfferMethod::Scenarios`] | [`ScenarioOffers`] |
#[derive(Clone, Copy, Debug, Default)]
pub struct BatteryOffers(());

impl BatteryOffers {
    /// A builder; it has no settings.
    #[must_use]
    pub const fn new() -> Self {
        Self(())
    }
}

impl OfferBuilder for BatteryOffers {
    /// # Errors
    /// Those of the method's builder.
    fn build(&self, request: &OfferRequest) -> Result<Offer, EngineError> {
        match request.method {
            OfferMethod::OpportunityCost => OpportunityCostOffers::new().build(request),
            OfferMethod::Scenarios { .. } => ScenarioOffers::new().build(request),
        }
    }
}
