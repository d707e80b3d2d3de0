use crate::dialect::Dialect;

/// PostgreSQL's spelling.
pub(crate) static DIALECT: Dialect = Dialect {
    begin: "begin isolation level read committed",
    lock_head: "select sequence, hash from audit_head where id = 1 for update",
    append_audit: "insert into audit_log (sequence, org_id, actor_kind, actor_id, action, subject, at, \
         request_id, detail, previous, hash) \
         select (v ->> 0)::bigint, (v ->> 1)::uuid, v ->> 2, (v ->> 3)::uuid, v ->> 4, v ->> 5, \
         v ->> 6, v ->> 7, v ->> 8, v ->> 9, v ->> 10 \
         from json_array_elements($1::json) with ordinality as t (v, n) order by n",
    append_outbox: "insert into outbox (event_id, org_id, topic, body) \
         select (v ->> 0)::uuid, (v ->> 1)::uuid, v ->> 2, v ->> 3 \
         from json_array_elements($1::json) with ordinality as t (v, n) order by n",
    append_deliveries: "insert into alert_deliveries (id, org_id, route_id, kind, alert_id, state, \
         version, attempts, due_at, leased_until, created_at, body, last_at, last) \
         select (v ->> 0)::uuid, (v ->> 1)::uuid, (v ->> 2)::uuid, v ->> 3, (v ->> 4)::uuid, v ->> 5, \
         (v ->> 6)::bigint, (v ->> 7)::bigint, (v ->> 8)::bigint, (v ->> 9)::bigint, \
         (v ->> 10)::bigint, v ->> 11, (v ->> 12)::bigint, v ->> 13 \
         from json_array_elements($1::json) with ordinality as t (v, n) \
         where exists (select 1 from alert_routes where id = (v ->> 2)::uuid \
         and org_id = (v ->> 1)::uuid) order by n on conflict (id) do nothing",
    remove_outbox: "delete from outbox where sequence in \
         (select v::bigint from json_array_elements_text($1::json) as t (v))",
    bids: "select body from bids where org_id = $1 and ($2 is null or market = $2) \
         and ($3 is null or product = $3) and ($4 is null or delivery_day = $4) \
         and ($5 is null or state in (select json_array_elements_text($5::json))) \
         and ($6 is null or id < $6) order by id desc limit $7",
    open_bids: "select body from bids \
         where state in (select json_array_elements_text($1::json)) \
         and ($2 is null or id > $2) order by id limit $3",
    count_telemetry: "select count(*) from telemetry where asset_id = $1 \
         and at in (select v::bigint from json_array_elements_text($2::json) as t (v))",
    put_telemetry: "insert into telemetry (asset_id, org_id, at, body) \
         select $1, $2, (v ->> 0)::bigint, v ->> 1 from json_array_elements($3::json) as t (v) \
         on conflict (asset_id, at) do update set body = excluded.body",
    put_awards: "insert into awards (id, org_id, bid_id, market, product, starts_at, body) \
         select (v ->> 0)::uuid, $1, $2, v ->> 1, v ->> 2, (v ->> 3)::bigint, v ->> 4 \
         from json_array_elements($3::json) as t (v) on conflict (id) do nothing",
    claim_job: "update jobs set state = 'running', attempts = attempts + 1, leased_until = $2, \
         updated_at = $1 where id = (select id from jobs where state = 'queued' \
         or (state = 'running' and (leased_until is null or leased_until < $1)) \
         order by id limit 1 for update skip locked) returning id, org_id, author_id, state, spec, \
         done, total, attempts, cancel_requested, leased_until, error, result, created_at, updated_at",
    lock_series: "select id from price_series where id = $1 for update",
    put_prices: "insert into prices (series_id, starts_at, seconds, known_at, price, components) \
         select $1, (v ->> 0)::bigint, (v ->> 1)::bigint, (v ->> 2)::bigint, (v ->> 3)::bigint, \
         v ->> 4 from json_array_elements($2::json) as t (v) \
         on conflict (series_id, starts_at, seconds, known_at) \
         do update set price = excluded.price, components = excluded.components",
    latest_prices: "select s.market, s.product, s.location, p.starts_at, p.seconds, p.known_at, \
         p.price, p.components from price_series s cross join lateral (select * from prices \
         where series_id = s.id and ($6 is null or starts_at <= $6) order by starts_at desc, seconds desc, known_at desc limit 1) p \
         where (s.owner_id = '00000000-0000-0000-0000-000000000000' or s.owner_id = $1) \
         and ($2 is null or s.market = $2) and ($3 is null or s.product = $3) \
         and ($4 is null or s.location = $4) \
         order by s.market, s.product, s.location, s.owner_id limit $5",
    create_migrations: "create table if not exists schema_migrations (version bigint not null \
         primary key, name text not null, checksum text not null)",
    lock_migrations: "select 1 from pg_advisory_xact_lock(6237481950273)",
    // PostgreSQL checks its pages itself when it reads them.
    integrity: "select 'ok'",
    begin_snapshot: "begin isolation level repeatable read read only",
    one_writer: false,
    // A batch that has to keep its acts apart takes a savepoint each, and more than 64 in a transaction
    // are slower to look up.
    max_batch: 64,
};
