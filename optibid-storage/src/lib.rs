//! SQLite and PostgreSQL adapters for OptiBid's storage ports.
