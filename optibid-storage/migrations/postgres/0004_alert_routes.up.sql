-- Secrets are kept apart from the route and as they are, because they sign.
create table alert_routes (
    id      uuid    not null primary key,
    org_id  uuid    not null,
    version bigint  not null,
    body    text    not null,
    secrets text    not null
);
create index alert_routes_org on alert_routes (org_id, id);

-- Messages to routes: a delivery is sent by whoever raises its version.
create table alert_deliveries (
    id           uuid    not null primary key,
    org_id       uuid    not null,
    route_id     uuid    not null references alert_routes (id),
    kind         text    not null,
    alert_id     uuid,
    state        text    not null,
    version      bigint  not null,
    attempts     bigint  not null,
    due_at       bigint,
    leased_until bigint,
    created_at   bigint  not null,
    body         text    not null,
    last_at      bigint,
    last         text
);
create index alert_deliveries_due on alert_deliveries (state, due_at, id);
create index alert_deliveries_route on alert_deliveries (route_id, id);
create index alert_deliveries_last on alert_deliveries (route_id, last_at);
