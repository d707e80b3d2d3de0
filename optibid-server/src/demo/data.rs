//! The real prices that the program carries with it.

use jiff::Timestamp;
use optibid_core::error::{Error, Result};
use optibid_core::market::{LocationCode, MarketId, PriceObservation, ProductId};
use optibid_venues::import::{ImportError, ImportReport};
use optibid_venues::sample;

pub use optibid_venues::sample::SOURCE;

/// The prices of the file and the names they go by.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// The market.
    pub market: MarketId,
    /// The location.
    pub location: LocationCode,
    /// The product that is bid into.
    pub day_ahead: ProductId,
    /// The product that imbalances settle at.
    pub real_time: ProductId,
    /// Both products' prices with the time at which each became known.
    pub prices: Vec<PriceObservation>,
    /// What the importer found.
    pub report: ImportReport,
}

impl Fixture {
    /// Reads the file that is built into the program.
    ///
    /// # Errors
    /// When it is damaged.
    pub fn load() -> Result<Self> {
        let outcome = sample::ercot_hb_south_2024().map_err(unreadable)?;
        Ok(Self {
            market: MarketId::new("ERCOT").map_err(unreadable)?,
            location: LocationCode::new("HB_SOUTH").map_err(unreadable)?,
            day_ahead: ProductId::new("DAM").map_err(unreadable)?,
            real_time: ProductId::new("RTM").map_err(unreadable)?,
            prices: outcome.prices,
            report: outcome.report,
        })
    }

    /// The prices that were known at an instant.
    #[must_use]
    pub fn known_by(&self, at: Timestamp) -> Vec<PriceObservation> {
        self.prices
            .iter()
            .filter(|p| p.known_at <= at)
            .cloned()
            .collect()
    }
}

/// One fault of the file that is built in.
trait Fault: std::fmt::Display {}
impl Fault for ImportError {}
impl Fault for optibid_core::market::KeyError {}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what map_err hands over"
)]
fn unreadable(fault: impl Fault) -> Error {
    Error::field("fixture", "prices", SOURCE, fault.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_that_is_built_in_is_the_documented_one() {
        use sha2::{Digest, Sha256};
        let digest = hex::encode(Sha256::digest(sample::FILE));
        assert_eq!(
            digest,
            "d2636e3071973d674a76768a25146f5dc1ea7f2cf2796f746c9d1a6f427ff03c"
        );
    }

    #[test]
    fn no_price_of_the_file_is_known_before_it_was_published() {
        let fixture = Fixture::load().unwrap();
        let gate = "2024-08-11T15:00:00Z".parse().unwrap();
        let known = fixture.known_by(gate);
        // The day-ahead prices of the 11th came on the 10th; those of the 12th come at 13:30.
        let last = known
            .iter()
            .filter(|p| p.product == fixture.day_ahead)
            .map(|p| p.period)
            .max();
        assert_eq!(last.unwrap().end().to_string(), "2024-08-12T05:00:00Z");
    }
}
