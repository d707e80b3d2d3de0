//! Event bus and outbox relay for OptiBid.
