//! Adapters for time, identity, passwords and tokens.

mod clock;
mod password;
mod token;

pub use clock::{SystemClock, UuidSource};
pub use password::Argon2Hasher;
pub use token::{JwtIssuer, SecretTooShort, random_hex};
