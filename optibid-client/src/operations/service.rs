//! The service itself.

use crate::methods::operations;
use optibid_core::api::Health;
use optibid_core::app::Maintenance;

operations! {
    /// The state of the service and of what it depends on; an unready service is an answer too.
    "health" GET "/health" health() -> Health = from_json; signs = false; tells_unready = true;

    /// Whether the process runs.
    "live" GET "/health/live" live() -> Health = from_json; signs = false; tells_unready = true;

    /// Whether the service takes requests.
    "ready" GET "/health/ready" ready() -> Health = from_json; signs = false; tells_unready = true;

    /// The metrics in Prometheus' text format.
    "metrics" GET "/metrics" metrics() -> String = from_text;

    /// Whether the system is in maintenance.
    "getMaintenance" GET "/api/maintenance" get_maintenance() -> Maintenance = from_json;

    /// Begins or ends maintenance.
    "setMaintenance" PUT "/api/maintenance"
    set_maintenance(state: &Maintenance) -> Maintenance = from_json, json(state);
}
