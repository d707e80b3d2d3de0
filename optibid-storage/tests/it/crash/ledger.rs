//! What the children were told, and what the tables say.

use super::chance::random;
use optibid_storage::{Database, Options};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the children asked and were told.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The bid acknowledged under each key.
    bids: BTreeMap<String, String>,
    /// Keys that were asked and whose answer never came.
    unknown: BTreeSet<String>,
    /// Keys under which two different bids were acknowledged.
    contradicted: Vec<String>,
    /// Acknowledgements.
    acknowledged: u64,
    /// Keys whose request was cut off by a kill.
    cut: u64,
    /// Of those, the ones that turned out to be stored.
    found: u64,
    /// Requests that were answered with an error.
    failed: Vec<String>,
}

impl Told {
    /// Takes in what a child printed.
    pub(super) fn hear(&mut self, lines: &[String]) {
        let mut open = BTreeSet::new();
        for line in lines {
            let words: Vec<&str> = line.split(' ').collect();
            match *words.as_slice() {
                ["ask", key] => {
                    open.insert(key);
                    if !self.bids.contains_key(key) {
                        self.unknown.insert(key.to_owned());
                    }
                }
                ["told", key, bid, made] => {
                    open.remove(key);
                    self.found += u64::from(made == "kept" && self.unknown.contains(key));
                    self.acknowledge(key, bid);
                }
                ["failed", ..] => self.failed.push(line.clone()),
                _ => {}
            }
        }
        self.cut += u64::try_from(open.len()).unwrap();
    }

    fn acknowledge(&mut self, key: &str, bid: &str) {
        self.acknowledged += 1;
        self.unknown.remove(key);
        let before = self
            .bids
            .entry(key.to_owned())
            .or_insert_with(|| bid.to_owned());
        if before != bid {
            self.contradicted
                .push(format!("{key}: {before}, then {bid}"));
        }
    }

    /// Every unknown key twice, and two that were acknowledged: one a line.
    pub(super) fn to_ask_again(&self) -> String {
        let twice = self.unknown.iter().flat_map(|key| [key, key]);
        let known = (0..2).filter_map(|_| {
            let last = u64::try_from(self.bids.len()).unwrap().checked_sub(1)?;
            self.bids.keys().nth(random(0, last).try_into().unwrap())
        });
        known.chain(twice).map(|key| format!("{key}\n")).collect()
    }
}

/// What does not fit; all empty is good.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// Acknowledged bids that are not stored.
    pub(super) lost: Vec<String>,
    /// Keys with more than one bid.
    pub(super) doubled: Vec<String>,
    /// Keys whose answers named different bids.
    pub(super) contradicted: Vec<String>,
    /// Bids without exactly one event.
    pub(super) without_event: Vec<String>,
    /// Bids without exactly one message in the outbox.
    pub(super) without_message: Vec<String>,
    /// Bids without exactly one audit entry.
    pub(super) without_audit: Vec<String>,
    /// Bids without exactly one kept answer, under their key.
    pub(super) without_answer: Vec<String>,
    /// Rows of events, messages, audit entries or answers that belong to no bid.
    pub(super) stray: Vec<String>,
    /// What the database's own checks and the product's verification say.
    pub(super) unsound: Vec<String>,
    /// Requests that were answered with an error.
    pub(super) failed: Vec<String>,
    /// Keys whose outcome is not known yet.
    unknown: usize,
    told: (u64, u64, u64),
    stored: usize,
}

impl Verdict {
    /// Reads all tables and compares.
    pub(super) async fn of(url: &str, told: &Told) -> Self {
        let tables = Tables::read(url).await;
        let mut verdict = Self {
            contradicted: told.contradicted.clone(),
            failed: told.failed.clone(),
            unknown: told.unknown.len(),
            told: (told.acknowledged, told.cut, told.found),
            stored: tables.bids.len(),
            ..Self::default()
        };
        verdict.compare(&tables, told);
        verdict.unsound = tables.unsound;
        let database = Database::open(url, &Options::default()).await.unwrap();
        let report = database.verify().await.unwrap();
        database.close().await;
        verdict
            .unsound
            .extend(report.findings.iter().map(ToString::to_string));
        if report.bids != u64::try_from(verdict.stored).unwrap() {
            verdict
                .unsound
                .push(format!("the verification saw {} bids", report.bids));
        }
        verdict
    }

    fn compare(&mut self, tables: &Tables, told: &Told) {
        let mut by_key: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (bid, key) in &tables.bids {
            by_key.entry(key).or_default().push(bid);
        }
        for (key, bid) in &told.bids {
            if !by_key
                .get(&**key)
                .is_some_and(|bids| bids.contains(&&**bid))
            {
                self.lost.push(format!("{key}: {bid}"));
            }
        }
        for (key, bids) in by_key.iter().filter(|(_, bids)| bids.len() > 1) {
            self.doubled.push(format!("{key}: {} bids", bids.len()));
        }
        let asked = |key: &str| told.bids.contains_key(key) || told.unknown.contains(key);
        let stray = by_key
            .keys()
            .filter(|key| !asked(key))
            .map(|key| format!("bid under {key}"));
        self.stray.extend(stray);
        self.without_event = self.unmatched(tables, ("event", &tables.events));
        self.without_message = self.unmatched(tables, ("message", &tables.messages));
        self.without_audit = self.unmatched(tables, ("audit entry", &tables.audit));
        self.without_answer = self.unmatched(tables, ("answer", &tables.answers));
    }

    /// Bids that have not exactly one row of a kind with the right content.
    fn unmatched(&mut self, tables: &Tables, (kind, rows): (&str, &Rows)) -> Vec<String> {
        let mut of_bid: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (bid, content) in rows {
            of_bid.entry(bid).or_default().push(content);
            if !tables.bids.contains_key(bid) {
                self.stray.push(format!("{kind} of {bid}: {content}"));
            }
        }
        let wanted = |key: &str| match kind {
            "event" => "1 draft".to_owned(),
            "message" => "1".to_owned(),
            "audit entry" => "bid.draft".to_owned(),
            _ => key.to_owned(),
        };
        let fits =
            |bid: &str, key: &str| of_bid.get(bid).is_some_and(|rows| *rows == [wanted(key)]);
        let unmatched = tables.bids.iter().filter(|(bid, key)| !fits(bid, key));
        unmatched
            .map(|(bid, key)| format!("{bid} under {key}: {:?}", of_bid.get(&**bid)))
            .collect()
    }

    fn counts(&self) -> [(&'static str, &[String]); 10] {
        [
            ("acknowledged and lost", &self.lost),
            ("stored twice", &self.doubled),
            ("answered with two bids", &self.contradicted),
            ("without event", &self.without_event),
            ("without outbox message", &self.without_message),
            ("without audit entry", &self.without_audit),
            ("without kept answer", &self.without_answer),
            ("stray", &self.stray),
            ("findings of the verification", &self.unsound),
            ("answered with an error", &self.failed),
        ]
    }

    /// Takes errors for what they are when the server itself was killed: outcomes that are not known.
    pub(super) fn forgive_errors(mut self) -> Self {
        self.failed.clear();
        self
    }

    pub(super) fn is_clean(&self) -> bool {
        self.counts().iter().all(|(_, found)| found.is_empty())
    }

    /// Everything fits, and so much was going on that it means something.
    pub(super) fn assert_clean(&self, kills: u32) {
        assert!(self.is_clean(), "{self}");
        assert_eq!(self.unknown, 0, "outcomes that are not known: {self}");
        let (acknowledged, cut, _) = self.told;
        assert!(
            acknowledged >= u64::from(kills),
            "hardly anything was written: {self}"
        );
        assert!(
            cut >= u64::from(kills),
            "hardly a request was cut off: {self}"
        );
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (acknowledged, cut, found) = self.told;
        write!(
            f,
            "{acknowledged} acknowledgements, {} bids stored, {cut} requests cut off, {found} of them \
             found stored when asked again",
            self.stored
        )?;
        for (name, found) in self.counts() {
            write!(f, ", {} {name}", found.len())?;
            if let Some(first) = found.first() {
                write!(f, " ({first})")?;
            }
        }
        Ok(())
    }
}

/// Pairs of text.
type Rows = Vec<(String, String)>;

/// The rows, read without the product's code; ids are 32 hex digits.
struct Tables {
    /// Note, which is the key, by bid.
    bids: BTreeMap<String, String>,
    /// Bid, version and state of every event.
    events: Rows,
    /// Bid and version of every message.
    messages: Rows,
    /// Bid and action of every audit entry.
    audit: Rows,
    /// Bid and key of every kept answer.
    answers: Rows,
    unsound: Vec<String>,
}

impl Tables {
    async fn read(url: &str) -> Self {
        let sqlite = url.starts_with("sqlite");
        let mut source = Source::open(url).await;
        let bare = |(id, text): (String, String)| (id.replace('-', "").to_lowercase(), text);
        let [bids, events, messages, answers, integrity] = if sqlite { SQLITE } else { POSTGRES };
        let mut read =
            async |sql| -> Rows { source.pairs(sql).await.into_iter().map(bare).collect() };
        let audit = read("select subject, action from audit_log where subject like 'bid/%'").await;
        let without_prefix = |(id, action): (String, String)| (id.replace("bid/", ""), action);
        let unsound = read(integrity)
            .await
            .into_iter()
            .filter(|(_, found)| found != "ok");
        Self {
            unsound: unsound
                .map(|(check, found)| format!("{check}: {found}"))
                .collect(),
            bids: read(bids).await.into_iter().collect(),
            events: read(events).await,
            messages: read(messages).await,
            audit: audit.into_iter().map(without_prefix).collect(),
            answers: read(answers).await,
        }
    }
}

const SQLITE: [&str; 5] = [
    "select hex(id), body ->> '$.value.content.note' from bids",
    "select hex(bid_id), version || ' ' || to_state from bid_events",
    "select body ->> '$.value.kind.data.bid', cast(body ->> '$.value.kind.data.version' as text) from outbox",
    "select answer ->> '$.bid.id', key from idempotency_keys",
    "select 'integrity', integrity_check from pragma_integrity_check \
     union all select 'foreign key', \"table\" from pragma_foreign_key_check",
];

const POSTGRES: [&str; 5] = [
    "select id::text, body::json #>> '{value,content,note}' from bids",
    "select bid_id::text, version || ' ' || to_state from bid_events",
    "select body::json #>> '{value,kind,data,bid}', body::json #>> '{value,kind,data,version}' from outbox",
    "select answer::json #>> '{bid,id}', key from idempotency_keys",
    "select 'fsync', case current_setting('fsync') when 'on' then 'ok' else 'off' end",
];

/// A connection that shares nothing with the product's.
enum Source {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Source {
    async fn open(url: &str) -> Self {
        if url.starts_with("sqlite") {
            Self::Sqlite(SqliteConnection::connect(url).await.unwrap())
        } else {
            Self::Postgres(PgConnection::connect(url).await.unwrap())
        }
    }

    async fn pairs(&mut self, sql: &str) -> Rows {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Sqlite(source) => sqlx::query_as(sql).fetch_all(source).await.unwrap(),
            Self::Postgres(source) => sqlx::query_as(sql).fetch_all(source).await.unwrap(),
        }
    }
}
