//! Ready-made values for tests: deterministic, and valid unless their name says otherwise.
#![expect(
    clippy::unwrap_used,
    reason = "the values are constants; a wrong one must stop the test that uses it"
)]

mod accounts;
mod alerts;
mod app;
mod assets;
mod bids;
mod prices;
mod source;
mod trail;
mod webhooks;

pub use accounts::{Tenant, principal, user_with_role};
pub use alerts::{ercot_rtm_series, price_alert, watched_rule};
pub use app::app;
pub use assets::battery;
pub use bids::{draft, ercot_dam_content, ercot_rtm_content, moved};
pub use prices::PriceSeries;
pub use source::{FixedClock, NOON, SequentialIds};
pub use trail::{TrailBuilder, bid_trail, event, trail};
pub use webhooks::{alert_route, attempt, delivery, route_secrets};
