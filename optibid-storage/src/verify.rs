//! Whether what is stored fits together.

use crate::fault::SqlError;
use crate::row::{Row, stored};
use crate::sql::{Connection, Value, values};
use crate::store::{SqlStore, audit};
use optibid_core::audit::{AuditEntry, ChainVerifier};
use optibid_core::bid::BidState;
use optibid_core::ports::StoreError;
use uuid::Uuid;

/// Audit entries and events of bids read at a time.
const CHUNK: i64 = 1_000;

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// The database says that its files are damaged.
    Files {
        /// Its words.
        detail: String,
    },
    /// The audit chain is broken.
    AuditChain {
        /// Where and how.
        detail: String,
    },
    /// A bid's events are not numbered 1, 2, … up to its version.
    BidHistory {
        /// The bid.
        bid: String,
        /// Its version.
        version: u64,
        /// Number of its events.
        events: u64,
    },
    /// An event of a bid does not begin where the one before it led, or the lifecycle has no such move.
    BidMove {
        /// The bid.
        bid: String,
        /// The version the event led to.
        version: u64,
        /// The state before, as the event has it.
        from: Option<String>,
        /// The state after, as the event has it.
        to: String,
    },
    /// A bid's state is not the one its last event led to.
    BidState {
        /// The bid.
        bid: String,
    },
    /// No audit entry of the bid's organisation is about it.
    BidWithoutTrace {
        /// The bid.
        bid: String,
    },
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Files { detail } => write!(f, "files: {detail}"),
            Self::AuditChain { detail } => write!(f, "{detail}"),
            Self::BidHistory {
                bid,
                version,
                events,
            } => {
                write!(
                    f,
                    "bid {bid} is at version {version} and has {events} events in a row"
                )
            }
            Self::BidMove {
                bid,
                version,
                from,
                to,
            } => {
                let from = from.as_deref().unwrap_or("nothing");
                write!(
                    f,
                    "event {version} of bid {bid} cannot have led from {from} to {to}"
                )
            }
            Self::BidState { bid } => write!(f, "bid {bid} is not where its last event led"),
            Self::BidWithoutTrace { bid } => write!(f, "bid {bid} has no audit entry"),
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of bids.
    pub bids: u64,
    /// Number of events of bids.
    pub bid_events: u64,
    /// Number of audit entries that fit.
    pub audit_entries: u64,
    /// Hash of the last of them.
    pub audit_head: String,
    /// Number of events that wait to be published.
    pub unpublished: u64,
    /// What does not fit; empty is good.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether everything fits.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Checks everything in one snapshot.
pub(crate) async fn verify(store: &SqlStore) -> Result<Report, StoreError> {
    let mut snapshot = Snapshot(store.connector.connect().await?);
    let mut report = Report::default();
    for mut row in snapshot
        .rows("integrity", store.dialect.integrity, Vec::new())
        .await?
    {
        let detail = row.text("integrity")?;
        if detail != "ok" {
            report.findings.push(Finding::Files { detail });
        }
    }
    snapshot
        .0
        .execute(store.dialect.begin_snapshot, Vec::new())
        .await?;
    let checked = check(&mut snapshot, &mut report).await;
    snapshot.0.close().await;
    checked.map(|()| report)
}

async fn check(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    check_chain(snapshot, report).await?;
    check_bids(snapshot, report).await?;
    check_moves(snapshot, report).await?;
    report.bids = snapshot.count("select count(*) from bids").await?;
    report.bid_events = snapshot.count("select count(*) from bid_events").await?;
    report.unpublished = snapshot.count("select count(*) from outbox").await?;
    Ok(())
}

struct Snapshot(Box<dyn Connection>);

impl Snapshot {
    async fn rows(
        &mut self,
        kind: &'static str,
        sql: &'static str,
        values: Vec<Value>,
    ) -> Result<Vec<Row>, SqlError> {
        let rows = self.0.rows(sql, values).await?;
        Ok(rows
            .into_iter()
            .map(|cells| Row::new(kind, cells))
            .collect())
    }

    async fn count(&mut self, sql: &'static str) -> Result<u64, StoreError> {
        let row = self
            .rows("count", sql, Vec::new())
            .await?
            .into_iter()
            .next();
        row.map_or(Ok(0), |mut row| row.count("count"))
    }
}

async fn check_chain(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let mut verifier = ChainVerifier::default();
    let broken = 'walk: loop {
        let after = stored(verifier.head().0);
        let rows = snapshot
            .rows("audit entry", audit::CHAIN, values![after, CHUNK])
            .await?;
        if rows.is_empty() {
            break None;
        }
        for row in rows {
            let entry: AuditEntry = audit::entry(row)?;
            if let Err(error) = verifier.check(&entry) {
                break 'walk Some(error.to_string());
            }
        }
    };
    let (sequence, hash) = verifier.head();
    (report.audit_entries, report.audit_head) = (sequence, hash.to_owned());
    let sql = "select sequence, hash from audit_head where id = 1";
    let head = snapshot
        .rows("audit head", sql, Vec::new())
        .await?
        .into_iter()
        .next();
    let noted =
        head.map(|mut row| Ok::<_, StoreError>((row.count("sequence")?, row.text("hash")?)));
    let noted = noted.transpose()?;
    let detail = match (broken, noted) {
        (Some(detail), _) => Some(detail),
        // Entries cut off at the end leave a chain that fits; only its noted end tells.
        (None, noted) if noted != Some((sequence, hash.to_owned())) => Some(format!(
            "the audit chain ends at {sequence}, and its noted end is {noted:?}"
        )),
        _ => None,
    };
    report
        .findings
        .extend(detail.map(|detail| Finding::AuditChain { detail }));
    Ok(())
}

async fn check_bids(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "select b.id, b.version, count(e.version), coalesce(max(e.version), 0), \
         coalesce(min(e.version), 0) from bids b left join bid_events e \
         on e.bid_id = b.id and e.org_id = b.org_id group by b.id, b.version \
         having count(e.version) <> b.version or max(e.version) <> b.version or min(e.version) <> 1";
    for mut row in snapshot.rows("bid", sql, Vec::new()).await? {
        let bid = row.id("id")?.to_string();
        let (version, events) = (row.count("version")?, row.count("events")?);
        report.findings.push(Finding::BidHistory {
            bid,
            version,
            events,
        });
    }
    let sql = "select b.id from bids b join bid_events e on e.bid_id = b.id \
         and e.version = b.version where e.to_state <> b.state";
    for mut row in snapshot.rows("bid", sql, Vec::new()).await? {
        report.findings.push(Finding::BidState {
            bid: row.id("id")?.to_string(),
        });
    }
    for bid in untraced(snapshot).await? {
        report.findings.push(Finding::BidWithoutTrace { bid });
    }
    Ok(())
}

/// An event of a bid, as far as it is a move.
struct Move {
    bid: Uuid,
    version: u64,
    from: Option<String>,
    to: String,
}

impl Move {
    fn read(mut row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            bid: row.id("bid_id")?,
            version: row.count("version")?,
            from: row.opt_text("from_state")?,
            to: row.text("to_state")?,
        })
    }

    /// Whether it is a move of the lifecycle that begins where the event before it led. Where that one
    /// is missing, which is a finding of its own, only the move itself is looked at.
    fn fits_after(&self, before: Option<&Self>) -> bool {
        let Ok(to) = self.to.parse::<BidState>() else {
            return false;
        };
        let Some(from) = &self.from else {
            return self.version == 1 && to == BidState::Draft;
        };
        let before = before.filter(|b| b.bid == self.bid && b.version + 1 == self.version);
        self.version != 1
            && before.is_none_or(|before| before.to == *from)
            && from.parse().is_ok_and(|from: BidState| from.may_become(to))
    }
}

async fn check_moves(snapshot: &mut Snapshot, report: &mut Report) -> Result<(), StoreError> {
    let sql = "select bid_id, version, from_state, to_state from bid_events \
         where (bid_id, version) > ($1, $2) order by bid_id, version limit $3";
    let mut before: Option<Move> = None;
    loop {
        let (bid, version) = before
            .as_ref()
            .map_or((Uuid::nil(), 0), |b| (b.bid, stored(b.version)));
        let rows = snapshot
            .rows("bid event", sql, values![bid, version, CHUNK])
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            let event = Move::read(row)?;
            if !event.fits_after(before.as_ref()) {
                report.findings.push(Finding::BidMove {
                    bid: event.bid.to_string(),
                    version: event.version,
                    from: event.from.clone(),
                    to: event.to.clone(),
                });
            }
            before = Some(event);
        }
    }
}

/// Bids that no audit entry names.
async fn untraced(snapshot: &mut Snapshot) -> Result<Vec<String>, StoreError> {
    use std::collections::BTreeSet;
    let sql = "select distinct subject from audit_log where subject like 'bid/%'";
    let mut traced = BTreeSet::new();
    for mut row in snapshot.rows("audit entry", sql, Vec::new()).await? {
        traced.insert(row.text("subject")?);
    }
    let mut untraced = Vec::new();
    for mut row in snapshot
        .rows("bid", "select id from bids", Vec::new())
        .await?
    {
        let bid = row.id("id")?.to_string();
        if !traced.contains(&format!("bid/{bid}")) {
            untraced.push(bid);
        }
    }
    Ok(untraced)
}
