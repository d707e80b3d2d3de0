//! The use cases without the background tasks: what one command needs.

use super::{KEPT_EVENTS, build};
use crate::config::Config;
use anyhow::Context;
use optibid_core::app::App;
use optibid_storage::{Database, Options};
use optibid_streaming::InProcessBus;
use std::sync::Arc;

/// The use cases over the configured database, and nothing that runs by itself.
///
/// Events stay in the outbox until a server publishes them.
pub struct Local {
    app: App,
    database: Database,
}

impl Local {
    /// Opens the database (migrating it) and builds the use cases over it.
    ///
    /// # Errors
    /// When the database cannot be opened or migrated, or a secret is not usable.
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        let options = Options::default();
        let opened = Database::open(&config.database_url, &options).await;
        let database = opened.context("opening the database")?;
        let app = build(config, &database, Arc::new(InProcessBus::new(KEPT_EVENTS)))?;
        Ok(Self { app, database })
    }

    /// The use cases.
    #[must_use]
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Finishes writes under way and closes the database.
    pub async fn close(self) {
        self.database.close().await;
    }
}
