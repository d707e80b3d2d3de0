use crate::app::{WhatIfInput, under};
use crate::bid::{BidContent, BidDraft};
use crate::error::Error;
use crate::outcome::{PathSource, PriceBasis, WhatIf};
use crate::unit::{Energy, Price};
use serde::{Deserialize, Serialize};

/// Asks what becomes of a bid as drafted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatIfRequest {
    /// The bid: curves or block orders of energy. The battery that its `asset` is delivers; without one revenue alone is told.
    pub bid: BidDraft,
    /// The bid that it is held against, of the same market, product, location, day, currency and asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub against: Option<BidDraft>,
    /// Which prices are expected; absent means the medians of the forecast.
    #[serde(default)]
    #[schema(required = false)]
    pub basis: PriceBasis,
    /// Where the price paths come from; absent means 100 paths made now.
    #[serde(default)]
    #[schema(required = false)]
    pub scenarios: PathSource,
    /// Stored energy at the start of the day, MWh; absent takes the battery's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial_soc: Option<Energy>,
    /// What each MWh that is not delivered, or not taken, costs on top of its period's price.
    #[serde(default)]
    #[schema(required = false)]
    pub shortfall_price: Price,
}

impl TryFrom<WhatIfRequest> for WhatIfInput {
    type Error = Error;

    /// # Errors
    /// Everything that is wrong with the numbers and curves of the bids, under `bid.` and `against.`.
    fn try_from(r: WhatIfRequest) -> Result<Self, Error> {
        let content = |name: &str, draft: BidDraft| {
            let content = BidContent::try_from(draft);
            content.map_err(|error| Error::invalid(under(name, error.violations())))
        };
        let against = r.against.map(|draft| content("against", draft));
        Ok(Self {
            bid: content("bid", r.bid)?,
            against: against.transpose()?,
            basis: r.basis,
            scenarios: r.scenarios,
            initial_soc: r.initial_soc,
            shortfall_price: r.shortfall_price,
        })
    }
}

/// What becomes of it.
pub type WhatIfView = WhatIf;
