//! Idempotency keys: the same request twice has one effect and one answer.

use super::App;
use crate::auth::Principal;
use crate::error::{Code, Error, Result};
use crate::ports::{KeyedAnswer, StoreError, Trail};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// The idempotency key of a request, with a fingerprint of its body.
///
/// ```
/// use optibid_core::app::RequestKey;
/// let key = RequestKey::new("3f0a", &serde_json::json!({"price": "24.57"}))?;
/// assert_eq!(key.key(), "3f0a");
/// # Ok::<(), optibid_core::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKey {
    key: String,
    fingerprint: String,
}

impl RequestKey {
    /// Checks the key and takes the fingerprint of the body.
    ///
    /// # Errors
    /// When the key is empty, longer than 255 characters or not printable ASCII.
    pub fn new(key: &str, body: &impl Serialize) -> Result<Self> {
        let printable = key.chars().all(|c| c.is_ascii_graphic());
        if key.is_empty() || key.len() > 255 || !printable {
            let rule = "must be 1 to 255 printable ASCII characters without blanks";
            return Err(Error::field(
                "idempotency_key",
                "Idempotency-Key",
                key,
                rule,
            ));
        }
        let body = serde_json::to_vec(body)
            .map_err(|e| Error::new(Code::Internal, "body has no fingerprint").with_source(e))?;
        let fingerprint = Sha256::digest(&body)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        Ok(Self {
            key: key.to_owned(),
            fingerprint,
        })
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl App {
    /// The answer given before under this key, if any.
    pub(super) async fn replay<T: DeserializeOwned>(
        &self,
        who: &Principal,
        operation: &str,
        key: Option<&RequestKey>,
    ) -> Result<Option<T>> {
        let Some(key) = key else { return Ok(None) };
        let Some(kept) = self.stores.answers.answer(who.org, &key.key).await? else {
            return Ok(None);
        };
        if kept.operation != operation || kept.fingerprint != key.fingerprint {
            let message = format!(
                "the idempotency key {:?} was used with another request",
                key.key
            );
            return Err(Error::new(Code::KeyReused, message));
        }
        serde_json::from_str(&kept.answer).map(Some).map_err(|e| {
            Error::new(Code::Internal, "a kept answer cannot be read back").with_source(e)
        })
    }

    /// Adds the answer to keep to a trail.
    pub(super) fn keep_answer(
        &self,
        mut trail: Trail,
        who: &Principal,
        operation: &str,
        (key, answer): (Option<&RequestKey>, &impl Serialize),
    ) -> Result<Trail> {
        let Some(key) = key else { return Ok(trail) };
        let answer = serde_json::to_string(answer)
            .map_err(|e| Error::new(Code::Internal, "the answer cannot be kept").with_source(e))?;
        trail.answer = Some(KeyedAnswer {
            org: who.org,
            key: key.key.clone(),
            operation: operation.to_owned(),
            fingerprint: key.fingerprint.clone(),
            answer,
            at: trail.audit.at,
        });
        Ok(trail)
    }

    /// After a write: the value, or the answer of the twin that was first with the same key.
    pub(super) async fn settle_twin<T: DeserializeOwned>(
        &self,
        who: &Principal,
        operation: &str,
        key: Option<&RequestKey>,
        (written, value): (Result<(), StoreError>, T),
    ) -> Result<T> {
        match written {
            Ok(()) => Ok(value),
            Err(StoreError::KeyTaken { key: taken }) => {
                let twin = self.replay(who, operation, key).await?;
                twin.ok_or_else(|| StoreError::KeyTaken { key: taken }.into())
            }
            Err(error) => Err(error.into()),
        }
    }
}
