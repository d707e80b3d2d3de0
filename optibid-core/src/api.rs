//! Wire types: what the server and its clients exchange as JSON (feature `api`).
//!
//! Quantities are decimal strings, instants are RFC 3339 in UTC, unknown fields of a request are
//! refused. Domain types that are already in that form travel as they are; the types here are those
//! that differ from the domain: they leave out secrets, add market time, or give an envelope.

mod accounts;
mod alerts;
mod assets;
mod audit;
mod auth;
mod bids;
mod geo;
mod health;
mod jobs;
mod markets;
mod outcome;
mod page;
mod params;
mod portfolio;
mod prices;
mod problem;
mod socket;
mod webhooks;

pub use crate::bid::{
    BidDraft, BlockDraft, BlockVolumeDraft, CommitmentDraft, CurveDraft, PeriodDraft, PointDraft,
    SpreadDraft, StartCostDraft,
};
pub use accounts::{
    OrganisationRequest, PasswordRequest, PermissionView, ProfileRequest, RoleView, RolesView,
    SessionView, UserEditRequest,
};
pub use alerts::{AcknowledgeRequest, AlertParams, AlertView, ReadingView, ShelveRequest};
pub use assets::{
    AvailabilityRequest, AvailabilityView, LatestTelemetryView, SampleRequest, TelemetryReport,
    TelemetryRequest, TelemetryView, WindowRequest,
};
pub use audit::AuditView;
pub use auth::{
    LoginRequest, MeView, OrgView, RefreshRequest, RegisterRequest, TokenView, UserRequest,
    UserView,
};
pub use bids::{BidView, OfferRequestBody, OfferView, WithdrawRequest};
pub use geo::{
    LocationCollection, LocationFeature, LocationProperties, LocationalParams, NearbyAssetView,
    NearbyParams, PointGeometry,
};
pub use health::{Availability as ServiceAvailability, Health, HealthStatus};
pub use jobs::{BacktestJobRequest, JobView, OptimisationJobRequest, OptimiseRequest};
pub use markets::{DayView, GateView, MarketView, PeriodView, ProductView};
pub use outcome::{WhatIfRequest, WhatIfView};
pub use page::ListView;
pub use params::{
    AuditParams, AwardParams, BidParams, DraftParams, FigureParams, HistoryParams, ImportParams,
    JobKind, JobParams, LatestParams, ListParams, Moment, PositionParams, ProfitParams, RuleParams,
    SettlementParams, TelemetryParams,
};
pub use portfolio::{AwardsView, ExportParams, FileFormat, MeteredRequest, SettleRequest};
pub use prices::{AccuracyParams, ForecastParams, HistoryView, ImportView, PriceView, SummaryView};
pub use problem::{PROBLEM_BASE, Problem};
pub use socket::{ClientMessage, CloseCode, ServerMessage};
pub use webhooks::{AlertRouteSecretView, AlertRouteView, DeliveryView};
