//! Linear programmes.
