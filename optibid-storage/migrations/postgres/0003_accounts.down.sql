drop index sessions_user;
alter table orgs drop column version;
alter table users drop column version;
