-- A rule and where it stands, each with a version of its own: an edit and a move do not get in each other's way.
create table alert_rules (
    id               uuid    not null primary key,
    org_id           uuid    not null,
    version          bigint  not null,
    body             text    not null,
    standing_version bigint  not null,
    standing         text    not null
);
create index alert_rules_org on alert_rules (org_id, id);

create table alerts (
    id           uuid    not null primary key,
    org_id       uuid    not null,
    rule_id      uuid    not null,
    version      bigint  not null,
    severity     text    not null,
    ended_at     bigint,
    acknowledged boolean not null,
    body         text    not null
);
create index alerts_org on alerts (org_id, id);
create index alerts_outstanding on alerts (org_id, acknowledged, ended_at, id);
create index alerts_rule on alerts (rule_id, id);
