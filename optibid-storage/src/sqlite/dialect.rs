use crate::dialect::Dialect;

/// SQLite's spelling.
pub(crate) static DIALECT: Dialect = Dialect {
    begin: "begin immediate",
    lock_head: "select sequence, hash from audit_head where id = 1",
    append_audit: "insert into audit_log (sequence, org_id, actor_kind, actor_id, action, subject, at, \
         request_id, detail, previous, hash) \
         select value ->> 0, unhex(value ->> 1), value ->> 2, unhex(value ->> 3), value ->> 4, \
         value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, value ->> 10 \
         from json_each($1) order by key",
    append_outbox: "insert into outbox (event_id, org_id, topic, body) \
         select unhex(value ->> 0), unhex(value ->> 1), value ->> 2, value ->> 3 \
         from json_each($1) order by key",
    append_deliveries: "insert into alert_deliveries (id, org_id, route_id, kind, alert_id, state, \
         version, attempts, due_at, leased_until, created_at, body, last_at, last) \
         select unhex(value ->> 0), unhex(value ->> 1), unhex(value ->> 2), value ->> 3, \
         unhex(value ->> 4), value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 9, \
         value ->> 10, value ->> 11, value ->> 12, value ->> 13 from json_each($1) \
         where exists (select 1 from alert_routes where id = unhex(value ->> 2) \
         and org_id = unhex(value ->> 1)) order by key on conflict (id) do nothing",
    remove_outbox: "delete from outbox where sequence in (select value from json_each($1))",
    bids: "select body from bids where org_id = $1 and ($2 is null or market = $2) \
         and ($3 is null or product = $3) and ($4 is null or delivery_day = $4) \
         and ($5 is null or state in (select value from json_each($5))) \
         and ($6 is null or id < $6) order by id desc limit $7",
    open_bids: "select body from bids where state in (select value from json_each($1)) \
         and ($2 is null or id > $2) order by id limit $3",
    count_telemetry: "select count(*) from telemetry where asset_id = $1 \
         and at in (select value from json_each($2))",
    put_telemetry: "insert into telemetry (asset_id, org_id, at, body) \
         select $1, $2, value ->> 0, value ->> 1 from json_each($3) where true \
         on conflict (asset_id, at) do update set body = excluded.body",
    put_awards: "insert into awards (id, org_id, bid_id, market, product, starts_at, body) \
         select unhex(value ->> 0), $1, $2, value ->> 1, value ->> 2, value ->> 3, value ->> 4 \
         from json_each($3) where true on conflict (id) do nothing",
    claim_job: "update jobs set state = 'running', attempts = attempts + 1, leased_until = $2, \
         updated_at = $1 where id = (select id from jobs where state = 'queued' \
         or (state = 'running' and (leased_until is null or leased_until < $1)) \
         order by id limit 1) returning id, org_id, author_id, state, spec, done, total, attempts, \
         cancel_requested, leased_until, error, result, created_at, updated_at",
    // The write transaction keeps every other writer out already.
    lock_series: "select id from price_series where id = $1",
    put_prices: "insert into prices (series_id, starts_at, seconds, known_at, price, components) \
         select $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 \
         from json_each($2) where true \
         on conflict (series_id, starts_at, seconds, known_at) \
         do update set price = excluded.price, components = excluded.components",
    latest_prices: "select s.market, s.product, s.location, p.starts_at, p.seconds, p.known_at, \
         p.price, p.components from price_series s join prices p on p.series_id = s.id \
         and (p.starts_at, p.seconds, p.known_at) = (select starts_at, seconds, known_at from prices \
         where series_id = s.id and ($6 is null or starts_at <= $6) order by starts_at desc, seconds desc, known_at desc limit 1) \
         where (s.owner_id = x'00000000000000000000000000000000' or s.owner_id = $1) \
         and ($2 is null or s.market = $2) and ($3 is null or s.product = $3) \
         and ($4 is null or s.location = $4) \
         order by s.market, s.product, s.location, s.owner_id limit $5",
    create_migrations: "create table if not exists schema_migrations (version integer not null \
         primary key, name text not null, checksum text not null) strict",
    // `begin immediate` does it.
    lock_migrations: "select 1",
    integrity: "pragma integrity_check",
    begin_snapshot: "begin deferred",
    one_writer: true,
    max_batch: 256,
};
