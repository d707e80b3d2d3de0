//! In-memory adapter, fixtures and conformance suites (feature `testing`).
