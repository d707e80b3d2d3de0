//! In-process tests of the server: requests through its router, without a socket.

mod cli;
mod routes;
mod socket;
