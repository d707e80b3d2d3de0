//! Webhooks that are told of alarms, and what became of each message.

use crate::methods::operations;
use optibid_core::api::{AlertRouteSecretView, AlertRouteView, DeliveryView, ListParams, ListView};
use optibid_core::id::{AlertRouteId, DeliveryId};
use optibid_core::webhook::AlertRouteContent;

operations! {
    /// The organisation's routes, the newest first.
    "listAlertRoutes" GET "/api/alert-routes"
    list_alert_routes(params: &ListParams) -> ListView<AlertRouteView> = from_json, query(params);

    /// Makes a route; its secret is in this answer and nowhere else.
    "createAlertRoute" POST "/api/alert-routes"
    create_alert_route(content: &AlertRouteContent) -> AlertRouteSecretView = from_json, json(content);

    /// One route, and how its last delivery went.
    "getAlertRoute" GET "/api/alert-routes/{id}"
    get_alert_route(id: AlertRouteId) -> AlertRouteView = from_json, path("id", id);

    /// Changes a route that still has that version.
    "editAlertRoute" PUT "/api/alert-routes/{id}"
    edit_alert_route(id: AlertRouteId, version: u64, content: &AlertRouteContent) -> AlertRouteView = from_json,
    path("id", id), json(content), if_match(version);

    /// Removes a route with its deliveries.
    "removeAlertRoute" DELETE "/api/alert-routes/{id}"
    remove_alert_route(id: AlertRouteId) -> () = from_nothing, path("id", id);

    /// Sends a signed test message now, once, and answers with how it went.
    "testAlertRoute" POST "/api/alert-routes/{id}/test"
    test_alert_route(id: AlertRouteId) -> DeliveryView = from_json, path("id", id);

    /// Gives a route another secret, which is in this answer and nowhere else.
    "rotateAlertRouteSecret" POST "/api/alert-routes/{id}/rotate-secret"
    rotate_alert_route_secret(id: AlertRouteId) -> AlertRouteSecretView = from_json, path("id", id);

    /// Messages to a route, the newest first.
    "listDeliveries" GET "/api/alert-routes/{id}/deliveries"
    list_deliveries(id: AlertRouteId, params: &ListParams) -> ListView<DeliveryView> = from_json,
    path("id", id), query(params);

    /// Sends a message again under the same id.
    "replayDelivery" POST "/api/alert-routes/{id}/deliveries/{delivery}/replay"
    replay_delivery(id: AlertRouteId, delivery: DeliveryId) -> DeliveryView = from_json,
    path("id", id), path("delivery", delivery);
}
