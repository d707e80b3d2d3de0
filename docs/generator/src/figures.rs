//! The figures, each drawn from data that come with OptiBid.

pub(crate) mod curves;
pub(crate) mod data;
pub(crate) mod days;
pub(crate) mod forecast;
pub(crate) mod gates;
pub(crate) mod settlement;
pub(crate) mod storage;
pub(crate) mod waterfall;
