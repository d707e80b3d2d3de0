//! mockall cannot mock the optional reference of `verify`, so the mock's own method takes it owned.
#![expect(missing_docs, reason = "the methods are generated")]

use crate::auth::Password;
use crate::ports::{HashError, PasswordHasher};
use async_trait::async_trait;

mockall::mock! {
    /// A password hasher that answers what a test tells it.
    #[derive(Debug)]
    pub PasswordHasher {
        pub fn hash(&self, password: &Password) -> Result<String, HashError>;
        pub fn verify(&self, attempt: &str, hash: Option<String>) -> Result<bool, HashError>;
    }
}

#[async_trait]
impl PasswordHasher for MockPasswordHasher {
    async fn hash(&self, password: &Password) -> Result<String, HashError> {
        Self::hash(self, password)
    }

    async fn verify(&self, attempt: &str, hash: Option<&str>) -> Result<bool, HashError> {
        Self::verify(self, attempt, hash.map(str::to_owned))
    }
}
