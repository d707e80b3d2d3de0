//! What screens are made of, one widget a file.

pub(crate) mod chart;
pub(crate) mod frame;
pub(crate) mod heat;
pub(crate) mod meter;
pub(crate) mod spark;
pub(crate) mod stack;
pub(crate) mod table;
