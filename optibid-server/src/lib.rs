//! The OptiBid HTTP and WebSocket server and the optibid command line.
