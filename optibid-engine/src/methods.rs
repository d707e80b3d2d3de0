//! The methods by which offers are built, chosen by the request.

mod blocks;
mod fitted;
pub(crate) mod policy;
pub(crate) mod reaction;
mod scenarios;

pub use blocks::BlockOffers;
pub use policy::PolicyOffers;
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
/// | [`OfferMethod::Policy`] | [`PolicyOffers`] |
/// | [`OfferMethod::Blocks`] | [`BlockOffers`] |
///
/// ```
/// use jiff::ToSpan;
/// use optibid_core::asset::Battery;
/// use optibid_core::forecast::ForecastRequest;
/// use optibid_core::market::{PriceObservation, Resolution, rules::RuleBook};
/// use optibid_core::ports::{Forecaster, OfferBuilder};
/// use optibid_core::schedule::{OfferMethod, OfferRequest};
/// use optibid_core::unit::{Energy, Power, Price, Ratio};
/// use optibid_engine::{BatteryOffers, SimilarDayForecaster};
///
/// let rules = RuleBook::builtin().at(&"ERCOT".parse()?, &"DAM".parse()?, "2026-06-01".parse()?)?;
/// let day = rules.delivery_day("2026-06-01".parse()?)?;
/// let mut history = Vec::new();
/// for (i, date) in (0..28).zip(jiff::civil::date(2026, 5, 4).series(1.day())) {
///     let past = day.zone().day(date)?;
///     for (hour, period) in (0..).zip(past.periods(Resolution::Hour)) {
///         history.push(PriceObservation {
///             market: "ERCOT".parse()?,
///             product: "DAM".parse()?,
///             location: "HB_SOUTH".parse()?,
///             period,
///             price: Price::from_units(20 + 2 * hour + (i * 7) % 15),
///             components: None,
///             known_at: past.start(),
///         });
///     }
/// }
/// let asked = ForecastRequest {
///     market: "ERCOT".parse()?,
///     product: "DAM".parse()?,
///     location: "HB_SOUTH".parse()?,
///     made_at: "2026-05-31T15:00:00Z".parse()?,
///     resolution: rules.interval.value,
///     day,
///     history,
/// };
/// let forecaster = SimilarDayForecaster::new();
/// let battery = Battery::symmetric(Power::from_megawatts(10), Energy::from_mwh(20), Ratio::from_ppm(950_000));
/// let request = OfferRequest {
///     method: OfferMethod::scenarios(20, 1),
///     paths: forecaster.paths(&asked, 20, 1)?,
///     ..OfferRequest::new(battery, forecaster.forecast(&asked)?, rules)
/// };
/// let offer = BatteryOffers::new().build(&request)?;
/// assert!(!offer.curves().is_empty() && offer.reasons.iter().all(|step| step.adds_up()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
            OfferMethod::Policy { .. } => PolicyOffers::new().build(request),
            OfferMethod::Blocks => BlockOffers::new().build(request),
        }
    }
}
