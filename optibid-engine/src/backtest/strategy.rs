//! What a backtest bids with.

use crate::forecast::SimilarDayForecaster;
use crate::offer::OpportunityCostOffers;
use optibid_core::ports::{Forecaster, OfferBuilder};
use std::sync::Arc;

/// How a backtest bids.
#[derive(Clone)]
pub struct Strategy {
    /// In words, for the report.
    pub name: String,
    /// What it expects prices to be.
    pub forecaster: Arc<dyn Forecaster>,
    /// What it offers then.
    pub offers: Arc<dyn OfferBuilder>,
}

impl Default for Strategy {
    /// [`SimilarDayForecaster`] and [`OpportunityCostOffers`].
    fn default() -> Self {
        Self {
            name: format!(
                "offers at the opportunity cost of stored energy around the schedule at the forecast's median; forecast: {}",
                SimilarDayForecaster::METHOD
            ),
            forecaster: Arc::new(SimilarDayForecaster::new()),
            offers: Arc::new(OpportunityCostOffers::new()),
        }
    }
}
