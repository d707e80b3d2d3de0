//! Market data importers, price replay and venue gateways for OptiBid.
