-- A rule and where it stands, each with a version of its own: an edit and a move do not get in each other's way.
create table alert_rules (
    id               blob    not null primary key,
    org_id           blob    not null,
    version          integer not null,
    body             text    not null,
    standing_version integer not null,
    standing         text    not null
) strict;
create index alert_rules_org on alert_rules (org_id, id);

create table alerts (
    id           blob    not null primary key,
    org_id       blob    not null,
    rule_id      blob    not null,
    version      integer not null,
    severity     text    not null,
    ended_at     integer,
    acknowledged integer not null check (acknowledged in (0, 1)),
    body         text    not null
) strict;
create index alerts_org on alerts (org_id, id);
create index alerts_outstanding on alerts (org_id, acknowledged, ended_at, id);
create index alerts_rule on alerts (rule_id, id);
