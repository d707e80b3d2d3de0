-- Secrets are kept apart from the route and as they are, because they sign.
create table alert_routes (
    id      blob    not null primary key,
    org_id  blob    not null,
    version integer not null,
    body    text    not null,
    secrets text    not null
) strict;
create index alert_routes_org on alert_routes (org_id, id);

-- Messages to routes: a delivery is sent by whoever raises its version.
create table alert_deliveries (
    id           blob    not null primary key,
    org_id       blob    not null,
    route_id     blob    not null references alert_routes (id),
    kind         text    not null,
    alert_id     blob,
    state        text    not null,
    version      integer not null,
    attempts     integer not null,
    due_at       integer,
    leased_until integer,
    created_at   integer not null,
    body         text    not null,
    last_at      integer,
    last         text
) strict;
create index alert_deliveries_due on alert_deliveries (state, due_at, id);
create index alert_deliveries_route on alert_deliveries (route_id, id);
create index alert_deliveries_last on alert_deliveries (route_id, last_at);
