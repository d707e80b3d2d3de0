//! Gate closures.
