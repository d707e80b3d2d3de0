//! The whole platform in one value: what the server, a desktop or a terminal app runs.

mod deliveries;
mod local;
mod monitor;
mod pause;
mod places;
mod secret;
mod tasks;
mod worker;

pub use local::Local;
pub use monitor::Monitor;
pub use worker::run as work_off;

use crate::config::Config;
use crate::security::{Argon2Hasher, JwtIssuer, SystemClock, UuidSource};
use crate::state::AppState;
use crate::webhooks::HttpSender;
use anyhow::Context;
use jiff::SignedDuration;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use optibid_core::app::{App, Engine, Environment, Outlooks, Policy};
use optibid_core::market::rules::RuleBook;
use optibid_core::ports::{Clock, Venue};
use optibid_engine::{
    BatteryOffers, BatteryOptimizer, GateAssessor, GateBacktester, PriceTakingEvaluator,
    SimilarDayForecaster,
};
use optibid_storage::{Database, Options};
use optibid_streaming::InProcessBus;
use optibid_venues::venue::SimulatedVenue;
use std::sync::{Arc, OnceLock};
use std::thread::available_parallelism;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Events kept for subscribers that come back.
const KEPT_EVENTS: usize = 8_192;

/// The running platform: use cases, background tasks and their end.
pub struct Platform {
    /// What handlers reach.
    pub state: AppState,
    database: Database,
    bus: Arc<InProcessBus>,
    stop: watch::Sender<bool>,
    halt: watch::Sender<bool>,
    tasks: JoinSet<()>,
}

impl Platform {
    /// Opens the database (migrating it), builds the use cases over it and starts the background
    /// tasks: outbox relay, job worker, follow-up on open bids, watch for alarms, deliveries to webhooks and, where configured,
    /// simulation.
    ///
    /// # Errors
    /// When the database cannot be opened or migrated, or a secret is not usable.
    pub async fn open(config: Config) -> anyhow::Result<Self> {
        let database = Database::open(&config.database_url, &Options::default())
            .await
            .context("opening the database")?;
        let started = u64::try_from(SystemClock.now().as_microsecond()).unwrap_or_default();
        let bus = Arc::new(InProcessBus::after(KEPT_EVENTS, started));
        let app = build(&config, &database, bus.clone())?;
        let (stop, stopping) = watch::channel(false);
        let state = AppState {
            app,
            config: Arc::new(config),
            metrics: recorder()?,
            stopping,
        };
        let (halt, halted) = watch::channel(false);
        let tasks = tasks::start(&state, bus.clone(), halted);
        Ok(Self {
            state,
            database,
            bus,
            stop,
            halt,
            tasks,
        })
    }

    /// The use cases.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.state.app
    }

    /// Tells all that the platform is about to stop: readiness turns false, sockets close.
    pub fn announce_stop(&self) {
        self.stop.send_replace(true);
    }

    /// Stops the background tasks, publishes what is left in the outbox and closes the database.
    pub async fn close(mut self) {
        self.announce_stop();
        self.halt.send_replace(true);
        while self.tasks.join_next().await.is_some() {}
        self.bus.close();
        self.database.close().await;
    }
}

fn build(config: &Config, database: &Database, bus: Arc<InProcessBus>) -> anyhow::Result<App> {
    let stores = database.stores();
    let rules = RuleBook::builtin();
    let cores = available_parallelism().map_or(1, usize::from);
    let secret = secret::signing_secret(config)?;
    let environment = Environment {
        clock: Arc::new(SystemClock),
        ids: Arc::new(UuidSource),
        passwords: Arc::new(Argon2Hasher::new(cores)?),
        tokens: Arc::new(JwtIssuer::new(secret.as_bytes())?),
    };
    let engine = Engine {
        optimizer: Arc::new(BatteryOptimizer::new()),
        forecaster: Arc::new(SimilarDayForecaster::new()),
        offers: Arc::new(BatteryOffers::new()),
        evaluator: Arc::new(PriceTakingEvaluator::new()),
        assessor: Arc::new(GateAssessor::new()),
        backtester: Arc::new(GateBacktester::new()),
    };
    let venue: Arc<dyn Venue> = Arc::new(SimulatedVenue::new(
        rules.markets(),
        stores.prices.clone(),
        environment.clock.clone(),
    ));
    let services = Arc::new(Monitor::new(stores.settings.clone()));
    Ok(App {
        stores,
        engine,
        environment,
        bus,
        venues: vec![venue],
        webhooks: Arc::new(HttpSender::new(config.webhooks.clone())?),
        services,
        rules: Arc::new(rules),
        locations: Arc::new(places::known(config)?),
        policy: Policy {
            access_lifetime: SignedDuration::try_from(config.access_lifetime)?,
            session_lifetime: SignedDuration::try_from(config.session_lifetime)?,
            open_registration: config.open_registration,
        },
        outlooks: Arc::new(Outlooks::default()),
    })
}

/// The process's metrics recorder; installed once, whatever number of platforms is opened.
fn recorder() -> anyhow::Result<PrometheusHandle> {
    static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = HANDLE.get() {
        return Ok(handle.clone());
    }
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // Another platform of this process may have been first: then its recorder stays.
    if metrics::set_global_recorder(recorder).is_ok() {
        crate::metrics::describe();
        return Ok(HANDLE.get_or_init(|| handle).clone());
    }
    HANDLE
        .get()
        .cloned()
        .context("another metrics recorder is installed in this process")
}
