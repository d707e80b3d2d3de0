use crate::auth::{AccessClaims, Password, TokenHash};
use async_trait::async_trait;

/// Why a password could not be hashed or checked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HashError {
    /// The stored hash cannot be read.
    #[error("the stored password hash cannot be read")]
    Malformed,
    /// Too many are waiting.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash function failed.
    #[error("hashing failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Slow, salted hashing of passwords.
#[async_trait]
pub trait PasswordHasher: Send + Sync + 'static {
    /// Hashes a password to a PHC string with a fresh salt.
    async fn hash(&self, password: &Password) -> Result<String, HashError>;

    /// Whether the attempt is the password behind the hash. Without a hash (no such user) it takes as
    /// long and answers no.
    async fn verify(&self, attempt: &str, hash: Option<&str>) -> Result<bool, HashError>;
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Not a token of this installation.
    #[error("the token is not valid")]
    Invalid,
    /// It ran out.
    #[error("the token has expired")]
    Expired,
}

/// Access and refresh tokens.
#[cfg_attr(feature = "testing", mockall::automock)]
pub trait TokenIssuer: Send + Sync + 'static {
    /// Signs an access token.
    fn issue(&self, claims: &AccessClaims) -> String;

    /// Checks signature and expiry of an access token.
    ///
    /// # Errors
    /// When it is not one of ours, or has expired at `now`.
    fn verify(&self, token: &str, now: jiff::Timestamp) -> Result<AccessClaims, TokenError>;

    /// A fresh refresh token of at least 256 random bits.
    fn refresh_token(&self) -> String;

    /// The hash under which a refresh token is stored.
    fn hash(&self, refresh_token: &str) -> TokenHash;
}
