#![doc = include_str!("../README.md")]

pub mod local;

#[doc = include_str!("../../README.md")]
#[cfg(doctest)]
struct Readme;
