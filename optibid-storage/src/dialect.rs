//! The statements that the two databases spell differently.

/// What one database calls what the stores need; everything else is SQL that both understand.
///
/// Lists are bound as JSON text, so that a statement is a literal whatever their length.
pub(crate) struct Dialect {
    /// Starts a transaction that writes.
    pub(crate) begin: &'static str,
    /// Locks and answers `sequence, hash` of the audit chain's end.
    pub(crate) lock_head: &'static str,
    /// Adds audit entries: `$1` is `[[sequence, org, actor kind, actor, action, subject, at, request,
    /// detail, previous, hash], …]`, ids in hex.
    pub(crate) append_audit: &'static str,
    /// Adds messages in order: `$1` is `[[event, org, topic, body], …]`, ids in hex.
    pub(crate) append_outbox: &'static str,
    /// Adds deliveries whose routes are there: `$1` is `[[id, org, route, kind, alert, state, version, attempts, due,
    /// lease, created, body, last attempt at, last attempt], …]`, ids in hex.
    pub(crate) append_deliveries: &'static str,
    /// Removes messages: `$1` is `[sequence, …]`.
    pub(crate) remove_outbox: &'static str,
    /// Bids of an organisation `$1`, market `$2`, product `$3`, day `$4`, states `$5`, below id `$6`, at
    /// most `$7`.
    pub(crate) bids: &'static str,
    /// Bids in states `$1` above id `$2`, the oldest first, at most `$3`.
    pub(crate) open_bids: &'static str,
    /// Counts telemetry of asset `$1` at the instants `$2`.
    pub(crate) count_telemetry: &'static str,
    /// Stores telemetry of asset `$1` and organisation `$2`: `$3` is `[[at, body], …]`.
    pub(crate) put_telemetry: &'static str,
    /// Stores awards of organisation `$1` and bid `$2` that are not there: `$3` is `[[id, market, product,
    /// start, body], …]`, ids in hex.
    pub(crate) put_awards: &'static str,
    /// Takes up the oldest claimable job: now `$1`, lease `$2`.
    pub(crate) claim_job: &'static str,
    /// Locks the price series `$1` for this transaction.
    pub(crate) lock_series: &'static str,
    /// Stores prices of series `$1`: `$2` is `[[start, seconds, known at, price, components], …]`.
    pub(crate) put_prices: &'static str,
    /// The newest price of every series seen by `$1`: market `$2`, product `$3`, location `$4`, at most `$5`.
    pub(crate) latest_prices: &'static str,
    /// Makes the table that remembers applied migrations, unless it is there.
    pub(crate) create_migrations: &'static str,
    /// Keeps other migrators out until the transaction ends.
    pub(crate) lock_migrations: &'static str,
    /// Answers one text a row about the health of the files; `ok` alone is good.
    pub(crate) integrity: &'static str,
    /// Starts a transaction that sees one state of the database throughout.
    pub(crate) begin_snapshot: &'static str,
    /// Whether the database lets one transaction write at a time.
    pub(crate) one_writer: bool,
    /// Most acts in one transaction.
    pub(crate) max_batch: usize,
}
