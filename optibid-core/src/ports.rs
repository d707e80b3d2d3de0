//! What the use cases need from outside: one small trait a need.
//!
//! Every method of a store is one atomic unit: it has taken effect wholly and durably when it
//! answers `Ok`, and not at all when it answers an error, save where the error says that the outcome
//! is unknown ([`StoreError::certainly_not_applied`]). No transaction crosses a port; concurrency is
//! by expected version. The sentences of each trait's documentation are the rules that the
//! conformance suites in feature `testing` check on every adapter.

mod accounts;
mod alerts;
mod assets;
mod audit;
mod bids;
mod bus;
mod clock;
mod engine;
mod error;
mod jobs;
mod outbox;
mod page;
mod portfolio;
mod prices;
mod security;
mod services;
mod settings;
mod trail;
mod venue;
mod webhooks;

pub use crate::market::SeriesKey;
pub use accounts::{
    AccountStore, Identity, SessionQuery, SessionStore, SessionsEnd, UserChange, UserQuery,
};
pub use alerts::{AlertQuery, AlertRuleStore, AlertStore, WatchedPart};
pub use assets::{AssetStore, TelemetryQuery};
pub use audit::{AuditQuery, AuditStore};
pub use bids::{BidQuery, BidStore};
pub use bus::{BusError, BusMessage, EventBus, EventStream, Topics};
pub use clock::{Clock, Ids};
pub use engine::{
    Backtester, BidEvaluator, EngineError, Flow, ForecastAssessor, Forecaster, OfferBuilder,
    Optimizer, Progress,
};
pub use error::StoreError;
pub use jobs::{JobQuery, JobStore, Lease};
pub use outbox::{OutboxMessage, OutboxStore};
pub use page::{Page, PageRequest};
pub use portfolio::{AwardQuery, PortfolioStore, SettlementQuery};
pub use prices::{AppendReport, LatestQuery, PriceQuery, PriceStore};
pub use security::{HashError, PasswordHasher, TokenError, TokenIssuer};
pub use services::{ServiceMonitor, ServiceReport, ServiceState};
pub use settings::SettingStore;
pub use trail::{IdempotencyStore, KeyedAnswer, Trail};
pub use venue::{Venue, VenueAward, VenueError, VenueStatus};
pub use webhooks::{
    AlertRouteStore, DeliveryStore, DueDelivery, WebhookAnswer, WebhookError, WebhookRequest,
    WebhookSender,
};

/// Ports that answer what a test tells them; reached as `testing::mocks`.
#[cfg(feature = "testing")]
#[doc(hidden)]
pub mod mocks {
    pub use super::accounts::{MockAccountStore, MockSessionStore};
    pub use super::alerts::{MockAlertRuleStore, MockAlertStore};
    pub use super::assets::MockAssetStore;
    pub use super::audit::MockAuditStore;
    pub use super::bids::MockBidStore;
    pub use super::bus::MockEventBus;
    pub use super::clock::{MockClock, MockIds};
    pub use super::engine::{
        MockBidEvaluator, MockForecastAssessor, MockForecaster, MockOfferBuilder, MockOptimizer,
    };
    pub use super::jobs::MockJobStore;
    pub use super::outbox::MockOutboxStore;
    pub use super::portfolio::MockPortfolioStore;
    pub use super::prices::MockPriceStore;
    pub use super::security::MockTokenIssuer;
    pub use super::services::MockServiceMonitor;
    pub use super::settings::MockSettingStore;
    pub use super::trail::MockIdempotencyStore;
    pub use super::venue::MockVenue;
    pub use super::webhooks::{MockAlertRouteStore, MockDeliveryStore, MockWebhookSender};
}
