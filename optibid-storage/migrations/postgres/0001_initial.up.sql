-- Ids are UUIDs, instants are microseconds since 1970 UTC, days are ISO dates, bodies are JSON text.

create table orgs (
    id         uuid    not null primary key,
    name       text    not null,
    created_at bigint  not null
);

create table users (
    id            uuid    not null primary key,
    org_id        uuid    not null references orgs (id),
    email         text    not null,
    name          text    not null,
    role          text    not null,
    password_hash text    not null,
    disabled      boolean not null,
    created_at    bigint  not null
);
create unique index users_email on users (email);
create index users_org on users (org_id, id);

create table sessions (
    id         uuid    not null primary key,
    user_id    uuid    not null references users (id),
    org_id     uuid    not null,
    created_at bigint  not null,
    expires_at bigint  not null,
    revoked_at bigint
);

create table refresh_tokens (
    hash       text    not null primary key,
    session_id uuid    not null references sessions (id),
    issued_at  bigint  not null,
    used_at    bigint
);
create index refresh_tokens_session on refresh_tokens (session_id);

create table bids (
    id           uuid    not null primary key,
    org_id       uuid    not null,
    market       text    not null,
    product      text    not null,
    delivery_day text    not null,
    state        text    not null,
    version      bigint  not null,
    body         text    not null
);
create index bids_org on bids (org_id, id);
create index bids_org_day on bids (org_id, delivery_day, id);
create index bids_state on bids (state, id);

create table bid_events (
    bid_id     uuid    not null references bids (id),
    version    bigint  not null,
    org_id     uuid    not null,
    from_state text,
    to_state   text    not null,
    actor_kind text    not null,
    actor_id   uuid,
    at         bigint  not null,
    reason     text    not null,
    primary key (bid_id, version)
);

create table awards (
    id        uuid    not null primary key,
    org_id    uuid    not null,
    bid_id    uuid    not null references bids (id),
    market    text    not null,
    product   text    not null,
    starts_at bigint  not null,
    body      text    not null
);
create index awards_org_start on awards (org_id, starts_at, id);
create index awards_bid on awards (bid_id);

create table settlements (
    id           uuid not null primary key,
    org_id       uuid not null,
    market       text not null,
    delivery_day text not null,
    body         text not null
);
create index settlements_org_day on settlements (org_id, delivery_day, id);

-- The nil owner is the public.
create table price_series (
    id       bigint  not null generated always as identity primary key,
    owner_id uuid    not null,
    market   text collate "C"    not null,
    product  text collate "C"    not null,
    location text collate "C"    not null
);
create unique index price_series_key on price_series (market, product, location, owner_id);

create table prices (
    series_id  bigint  not null references price_series (id),
    starts_at  bigint  not null,
    seconds    bigint  not null,
    known_at   bigint  not null,
    price      bigint  not null,
    components text,
    primary key (series_id, starts_at, seconds, known_at)
);

create table assets (
    id      uuid    not null primary key,
    org_id  uuid    not null,
    version bigint  not null,
    body    text    not null
);
create index assets_org on assets (org_id, id);

create table availability (
    asset_id  uuid    not null references assets (id),
    position  bigint  not null,
    org_id    uuid    not null,
    starts_at bigint  not null,
    body      text    not null,
    primary key (asset_id, position)
);

create table telemetry (
    asset_id uuid    not null references assets (id),
    at       bigint  not null,
    org_id   uuid    not null,
    body     text    not null,
    primary key (asset_id, at)
);

create table jobs (
    id               uuid    not null primary key,
    org_id           uuid    not null,
    author_id        uuid    not null,
    kind             text    not null,
    state            text    not null,
    spec             text    not null,
    done             bigint  not null,
    total            bigint  not null,
    attempts         bigint  not null,
    cancel_requested boolean not null,
    leased_until     bigint ,
    error            text,
    result           text,
    created_at       bigint  not null,
    updated_at       bigint  not null
);
create index jobs_org on jobs (org_id, id);
create index jobs_state on jobs (state, id);

-- The hash covers the instant to the nanosecond, so it is kept as the text that was hashed (RFC 3339).
create table audit_log (
    sequence   bigint  not null primary key,
    org_id     uuid,
    actor_kind text    not null,
    actor_id   uuid,
    action     text    not null,
    subject    text    not null,
    at         text    not null,
    request_id text,
    detail     text    not null,
    previous   text    not null,
    hash       text    not null
);
create index audit_log_org on audit_log (org_id, sequence);
create index audit_log_subject on audit_log (org_id, subject, sequence);

-- The end of the chain, in one row: what every write that leaves a trail locks first.
create table audit_head (
    id       bigint  not null primary key check (id = 1),
    sequence bigint  not null,
    hash     text    not null
);
insert into audit_head (id, sequence, hash)
values (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

create table outbox (
    sequence bigint not null generated always as identity primary key,
    event_id uuid    not null,
    org_id   uuid,
    topic    text    not null,
    body     text    not null
);
create unique index outbox_event on outbox (event_id);

create table idempotency_keys (
    org_id      uuid    not null,
    key         text    not null,
    operation   text    not null,
    fingerprint text    not null,
    answer      text    not null,
    at          bigint  not null,
    primary key (org_id, key)
);
create index idempotency_keys_at on idempotency_keys (at);

create table settings (
    name  text not null primary key,
    value text not null
);
