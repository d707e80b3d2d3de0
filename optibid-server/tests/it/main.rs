//! In-process tests of the server: requests through its router, without a socket.

mod routes;
