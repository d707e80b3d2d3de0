drop table alerts;
drop table alert_rules;
