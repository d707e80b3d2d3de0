//! Who may do what: roles, permissions, passwords, sessions.

mod password;
mod permission;
mod session;

pub use password::{MAX_PASSWORD_CHARS, MIN_PASSWORD_CHARS, Password};
pub use permission::{Permission, Principal, Role};
pub use session::{AccessClaims, RefreshToken, Session, TokenHash};
