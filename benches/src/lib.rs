//! Shared parts of the bench programs.
