-- Users and organisations can be changed: each has a version, from 1 on.
alter table users add column version integer not null default 1;
alter table orgs add column version integer not null default 1;
create index sessions_user on sessions (user_id, id);
