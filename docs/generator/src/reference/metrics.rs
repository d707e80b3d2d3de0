use crate::output::Page;
use crate::table::{Table, code};
use optibid_server::metrics::METRICS;

/// Every metric.
pub(super) fn page() -> Page {
    let mut table = Table::new(["metric", "kind", "labels", "what it tells"]);
    for metric in METRICS {
        let labels: Vec<_> = metric.labels.iter().map(|label| code(label)).collect();
        table.row([
            &code(metric.name),
            metric.kind.name(),
            &labels.join(", "),
            metric.about,
        ]);
    }
    let body = format!(
        "# Metrics\n\n\
         `GET /metrics` answers in the text format of Prometheus, without signing in; `PROMETHEUS_ENABLED=false` switches it off (404). \
         A metric appears when it is first counted. [What to watch](../operate/operations.md#metrics).\n\n{}\n\
         `route` is the pattern of the address (`/api/bids/{{id}}`), never the address itself, so that the number of series stays \
         bounded; what matches no route is `unmatched`.",
        table.finish()
    );
    Page::markdown(
        "reference/metrics.md",
        "optibid-server/src/metrics.rs",
        &body,
    )
}
