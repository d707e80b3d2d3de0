-- Ids are 16-byte blobs (UUID), instants are microseconds since 1970 UTC, days are ISO dates, bodies are JSON text.

create table orgs (
    id         blob    not null primary key,
    name       text    not null,
    created_at integer not null
) strict;

create table users (
    id            blob    not null primary key,
    org_id        blob    not null references orgs (id),
    email         text    not null,
    name          text    not null,
    role          text    not null,
    password_hash text    not null,
    disabled      integer not null check (disabled in (0, 1)),
    created_at    integer not null
) strict;
create unique index users_email on users (email);
create index users_org on users (org_id, id);

create table sessions (
    id         blob    not null primary key,
    user_id    blob    not null references users (id),
    org_id     blob    not null,
    created_at integer not null,
    expires_at integer not null,
    revoked_at integer
) strict;

create table refresh_tokens (
    hash       text    not null primary key,
    session_id blob    not null references sessions (id),
    issued_at  integer not null,
    used_at    integer
) strict;
create index refresh_tokens_session on refresh_tokens (session_id);

create table bids (
    id           blob    not null primary key,
    org_id       blob    not null,
    market       text    not null,
    product      text    not null,
    delivery_day text    not null,
    state        text    not null,
    version      integer not null,
    body         text    not null
) strict;
create index bids_org on bids (org_id, id);
create index bids_org_day on bids (org_id, delivery_day, id);
create index bids_state on bids (state, id);

create table bid_events (
    bid_id     blob    not null references bids (id),
    version    integer not null,
    org_id     blob    not null,
    from_state text,
    to_state   text    not null,
    actor_kind text    not null,
    actor_id   blob,
    at         integer not null,
    reason     text    not null,
    primary key (bid_id, version)
) strict, without rowid;

create table awards (
    id        blob    not null primary key,
    org_id    blob    not null,
    bid_id    blob    not null references bids (id),
    market    text    not null,
    product   text    not null,
    starts_at integer not null,
    body      text    not null
) strict;
create index awards_org_start on awards (org_id, starts_at, id);
create index awards_bid on awards (bid_id);

create table settlements (
    id           blob not null primary key,
    org_id       blob not null,
    market       text not null,
    delivery_day text not null,
    body         text not null
) strict;
create index settlements_org_day on settlements (org_id, delivery_day, id);

-- An owner of sixteen zero bytes is the public.
create table price_series (
    id       integer not null primary key,
    owner_id blob    not null,
    market   text    not null,
    product  text    not null,
    location text    not null
) strict;
create unique index price_series_key on price_series (market, product, location, owner_id);

create table prices (
    series_id  integer not null references price_series (id),
    starts_at  integer not null,
    seconds    integer not null,
    known_at   integer not null,
    price      integer not null,
    components text,
    primary key (series_id, starts_at, seconds, known_at)
) strict, without rowid;

create table assets (
    id      blob    not null primary key,
    org_id  blob    not null,
    version integer not null,
    body    text    not null
) strict;
create index assets_org on assets (org_id, id);

create table availability (
    asset_id  blob    not null references assets (id),
    position  integer not null,
    org_id    blob    not null,
    starts_at integer not null,
    body      text    not null,
    primary key (asset_id, position)
) strict, without rowid;

create table telemetry (
    asset_id blob    not null references assets (id),
    at       integer not null,
    org_id   blob    not null,
    body     text    not null,
    primary key (asset_id, at)
) strict, without rowid;

create table jobs (
    id               blob    not null primary key,
    org_id           blob    not null,
    author_id        blob    not null,
    kind             text    not null,
    state            text    not null,
    spec             text    not null,
    done             integer not null,
    total            integer not null,
    attempts         integer not null,
    cancel_requested integer not null check (cancel_requested in (0, 1)),
    leased_until     integer,
    error            text,
    result           text,
    created_at       integer not null,
    updated_at       integer not null
) strict;
create index jobs_org on jobs (org_id, id);
create index jobs_state on jobs (state, id);

-- The hash covers the instant to the nanosecond, so it is kept as the text that was hashed (RFC 3339).
create table audit_log (
    sequence   integer not null primary key,
    org_id     blob,
    actor_kind text    not null,
    actor_id   blob,
    action     text    not null,
    subject    text    not null,
    at         text    not null,
    request_id text,
    detail     text    not null,
    previous   text    not null,
    hash       text    not null
) strict;
create index audit_log_org on audit_log (org_id, sequence);
create index audit_log_subject on audit_log (org_id, subject, sequence);

-- The end of the chain, in one row: what every write that leaves a trail locks first.
create table audit_head (
    id       integer not null primary key check (id = 1),
    sequence integer not null,
    hash     text    not null
) strict;
insert into audit_head (id, sequence, hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

create table outbox (
    sequence integer not null primary key autoincrement,
    event_id blob    not null,
    org_id   blob,
    topic    text    not null,
    body     text    not null
) strict;
create unique index outbox_event on outbox (event_id);

create table idempotency_keys (
    org_id      blob    not null,
    key         text    not null,
    operation   text    not null,
    fingerprint text    not null,
    answer      text    not null,
    at          integer not null,
    primary key (org_id, key)
) strict, without rowid;
create index idempotency_keys_at on idempotency_keys (at);

create table settings (
    name  text not null primary key,
    value text not null
) strict;
