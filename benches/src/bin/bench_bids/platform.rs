//! OptiBid's use case over a database.

use crate::row::{Row, one_row};
use anyhow::{Context, ensure};
use jiff::{SignedDuration, Timestamp};
use optibid_core::app::{App, DraftMode, RequestKey};
use optibid_core::auth::Principal;
use optibid_core::bid::BidContent;
use optibid_core::ports::{Clock, Ids};
use optibid_core::testing::fixtures::{self, Tenant};
use optibid_storage::{Database, Options};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// The use cases, a caller and a bid to draft again and again.
pub(crate) struct Platform {
    database: Database,
    app: App,
    who: Principal,
    content: BidContent,
    acknowledged: AtomicU64,
}

struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

struct RandomIds;

impl Ids for RandomIds {
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }
}

impl Platform {
    /// Opens the database and founds an organisation.
    pub(crate) async fn open(url: &str) -> anyhow::Result<Self> {
        let database = Database::open(url, &Options::default()).await?;
        let tenant = Tenant::numbered(1);
        let trail = fixtures::trail(&tenant.user, "org.found");
        let stores = database.stores();
        stores
            .accounts
            .insert_org(&tenant.org, &tenant.user, &trail)
            .await?;
        let day = Timestamp::now() + SignedDuration::from_hours(72);
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).date();
        Ok(Self {
            app: fixtures::app(stores, Arc::new(SystemClock), Arc::new(RandomIds)),
            database,
            who: tenant.principal(),
            content: fixtures::ercot_dam_content(day),
            acknowledged: AtomicU64::new(0),
        })
    }

    /// Drafts a bid for a day of 24 hours under a key of its own and waits for the acknowledgement.
    pub(crate) async fn draft(&self) -> anyhow::Result<()> {
        let content = self.content.clone();
        let key = RequestKey::new(&Uuid::now_v7().to_string(), &content)?;
        self.app
            .draft_bid(&self.who, content, DraftMode::Strict, &key)
            .await?;
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }

    /// Drafts a bid and reads the rows that it became.
    pub(crate) async fn one_row(&self, url: &str) -> anyhow::Result<Row> {
        self.draft().await?;
        one_row(url).await
    }

    /// Checks that what was acknowledged is there and whole.
    pub(crate) async fn close(&self) -> anyhow::Result<String> {
        let kept = self.database.stores().outbox.unpublished(u32::MAX).await;
        let kept = kept.context("reading the outbox")?.len();
        let report = self.database.verify().await?;
        self.database.close().await;
        let acknowledged = self.acknowledged.load(Ordering::Relaxed);
        ensure!(
            report.audit_entries == acknowledged + 1,
            "{report:?} after {acknowledged} bids"
        );
        ensure!(
            kept as u64 == acknowledged,
            "{kept} events after {acknowledged} bids"
        );
        ensure!(report.is_sound(), "{report:?}");
        Ok(format!(
            "{acknowledged} bids acknowledged, all with event and link of the audit chain, which verifies"
        ))
    }
}
