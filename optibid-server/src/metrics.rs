//! The names of the metrics that the server counts, with what they mean.

use metrics::{describe_counter, describe_gauge, describe_histogram};

/// How a metric is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricKind {
    /// A number that only grows while the process runs.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// Quantiles since the start, with a sum and a count.
    Summary,
}

impl MetricKind {
    /// The name that Prometheus gives it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Summary => "summary",
        }
    }
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name at `/metrics`.
    pub name: &'static str,
    /// How it is read.
    pub kind: MetricKind,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it tells.
    pub about: &'static str,
}

const REQUEST: &[&str] = &["method", "route", "status"];

/// Every metric.
pub const METRICS: &[Metric] = &[
    Metric {
        name: "optibid_http_requests_total",
        kind: MetricKind::Counter,
        labels: REQUEST,
        about: "requests answered",
    },
    Metric {
        name: "optibid_http_request_duration_seconds",
        kind: MetricKind::Summary,
        labels: REQUEST,
        about: "time from the request to its answer",
    },
    Metric {
        name: "optibid_bids_followed_up_total",
        kind: MetricKind::Counter,
        labels: &[],
        about: "moves of bids by the follow-up: answers of the venue, awards, expiry",
    },
    Metric {
        name: "optibid_bids_follow_up_failed",
        kind: MetricKind::Gauge,
        labels: &[],
        about: "bids that the last round of the follow-up could not look after",
    },
    Metric {
        name: "optibid_alert_rules_moved_total",
        kind: MetricKind::Counter,
        labels: &[],
        about: "moves of alert rules between normal, active and no data",
    },
    Metric {
        name: "optibid_alert_rules_watched",
        kind: MetricKind::Gauge,
        labels: &[],
        about: "alert rules that the last round read",
    },
    Metric {
        name: "optibid_alert_rules_failed",
        kind: MetricKind::Gauge,
        labels: &[],
        about: "alert rules that the last round could not read or whose move it could not keep",
    },
    Metric {
        name: "optibid_webhook_attempts_total",
        kind: MetricKind::Counter,
        labels: &["outcome"],
        about: "attempts to send a message to a webhook: delivered, failed (it is sent again), given_up",
    },
    Metric {
        name: "optibid_task_failures_total",
        kind: MetricKind::Counter,
        labels: &["task"],
        about: "rounds of background tasks that failed as a whole, and tasks that broke off and were started again",
    },
    Metric {
        name: "optibid_websocket_connections",
        kind: MetricKind::Gauge,
        labels: &[],
        about: "WebSockets open now",
    },
    Metric {
        name: "optibid_websocket_closed_total",
        kind: MetricKind::Counter,
        labels: &["code"],
        about: "WebSockets that the server closed, by close code",
    },
];

/// Tells the recorder of the process what each metric means: the `# HELP` lines of `/metrics`.
pub(crate) fn describe() {
    for Metric {
        name, kind, about, ..
    } in METRICS
    {
        match kind {
            MetricKind::Counter => describe_counter!(*name, *about),
            MetricKind::Gauge => describe_gauge!(*name, *about),
            MetricKind::Summary => describe_histogram!(*name, *about),
        }
    }
}
