//! The `optibid` command as a process: what it prints and how it exits.

mod database;
mod offline;
mod process;
mod reasons;
mod serving;
