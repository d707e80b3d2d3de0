use jiff::Timestamp;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use optibid_core::auth::{AccessClaims, TokenHash};
use optibid_core::ports::{TokenError, TokenIssuer};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Fewest bytes of a signing secret.
const MIN_SECRET_BYTES: usize = 32;

const ISSUER: &str = "optibid";

/// A signing secret that is too short to be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("JWT_SECRET has {0} bytes, at least {MIN_SECRET_BYTES} are needed")]
pub struct SecretTooShort(usize);

/// Access tokens as JWT signed with HMAC-SHA-256, refresh tokens as 256 random bits.
///
/// Only this one algorithm is accepted, so that no token can choose a weaker one.
pub struct JwtIssuer {
    encoding: EncodingKey,
    decoding: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: Uuid,
    org: Uuid,
    sid: Uuid,
    iat: i64,
    exp: i64,
}

impl JwtIssuer {
    /// An issuer with a secret of at least 32 bytes.
    ///
    /// # Errors
    /// When the secret is shorter.
    pub fn new(secret: &[u8]) -> Result<Self, SecretTooShort> {
        if secret.len() < MIN_SECRET_BYTES {
            return Err(SecretTooShort(secret.len()));
        }
        Ok(Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
        })
    }
}

impl TokenIssuer for JwtIssuer {
    fn issue(&self, claims: &AccessClaims) -> String {
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: claims.user.uuid(),
            org: claims.org.uuid(),
            sid: claims.session.uuid(),
            iat: claims.issued_at.as_second(),
            exp: claims.expires_at.as_second(),
        };
        // Signing plain data with a key of the right kind does not fail; an empty token is refused
        // by `verify` like any other that is not ours.
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .unwrap_or_default()
    }

    fn verify(&self, token: &str, now: Timestamp) -> Result<AccessClaims, TokenError> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        // Expiry is checked below against the given clock.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation);
        let claims = decoded.map_err(|_| TokenError::Invalid)?.claims;
        let instant = |second| Timestamp::from_second(second).map_err(|_| TokenError::Invalid);
        let expires_at = instant(claims.exp)?;
        if now >= expires_at {
            return Err(TokenError::Expired);
        }
        Ok(AccessClaims {
            user: optibid_core::id::UserId::from_uuid(claims.sub),
            org: optibid_core::id::OrgId::from_uuid(claims.org),
            session: optibid_core::id::SessionId::from_uuid(claims.sid),
            issued_at: instant(claims.iat)?,
            expires_at,
        })
    }

    fn refresh_token(&self) -> String {
        random_hex()
    }

    fn hash(&self, refresh_token: &str) -> TokenHash {
        TokenHash(hex::encode(Sha256::digest(refresh_token.as_bytes())))
    }
}

/// 256 random bits in hex.
#[must_use]
#[expect(
    clippy::expect_used,
    reason = "without randomness no secret may be given out at all"
)]
pub fn random_hex() -> String {
    let mut random = [0_u8; 32];
    getrandom::fill(&mut random).expect("the system's random source answers");
    hex::encode(random)
}
