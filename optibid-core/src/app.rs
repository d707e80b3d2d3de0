//! The use cases: one verb a file, each a method of [`App`].
//!
//! A shell (server, terminal, desktop) parses its input, calls one of these and renders the answer.
//! Permission, tenancy, audit, idempotency and maintenance are checked here, so that no shell can
//! forget them.

mod accuracy;
mod alert_routes;
mod alert_rules;
mod alerts;
mod assets;
mod audit;
mod awards;
mod backtests;
mod bids;
mod calendar;
mod deliveries;
mod exports;
mod follow_up;
mod forecasts;
mod geo;
mod health;
mod jobs;
mod keyed;
mod listen;
mod maintenance;
mod market_data;
mod markets;
mod names;
mod offers;
mod operator;
mod organisation;
mod outlooks;
mod places;
mod profile;
mod profit;
mod readings;
mod sessions;
mod settle;
mod submit;
mod trail;
mod users;
mod versions;
mod watch;
mod what_if;

pub use accuracy::{AccuracyInput, AccuracyPlan};
pub use alert_rules::ShelveInput;
pub use alerts::AlertFilter;
pub use assets::Versioned;
pub use audit::AuditVerdict;
pub use awards::AwardFilter;
pub use bids::{DraftMode, Drafted};
pub use calendar::{DayGrid, GatedPeriod};
pub use exports::ZonedStatement;
pub use follow_up::FollowUp;
pub use forecasts::ForecastInput;
pub use geo::{LocationalInput, LocationalPrice, NearbyAsset};
pub use jobs::JobWork;
pub use keyed::RequestKey;
pub use listen::Listening;
pub use maintenance::Maintenance;
pub use market_data::{ImportTarget, SeriesInput};
pub use markets::{MarketOverview, ProductOverview};
pub use offers::{OfferInput, OfferPlan, OptimisationInput};
pub use operator::operator;
pub use outlooks::Outlooks;
pub use profile::PasswordChange;
pub use profit::ProfitFilter;
pub use sessions::{Credentials, Registration, SignedIn};
pub use settle::SettleInput;
pub use users::{NewUser, UserContent};
pub use watch::{WatchRound, WatchScope};
pub use what_if::WhatIfInput;
#[cfg(feature = "api")]
pub(crate) use what_if::under;

use crate::market::Location;
use crate::market::rules::RuleBook;
use crate::ports::{
    AccountStore, AlertRouteStore, AlertRuleStore, AlertStore, AssetStore, AuditStore, Backtester,
    BidEvaluator, BidStore, Clock, DeliveryStore, EventBus, ForecastAssessor, Forecaster,
    IdempotencyStore, Ids, JobStore, OfferBuilder, Optimizer, OutboxStore, PasswordHasher,
    PortfolioStore, PriceStore, ServiceMonitor, SessionStore, SettingStore, TokenIssuer, Venue,
    WebhookSender,
};
use jiff::SignedDuration;
use std::sync::Arc;

/// The stores, one a port; usually all of one database.
#[derive(Clone)]
pub struct Stores {
    /// Bids and their history.
    pub bids: Arc<dyn BidStore>,
    /// Assets, availability, telemetry.
    pub assets: Arc<dyn AssetStore>,
    /// Prices.
    pub prices: Arc<dyn PriceStore>,
    /// Awards and settlements.
    pub portfolio: Arc<dyn PortfolioStore>,
    /// Organisations and users.
    pub accounts: Arc<dyn AccountStore>,
    /// Logins.
    pub sessions: Arc<dyn SessionStore>,
    /// The audit trail.
    pub audit: Arc<dyn AuditStore>,
    /// Events to publish.
    pub outbox: Arc<dyn OutboxStore>,
    /// Answers kept under idempotency keys.
    pub answers: Arc<dyn IdempotencyStore>,
    /// Durable jobs.
    pub jobs: Arc<dyn JobStore>,
    /// Rules that watch for alarms.
    pub alert_rules: Arc<dyn AlertRuleStore>,
    /// Alarms.
    pub alerts: Arc<dyn AlertStore>,
    /// Who outside is told of alarms.
    pub alert_routes: Arc<dyn AlertRouteStore>,
    /// What is sent to them.
    pub deliveries: Arc<dyn DeliveryStore>,
    /// Settings of the installation.
    pub settings: Arc<dyn SettingStore>,
}

impl Stores {
    /// All stores from one adapter that implements every port.
    pub fn of<S>(store: Arc<S>) -> Self
    where
        S: BidStore
            + AssetStore
            + PriceStore
            + PortfolioStore
            + AccountStore
            + SessionStore
            + AuditStore
            + OutboxStore
            + IdempotencyStore
            + JobStore
            + AlertRuleStore
            + AlertStore
            + AlertRouteStore
            + DeliveryStore
            + SettingStore,
    {
        Self {
            bids: store.clone(),
            assets: store.clone(),
            prices: store.clone(),
            portfolio: store.clone(),
            accounts: store.clone(),
            sessions: store.clone(),
            audit: store.clone(),
            outbox: store.clone(),
            answers: store.clone(),
            jobs: store.clone(),
            alert_rules: store.clone(),
            alerts: store.clone(),
            alert_routes: store.clone(),
            deliveries: store.clone(),
            settings: store,
        }
    }
}

/// The numbers: implemented by `optibid-engine`.
#[derive(Clone)]
pub struct Engine {
    /// Battery schedules.
    pub optimizer: Arc<dyn Optimizer>,
    /// Price forecasts.
    pub forecaster: Arc<dyn Forecaster>,
    /// Offer curves.
    pub offers: Arc<dyn OfferBuilder>,
    /// What becomes of bids.
    pub evaluator: Arc<dyn BidEvaluator>,
    /// How good forecasts were.
    pub assessor: Arc<dyn ForecastAssessor>,
    /// Backtests.
    pub backtester: Arc<dyn Backtester>,
}

/// Time, identity, secrets.
#[derive(Clone)]
pub struct Environment {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// New ids.
    pub ids: Arc<dyn Ids>,
    /// Passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// Tokens.
    pub tokens: Arc<dyn TokenIssuer>,
}

/// Lifetimes of tokens and jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long an access token is good.
    pub access_lifetime: SignedDuration,
    /// How long a session can be refreshed.
    pub session_lifetime: SignedDuration,
    /// Whether anybody may found an organisation by registering.
    pub open_registration: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            access_lifetime: SignedDuration::from_mins(15),
            session_lifetime: SignedDuration::from_hours(7 * 24),
            open_registration: true,
        }
    }
}

/// The application: all use cases over the ports.
#[derive(Clone)]
pub struct App {
    /// The stores.
    pub stores: Stores,
    /// The numbers.
    pub engine: Engine,
    /// Time, identity, secrets.
    pub environment: Environment,
    /// Where events go.
    pub bus: Arc<dyn EventBus>,
    /// Gateways to markets; the first that serves a market is used.
    pub venues: Vec<Arc<dyn Venue>>,
    /// Sends messages to webhooks.
    pub webhooks: Arc<dyn WebhookSender>,
    /// How the services are that the installation stands on.
    pub services: Arc<dyn ServiceMonitor>,
    /// Market rules.
    pub rules: Arc<RuleBook>,
    /// Known settlement locations.
    pub locations: Arc<Vec<Location>>,
    /// Lifetimes.
    pub policy: Policy,
    /// Forecasts and price paths that were asked for a moment ago.
    pub outlooks: Arc<Outlooks>,
}
