drop table alert_deliveries;
drop table alert_routes;
