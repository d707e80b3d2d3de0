use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier};
use async_trait::async_trait;
use optibid_core::auth::Password;
use optibid_core::ports::{HashError, PasswordHasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// Most hashes that may wait; beyond that a caller is told to come back.
const MAX_WAITING: usize = 256;

/// Argon2id with the OWASP parameters (19 MiB, two passes, one lane).
///
/// A hash takes tens of milliseconds of CPU by design: at most as many run at a time as there are
/// processors, on threads of their own, so that signing in cannot starve the rest of the server.
pub struct Argon2Hasher {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    decoy: String,
}

impl Argon2Hasher {
    /// A hasher that runs at most `parallel` hashes at a time.
    ///
    /// # Errors
    /// When the hash function fails.
    pub fn new(parallel: usize) -> Result<Self, HashError> {
        Ok(Self {
            permits: Arc::new(Semaphore::new(parallel.max(1))),
            waiting: Arc::default(),
            decoy: hash("a password that nobody has")?,
        })
    }

    async fn offload<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HashError> + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Place::take(&self.waiting).ok_or(HashError::Busy)?;
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.map_err(|e| HashError::Failed(e.into()))?;
        drop(place);
        let run = move || {
            let result = work();
            drop(permit);
            result
        };
        tokio::task::spawn_blocking(run)
            .await
            .map_err(|e| HashError::Failed(e.into()))?
    }
}

/// A place in the queue, given back when dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(waiting: &Arc<AtomicUsize>) -> Option<Self> {
        let before = waiting.fetch_add(1, Ordering::AcqRel);
        let place = Self(waiting.clone());
        (before < MAX_WAITING).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

fn hash(password: &str) -> Result<String, HashError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|h| h.to_string())
        .map_err(|e| HashError::Failed(e.to_string().into()))
}

fn verify(attempt: &str, hash: &str) -> Result<bool, HashError> {
    let parsed = PasswordHash::new(hash).map_err(|_| HashError::Malformed)?;
    Ok(Argon2::default()
        .verify_password(attempt.as_bytes(), &parsed)
        .is_ok())
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &Password) -> Result<String, HashError> {
        let password = password.clone();
        self.offload(move || hash(password.expose())).await
    }

    async fn verify(&self, attempt: &str, stored: Option<&str>) -> Result<bool, HashError> {
        let known = stored.is_some();
        let attempt = attempt.to_owned();
        let stored = stored.unwrap_or(&self.decoy).to_owned();
        let fits = self.offload(move || verify(&attempt, &stored)).await?;
        Ok(fits && known)
    }
}
